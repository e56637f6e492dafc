# SPDX-License-Identifier: AGPL-3.0-or-later
"""Going on leave: absence and hand-over of one's files, with notes, in one act."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, not_, or_, select
from sqlalchemy.orm import Session

from civic.answers.models import Answer, AnswerStep
from civic.answers.permissions import ANSWER_POLICY
from civic.answers.workflow import ANSWER_KIND
from civic.items.charge import may_hold
from civic.items.models import Item
from civic.journal.entries import record
from civic.module import Resource
from civic.people.absences import record_absence
from civic.people.models import Absence
from civic.people.staff import staff_actors
from civic.permissions.actor import Actor
from civic.permissions.core import CORE_POLICY
from civic.permissions.decision import Missing

CANNOT_TAKE = _("This colleague cannot act on all the files and drafts you hand over: choose someone else.")
"""Said of auditors, and of colleagues whose role or department is another."""
CANNOT_REPLACE = _("This colleague cannot act on the files and drafts of whoever is away: choose someone else.")
"""The same, said of someone else's absence."""


@dataclass(frozen=True)
class Leave:
    """What someone who goes on leave says.

    Attributes:
        to_account_id: the colleague who takes over; None when nobody does (the files then stay).
        note: said on every file that has no note of its own.
        notes: note by item id.
    """

    from_on: date
    last_day: date
    to_account_id: int | None
    note: str = ""
    notes: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class HandedOver:
    """What the act did."""

    absence: Absence
    files: int
    drafts: int


def open_files(session: Session, account_id: int, resources: Iterable[tuple[str, Resource]]) -> Sequence[Item]:
    """Files in one's charge that are not finished, by deadline."""
    query = select(Item).where(Item.assignee_id == account_id, not_(_finished(resources)))
    return session.scalars(query.order_by(Item.due_at.is_(None), Item.due_at, Item.id)).all()


def open_drafts(session: Session, account_id: int) -> Sequence[Answer]:
    """Answers one has begun and not sent for review."""
    query = select(Answer).where(Answer.drafted_by_id == account_id, Answer.state == "draft")
    return session.scalars(query.order_by(Answer.id)).all()


def hand_over(
    session: Session, actor: Actor, leave: Leave, resources: Sequence[tuple[str, Resource]], *, at: datetime
) -> HandedOver:
    """Record the actor's absence and give their open files and drafted answers to a colleague, each with its note.

    Raises Missing naming the field: dates, overlapping absence, colleague who is away or cannot act on what they would get.
    """
    assert actor.account_id is not None
    if leave.to_account_id is not None and leave.to_account_id not in dict(
        heirs(session, actor.account_id, resources, at)
    ):
        raise Missing({"to_account_id": CANNOT_TAKE})
    absence = _away(session, actor, leave, at)
    if leave.to_account_id is None:
        return HandedOver(absence, 0, 0)
    files = _lock_files(session, open_files(session, actor.account_id, resources))
    for item in files:
        _give_file(session, actor, item, leave, at)
    drafts = open_drafts(session, actor.account_id)
    for draft in drafts:
        _give_draft(session, actor, draft, leave, at)
    session.flush()
    return HandedOver(absence, len(files), len(drafts))


def heirs(
    session: Session, account_id: int, resources: Sequence[tuple[str, Resource]], at: datetime
) -> list[tuple[int, str]]:
    """The colleagues who can act on all that this person hands over, for the choice."""
    files, drafted = open_files(session, account_id, resources), _drafted(session, account_id)
    return [
        (one.account_id, one.label)
        for one, actor in staff_actors(session)
        if one.account_id != account_id and _works(actor, at) and not _out_of_reach(actor, files, drafted, at)
    ]


def workers(session: Session, at: datetime) -> list[tuple[int, str]]:
    """The colleagues who can have files in charge, for the choice."""
    return [(one.account_id, one.label) for one, actor in staff_actors(session) if _works(actor, at)]


def require_replacement(
    session: Session, account_id: int, replacement_id: int, resources: Sequence[tuple[str, Resource]], at: datetime
) -> None:
    """Raise Missing when the colleague named as replacement could not act on what the absent one has in charge."""
    if replacement_id not in dict(heirs(session, account_id, resources, at)):
        raise Missing({"replacement_id": CANNOT_REPLACE})


def _works(actor: Actor, at: datetime) -> bool:
    """Whether files can be held at all: auditors read."""
    return CORE_POLICY.allows("desk:handover", actor, None, at)


def _drafted(session: Session, account_id: int) -> Sequence[Item]:
    """The files whose answer this person is drafting."""
    drafts = select(Answer.item_id).where(Answer.drafted_by_id == account_id, Answer.state == "draft")
    return session.scalars(select(Item).where(Item.id.in_(drafts)).order_by(Item.id)).all()


def _out_of_reach(actor: Actor, files: Sequence[Item], drafted: Sequence[Item], at: datetime) -> list[Item]:
    """What the actor could not act on: files, and answers to draft."""
    return [
        *(item for item in files if not may_hold(actor, item, item.department_id, at)),
        *(item for item in drafted if not ANSWER_POLICY.allows("answer:draft", actor, item, at)),
    ]


def _away(session: Session, actor: Actor, leave: Leave, at: datetime) -> Absence:
    """The absence, its faults said on the form's own fields."""
    assert actor.account_id is not None
    try:
        return record_absence(
            session,
            actor,
            account_id=actor.account_id,
            replacement_id=leave.to_account_id,
            from_on=leave.from_on,
            last_day=leave.last_day,
            note=leave.note,
            at=at,
        )
    except Missing as error:
        renamed = {"replacement_id": "to_account_id"}
        raise Missing({renamed.get(name, name): text for name, text in error.fields.items()}) from None


def _lock_files(session: Session, files: Sequence[Item]) -> Sequence[Item]:
    """The same files, locked in the order of their ids and read afresh."""
    query = select(Item).where(Item.id.in_([item.id for item in files])).order_by(Item.id)
    return session.scalars(query.with_for_update(key_share=True), execution_options={"populate_existing": True}).all()


def _give_file(session: Session, actor: Actor, item: Item, leave: Leave, at: datetime) -> None:
    """One file changes hands; whoever had its page open is told that it changed."""
    item.assignee_id = leave.to_account_id
    item.version += 1
    note = leave.notes.get(item.id, "").strip() or leave.note.strip()
    details = {"assignee": [actor.account_id, leave.to_account_id]}
    record(session, actor, "hand_over", kind=item.kind, subject_id=item.id, at=at, text=note, details=details)


def _give_draft(session: Session, actor: Actor, draft: Answer, leave: Leave, at: datetime) -> None:
    """One draft changes hands, told in its visa."""
    assert actor.account_id is not None
    assert leave.to_account_id is not None
    draft.drafted_by_id = leave.to_account_id
    draft.version += 1
    note = leave.notes.get(draft.item_id, "").strip() or leave.note.strip()
    session.add(AnswerStep(answer_id=draft.id, act="hand_over", by_id=actor.account_id, comment=note, at=at))
    details = {"drafted_by": [actor.account_id, leave.to_account_id]}
    record(session, actor, "hand_over", kind=ANSWER_KIND, subject_id=draft.id, at=at, text=note, details=details)


def _finished(resources: Iterable[tuple[str, Resource]]) -> ColumnElement[bool]:
    """SQL condition: in a final state of its workflow; a kind whose module is absent is never finished."""
    ends = [
        and_(Item.kind == kind, Item.state.in_([state.name for state in resource.workflow.states if state.final]))
        for kind, resource in resources
    ]
    return or_(*ends)
