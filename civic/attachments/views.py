# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pictures and documents at `/files/<key>/<name>`: for everyone and for ever, or for some and for this once."""

import logging
from datetime import datetime

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from civic.attachments.forms import RemovalForm
from civic.capabilities.subjects import Subject, is_seen, subject_of
from civic.clock import now
from civic.db.session import db
from civic.files.checking import DOCUMENT
from civic.files.models import StoredFile
from civic.files.moderation import moderate_file
from civic.files.queries import Served, find_served
from civic.files.stores import current_store
from civic.permissions.actor import VISITOR, Actor
from civic.permissions.core import CORE_POLICY
from civic.ports.store import Area, NotStored, StoreError
from civic.registry import current_registry
from civic.settings.store import portal_state
from civic.spaces.access import is_member, may_see
from civic.web.actors import current_actor
from civic.web.acts import act

bp = Blueprint("files", __name__)
logger = logging.getLogger(__name__)

FOR_EVER = "public, max-age=31536000, immutable"
ONE_HOUR = "public, max-age=3600"


@bp.get("/files/<key>/<name>")
def show(key: str, name: str) -> ResponseReturnValue:
    """The object, or 404: whoever may not see it is not told that it is there."""
    session, actor, at = db.session(), current_actor(), now()
    found = find_served(session, key[:60].replace("\x00", ""), name[:60].replace("\x00", ""))
    if found is None or not _is_on(session, found):
        abort(404)
    is_public = found.item.visible and is_seen(session, VISITOR, found.space)
    if not is_public and not _may_see(session, actor, found, at):
        abort(404)
    for_ever = is_public and found.file.area is Area.PUBLIC
    elsewhere = _elsewhere(found) if for_ever else None
    if elsewhere is not None:
        moved = redirect(elsewhere, 302)
        moved.headers["Cache-Control"] = ONE_HOUR
        return moved
    return _sent(found, FOR_EVER if for_ever else "private, no-store")


def _is_on(session: Session, found: Served) -> bool:
    """Whether the module of its item is switched on."""
    module = found.item.kind.partition(".")[0]
    return module == current_registry().core.name or module in portal_state(session).modules_on


def _may_see(session: Session, actor: Actor, found: Served, at: datetime) -> bool:
    """Who sees a file that is not public: whoever sent it, whoever may read its item, the desk once it was submitted.

    A file of a process is seen with the process, by its preview link too.
    """
    if actor.person_id is not None and found.file.owner_id == actor.person_id:
        return True
    if found.space is not None and found.space.id == found.item.id:
        token = request.args.get("preview", "")
        return may_see(actor, found.space, is_member=is_member(session, actor, found.space), token=token)
    if found.item.number is not None and CORE_POLICY.allows("item:read", actor, found.item, at):
        return True
    resource = current_registry().resource(found.item.kind)
    return (
        resource is not None
        and is_seen(session, actor, found.space)
        and resource.policy.allows(f"{resource.name}:view", actor, found.item, at)
    )


def _elsewhere(found: Served) -> str | None:
    """Where a public picture is fetched without us; documents always come from here, as downloads."""
    if found.file.purpose == DOCUMENT:
        return None
    return current_store().address(f"{found.file.key}/{found.rendition.name}")


def _sent(found: Served, rule: str) -> Response:
    """The bytes. Documents are downloads, which run nothing even where a browser shows them (civic/web/security.py)."""
    try:
        opened = current_store().open(found.file.area, f"{found.file.key}/{found.rendition.name}")
    except NotStored:
        abort(404)
    except StoreError:
        logger.exception("the store did not give %s", found.rendition.name)
        abort(503)
    is_document = found.file.purpose == DOCUMENT
    response = send_file(
        opened.stream,
        mimetype=found.rendition.media_type,
        as_attachment=is_document,
        download_name=found.file.name if is_document else found.rendition.name,
        etag=f"{found.file.key}-{found.rendition.name}",
        conditional=False,
    )
    response.call_on_close(opened.stream.close)
    response.content_length = opened.size
    response.headers["Cache-Control"] = rule
    response.make_conditional(request)
    return response


@bp.route("/items/<int:number>/files/<int:file_id>/remove", methods=["GET", "POST"])
def remove(number: int, file_id: int) -> ResponseReturnValue:
    """Moderation: take a file of someone else away, with the reason, which the journal keeps."""
    subject, file = _found(db.session(), number, file_id)
    form = RemovalForm()
    if form.sent():
        with act() as done:
            subject, file = _found(done.session, number, file_id, done.actor)
            moderate_file(done.session, done.actor, subject.item, file, form.reason.data or "", done.at)
            done.location = f"{subject.url}#attachments"
        flash(_("Removed: %(name)s.", name=file.name), "success")
        return done.done()
    page = render_template("items/remove_file.html", subject=subject, file=file, form=form)
    return page, 422 if request.method == "POST" else 200


def _found(session: Session, number: int, file_id: int, actor: Actor | None = None) -> tuple[Subject, StoredFile]:
    """The file of this item, for a moderator; Denied for others, 404 when it is no longer there."""
    actor = actor or current_actor()
    subject = subject_of(session, actor, number, "attachments")
    CORE_POLICY.require("file:moderate", actor, subject.item, now())
    file = session.get(StoredFile, file_id)
    if file is None or file.item_id != subject.item.id or file.removed_at is not None:
        abort(404)
    return subject, file
