# SPDX-License-Identifier: AGPL-3.0-or-later
"""The public, verifiable history of an item: its public acts, told from the journal and checked while they are read."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.answers.models import Answer
from civic.answers.workflow import ANSWER_KIND
from civic.delays.standing import Promises, promises_of, standing_motive
from civic.items.models import Item
from civic.journal.names import FUNCTIONS
from civic.journal.queries import Checked, history_of
from civic.module import Resource
from civic.permissions.actor import HELPER
from civic.settings.workflows import lifecycle
from civic.workflow.engine import Lifecycle
from civic.workflow.stations import label_of

AUTHORS = frozenset({"resident", "visitor"})


@dataclass(frozen=True)
class PublicAct:
    """An act as anyone may read it: no name but by function, the reason where it is public and was not erased."""

    at: datetime
    title: str
    who: str
    left: str
    reached: str
    reason: str
    standing: str
    """What the state reached means, and the deadline then promised: the motive where nobody typed one."""
    erased: bool
    seal: int | None
    digest: str
    holds: bool


def public_history(session: Session, item: Item, resource: Resource, key: bytes) -> list[PublicAct]:
    """The public acts on the item and its signed answers, oldest first."""
    answers = session.scalars(select(Answer.id).where(Answer.item_id == item.id, Answer.state == "signed"))
    subjects = [(item.kind, item.id), *((ANSWER_KIND, answer_id) for answer_id in answers)]
    cycle = lifecycle(session, resource.workflow, resource.policy)
    promises = promises_of(session, item.kind, item.id)
    told = (_told(cycle, item, one, promises) for one in history_of(session, subjects, key))
    return [act for act in told if act is not None]


def _told(cycle: Lifecycle, item: Item, one: Checked, promises: Promises) -> PublicAct | None:
    """The act in words; None for what concerns the desk alone."""
    entry = one.entry
    title = _answer_title(entry.act) if entry.subject_kind == ANSWER_KIND else _item_title(cycle, item, one)
    if title is None or entry.at is None:
        return None
    of_item = entry.subject_kind != ANSWER_KIND and entry.to_state is not None
    public = _reason_is_public(cycle, one)
    return PublicAct(
        at=entry.at,
        title=title,
        who=_who(entry.role),
        left=_state(cycle, entry.from_state) if of_item else "",
        reached=_state(cycle, entry.to_state) if of_item else "",
        reason=one.text if public else "",
        standing=_standing(cycle, one, promises) if of_item else "",
        erased=one.erased and public,
        seal=one.seal,
        digest=one.digest,
        holds=one.holds,
    )


def _standing(cycle: Lifecycle, one: Checked, promises: Promises) -> str:
    """The motive of a move that has none of its own; nothing for a state that no longer exists."""
    entry = one.entry
    state = next((known for known in cycle.workflow.states if known.name == entry.to_state), None)
    if state is None or entry.at is None:
        return ""
    return standing_motive(state, promises.get((state.name, entry.at)))


def _who(role: str) -> str:
    """Who acted, by function; an author whom a helper acted for is still the author."""
    if role in AUTHORS:
        return str(_("its author"))
    return str(_("its author, helped by the counter") if role == HELPER else FUNCTIONS.get(role, role))


def _answer_title(act: str) -> str | None:
    """Signature and corrections are public; the steps of the visa are not."""
    return {"sign": _("The town’s answer is signed"), "correct": _("The published answer is corrected")}.get(act)


def _item_title(cycle: Lifecycle, item: Item, one: Checked) -> str | None:
    """A transition that leads to a public state, or an edit made in public."""
    entry = one.entry
    if entry.act == "edit":
        seen = item.published_at is not None and entry.at is not None and entry.at >= item.published_at
        return _("Text edited") if seen else None
    transition = next((known for known in cycle.workflow.transitions if known.name == entry.act), None)
    if transition is None:
        return None if one.holds else entry.act
    return str(transition.past) if cycle.workflow.state(transition.to).public else None


def _reason_is_public(cycle: Lifecycle, one: Checked) -> bool:
    """Reasons of public transitions and of corrections; what a signature says stands in the answer."""
    entry = one.entry
    if entry.subject_kind == ANSWER_KIND:
        return entry.act == "correct"
    transition = next((known for known in cycle.workflow.transitions if known.name == entry.act), None)
    return transition is not None and "reason" in (*transition.requires, *transition.accepts)


def _state(cycle: Lifecycle, name: str | None) -> str:
    """The town's name of a state; a state that no longer exists keeps the journal's word."""
    state = next((known for known in cycle.workflow.states if known.name == name), None)
    if state is None:
        return name or ""
    return label_of(state, cycle.setup.labels) if state.public else ""
