# SPDX-License-Identifier: AGPL-3.0-or-later
"""Entering one act for someone: the services of the web, with their constraints, and a line that says who helped."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from civic.capabilities.subjects import Subject, find_subject, require
from civic.comments.models import Comment
from civic.comments.services import withdraw_comment, write_comment
from civic.counter.codes import code_hash, code_of
from civic.counter.kinds import SUPPORT
from civic.counter.limits import day_of, require_act_within
from civic.counter.models import CounterAct, CounterSheet, CounterSitting
from civic.counter.sittings import Held
from civic.items.models import Item
from civic.journal.entries import record
from civic.module import CounterEntry
from civic.permissions.actor import Actor
from civic.permissions.core import CORE_POLICY
from civic.permissions.decision import Refusal, Refused
from civic.supports.models import Support
from civic.supports.services import add_support, withdraw_support

KIND = "civic.counter_act"
NO_SUCH_FILE = Refusal("no_such_file", _("No public file has this number, or it does not take this."))


@dataclass(frozen=True)
class Standing:
    """A support that stood already: since when, and how it came."""

    at: datetime
    channel: str


class AlreadySupports(Refused):
    """The person supports this file already: one person, one support, whatever the channel."""

    def __init__(self, standing: Standing) -> None:
        super().__init__(Refusal("already_supports", _("This person supports it already: one person, one support.")))
        self.standing = standing


def enter_support(session: Session, helper: Actor, held: Held, number: int, at: datetime) -> CounterAct:
    """Support a file for the person. Raises Denied, Refused, or AlreadySupports."""
    subject = file_for(session, helper, held.actor, number, "supports", at)
    require_asked(held, SUPPORT)
    return support_item(session, helper, held.actor, held.sitting, subject, at)


def support_item(
    session: Session,
    helper: Actor,
    actor: Actor,
    origin: CounterSitting | CounterSheet,
    subject: Subject,
    at: datetime,
) -> CounterAct:
    """Support an item for whom `actor` stands for; the unique constraint decides, as on the web."""
    standing = support_of(session, actor.person_id, subject.item.id)
    if standing is not None:
        raise AlreadySupports(standing)
    require(session, actor, subject, SUPPORT, at)
    if not add_support(session, actor, subject.item.id, at):
        standing = support_of(session, actor.person_id, subject.item.id)
        raise AlreadySupports(standing or Standing(at, actor.channel))
    return keep_act(session, helper, actor, origin, SUPPORT, subject.item, at)


def support_of(session: Session, person_id: int | None, item_id: int) -> Standing | None:
    """The person's support, if it stands."""
    row = session.execute(
        select(Support.at, Support.channel).where(Support.person_id == (person_id or 0), Support.item_id == item_id)
    ).first()
    return Standing(row.at, row.channel) if row is not None else None


def enter_comment(
    session: Session, helper: Actor, held: Held, number: int, body: str, *, nature: str, language: str, at: datetime
) -> CounterAct:
    """Write a comment or a question under a file, for the person. Raises Denied, Refused or Missing."""
    subject = file_for(session, helper, held.actor, number, "comments", at)
    require_asked(held, nature)
    require(session, held.actor, subject, "comment", at)
    comment = write_comment(session, held.actor, subject.item, body, at, nature=nature, language=language)
    return keep_act(session, helper, held.actor, held.sitting, nature, subject.item, at, comment=comment)


def enter_item(session: Session, helper: Actor, held: Held, entry: CounterEntry, form: Any, at: datetime) -> CounterAct:
    """Begin what a module declares, for the person. Raises what the module's service raises, or Denied."""
    item = entry.enter(session, held.actor, form, at)
    require_asked(held, item.kind)
    CORE_POLICY.require("counter:enter", helper, item, at)
    return keep_act(session, helper, held.actor, held.sitting, item.kind, item, at)


def withdraw_act(session: Session, helper: Actor, held: Held, act_id: int, at: datetime) -> CounterAct:
    """Take back a support, comment or question of the person, whoever had entered it; journaled. Raises Refused."""
    act = session.get(CounterAct, act_id, with_for_update={"key_share": True})
    if act is None or act.person_id != held.person.id:
        raise Refused(Refusal("no_act", _("This act is not of this person.")))
    item = session.get_one(Item, act.item_id)
    if act.kind == SUPPORT and act.withdrawn_at is None:
        assert item.number is not None
        subject = file_for(session, helper, held.actor, item.number, "supports", at)
        require(session, held.actor, subject, SUPPORT, at)
        withdraw_support(session, held.actor, item.id)
    elif act.comment_id is not None:
        CORE_POLICY.require("counter:enter", helper, item, at)
        withdraw_comment(session, held.actor, session.get_one(Comment, act.comment_id), at)
    if act.withdrawn_at is None:
        session.execute(
            update(CounterAct)
            .where(CounterAct.person_id == act.person_id, CounterAct.withdrawn_at.is_(None))
            .where(CounterAct.item_id == act.item_id, CounterAct.kind == act.kind)
            .where(CounterAct.comment_id.is_(None) if act.comment_id is None else CounterAct.id == act.id)
            .values(withdrawn_at=at)
        )
        details = {"kind": act.kind, "number": item.number}
        record(session, held.actor, "withdraw_act", kind=KIND, subject_id=act.id, at=at, details=details)
    return act


def file_for(session: Session, helper: Actor, actor: Actor, number: int, capability: str, at: datetime) -> Subject:
    """The file as the person sees it. Raises Refused when there is none, Denied when it is not the helper's."""
    subject = find_subject(session, actor, number, capability)
    if subject is None:
        raise Refused(NO_SUCH_FILE)
    CORE_POLICY.require("counter:enter", helper, subject.item, at)
    return subject


def keep_act(
    session: Session,
    helper: Actor,
    actor: Actor,
    origin: CounterSitting | CounterSheet,
    kind: str,
    item: Item,
    at: datetime,
    *,
    comment: Comment | None = None,
) -> CounterAct:
    """Keep that a helper entered it, within the day's limit, with the code of its receipt."""
    require_act_within(session, helper, at)
    assert helper.account_id is not None
    assert actor.person_id is not None
    assert actor.mandate_id is not None
    of_sitting = isinstance(origin, CounterSitting)
    nonce = secrets.token_hex(16)
    act = CounterAct(
        sitting_id=origin.id if of_sitting else None,
        sheet_id=None if of_sitting else origin.id,
        helper_id=helper.account_id,
        person_id=actor.person_id,
        mandate_id=actor.mandate_id,
        kind=kind,
        item_id=item.id,
        comment_id=comment.id if comment is not None else None,
        channel=origin.channel,
        occasion=origin.occasion,
        paper_on=origin.paper_on,
        paper_reference=origin.paper_reference,
        day=day_of(at),
        at=at,
        nonce=nonce,
        code_hash=code_hash(code_of(nonce)),
    )
    session.add(act)
    session.flush()
    details = {"kind": kind, "number": item.number, "mandate": actor.mandate_id}
    record(session, actor, "enter_act", kind=KIND, subject_id=act.id, at=at, details=details)
    return act


def require_asked(held: Held, kind: str) -> None:
    """Raise Refused for what the person did not ask for."""
    if kind not in held.mandate.kinds:
        message = _("The person’s mandate does not cover this: end the sitting, and begin again with what they ask for.")  # fmt: skip
        raise Refused(Refusal("not_asked", message))
