# SPDX-License-Identifier: AGPL-3.0-or-later
"""Unsafe requests: one write, the actor read inside it, an idempotency token spent in the same transaction."""

import hashlib
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from flask import Flask, Response, jsonify, redirect, request
from markupsafe import Markup
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from civic.clock import now
from civic.db.insertion import insert_once
from civic.db.session import db, write
from civic.permissions.actor import Actor
from civic.permissions.core import CORE_POLICY
from civic.settings.models import SpentToken
from civic.web.actors import current_actor, reload_actor

Page = str | tuple[str, int] | BaseResponse
"""What a view gives: the page, the page with a status, or where to go."""
FIELD = "once"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")


class Replayed(Exception):
    """The form was sent twice: the first act stands, and its redirect is given again."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


@dataclass
class Act:
    """An open write. Set `location` before the end: where the browser goes, now and at a replay.

    An act that signs someone in sets `actor` to them: the form it was sent with is then theirs.
    """

    session: Session
    actor: Actor
    at: datetime
    location: str = "/"

    def done(self) -> Response:
        """The redirect of a finished act."""
        return go_to(self.location)


def go_to(location: str) -> Response:
    """Where the browser goes after a form (303: it reads the next page, and never sends the form again).

    A script that sent the form asks for JSON and is told the place: it goes there itself, so that what is said there
    once is read by a person, and so that it can tell an act that is done from the redirect of someone signed out.
    """
    if request.accept_mimetypes.best == "application/json":
        return jsonify(location=location)
    response = redirect(location, 303)
    assert isinstance(response, Response)
    return response


@contextmanager
def act(part: str = "") -> Iterator[Act]:
    """Open the write of an unsafe request. Raises Replayed when its token was already spent.

    Anything raised inside rolls everything back, the token included: the corrected form can be sent again. A form that
    does several independent things opens one write for each and names it in `part`: each is done once.
    """
    token = request.form.get(FIELD, "")
    if part and _TOKEN.fullmatch(token):
        token = hashlib.sha256(f"{token} {part}".encode()).hexdigest()
    with write() as session:
        if _TOKEN.fullmatch(token):
            _spend(session, token)
        opened = Act(session, reload_actor(session), now())
        yield opened
        if _TOKEN.fullmatch(token):
            where = {"location": opened.location[:500], "account_id": opened.actor.account_id}
            session.execute(update(SpentToken).where(SpentToken.token == token).values(**where))


@contextmanager
def permitted(action: str) -> Iterator[Act]:
    """A write whose actor, read again inside it, holds the permission. Raises Denied, or Replayed."""
    with act() as opened:
        CORE_POLICY.require(action, opened.actor, None, opened.at)
        yield opened


class Sent(NamedTuple):
    """What became of a form."""

    location: str
    account_id: int | None


def sent_before(session: Session) -> Sent | None:
    """Where this very form went when it was sent before, and for which account; None when it was not."""
    token = request.form.get(FIELD, "")
    if not _TOKEN.fullmatch(token):
        return None
    known = select(SpentToken.location, SpentToken.account_id).where(SpentToken.token == token)
    found = session.execute(known).one_or_none()
    return Sent(*found) if found is not None else None


def _spend(session: Session, token: str) -> None:
    """Take the token, or raise Replayed with where the first act went."""
    if insert_once(session, SpentToken, token=token, location="/", at=now()):
        return
    known = sent_before(session)
    # A token tells where its owner went: nobody else is sent there.
    mine = known is not None and known.account_id in (None, current_actor().account_id)
    raise Replayed(known.location if known is not None and mine else "/")


def once_field(*, anew: bool = False) -> Markup:
    """Hidden idempotency token of an unsafe form; a form that comes back after an error keeps its own.

    `anew` is for a form that never comes back itself, and that stands beside one that does: two acts, two tokens.
    """
    sent = "" if anew else request.form.get(FIELD, "")
    value = sent if _TOKEN.fullmatch(sent) else secrets.token_urlsafe(24)
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, value)


def init_acts(app: Flask) -> None:
    """Template global and the answer to a replay."""
    app.jinja_env.globals["once_field"] = once_field

    @app.errorhandler(Replayed)
    def _again(error: Replayed) -> BaseResponse:
        db.session.remove()
        return go_to(error.location)
