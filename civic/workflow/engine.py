# SPDX-License-Identifier: AGPL-3.0-or-later
"""Applying transitions: `perform` is the only writer of a state, `start` gives the first one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from civic.db.session import lock
from civic.db.types import PerLanguage
from civic.events.base import Transitioned
from civic.events.outbox import announce
from civic.journal.entries import record
from civic.journal.models import JournalEntry
from civic.permissions.actor import Actor
from civic.permissions.decision import Missing, Refusal, Refused, StaleVersion
from civic.permissions.policy import Policy
from civic.workflow.deadlines import due
from civic.workflow.declaration import Deadline, State, Transition, TransitionData, Workflow
from civic.workflow.guarding import state_may_change
from civic.workflow.stateful import Stateful
from civic.workflow.stays import enter_state, in_charge, leave_state

Subject = TypeVar("Subject", bound=Stateful)


@dataclass(frozen=True)
class Setup:
    """What a town set for one workflow: names, deadlines, optional states turned off; and the town's zone."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Paris"))
    labels: Mapping[str, PerLanguage] = field(default_factory=dict)
    deadlines: Mapping[str, Deadline | None] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()

    def deadline(self, state: State) -> Deadline | None:
        """The town's deadline for the state, or the declared one."""
        return self.deadlines.get(state.name, state.deadline)


@dataclass(frozen=True)
class Lifecycle:
    """A workflow with the policy that says who may do what in it, and the town's setup."""

    kind: str
    workflow: Workflow
    policy: Policy
    setup: Setup = Setup()


@dataclass(frozen=True)
class Offer:
    """A transition shown to someone: open, or closed with its reasons."""

    transition: Transition
    refusals: tuple[Refusal, ...]

    @property
    def is_open(self) -> bool:
        """Whether it can be performed now."""
        return not self.refusals


def available(cycle: Lifecycle, actor: Actor, subject: Stateful, at: datetime) -> list[Offer]:
    """Every transition that leaves the present state, with what refuses it: page, API and tests use this one call."""
    return [
        Offer(transition, _refusals(cycle, transition, actor, subject, at))
        for transition in cycle.workflow.leaving(subject.state)
        if transition.to not in cycle.setup.skipped
    ]


def start(session: Session, cycle: Lifecycle, actor: Actor, subject: Subject, at: datetime) -> Subject:
    """Give a new object its initial state and journal its creation; adds and flushes it."""
    first = cycle.workflow.initial
    with state_may_change():
        subject.state = first.name
    subject.state_at = at
    limit = cycle.setup.deadline(first)
    subject.due_at = due(at, limit, cycle.setup.zone) if limit else None
    session.add(subject)
    session.flush()
    record(session, actor, "create", kind=cycle.kind, subject_id=subject.id, at=at, to_state=first.name)
    if first.public:
        enter_state(session, cycle.kind, subject)
    return subject


def perform(
    session: Session,
    cycle: Lifecycle,
    actor: Actor,
    subject: Stateful,
    act: str,
    *,
    at: datetime,
    version: int | None = None,
    data: TransitionData | None = None,
    answered: bool = False,
) -> JournalEntry:
    """Apply a transition: lock, version, state, permission, guards, fields, effect, state, journal, event.

    `version` is the one the form was shown with (a lock cannot see a stale page); `answered` is passed by the
    signature of an answer alone. Raises StaleVersion, Denied, Refused or Missing; nothing is then changed.
    """
    data = data or TransitionData()
    lock(session, type(subject), subject.id)
    transition = examine(cycle, actor, subject, act, at=at, version=version, data=data, answered=answered)
    leave_state(session, cycle.kind, subject, in_charge(subject), at)
    if transition.effect is not None:
        transition.effect(session, subject, actor, data, at)
    return _move(session, cycle, actor, subject, transition, data, at)


def examine(
    cycle: Lifecycle,
    actor: Actor,
    subject: Stateful,
    act: str,
    *,
    at: datetime,
    version: int | None = None,
    data: TransitionData | None = None,
    answered: bool = False,
) -> Transition:
    """The transition that `perform` would apply to the subject as it is; only reads.

    Raises what `perform` would: StaleVersion, Denied, Refused or Missing.
    """
    transition = cycle.workflow.transition(act)
    if version is not None and subject.version != version:
        raise StaleVersion(
            Refusal(
                "stale",
                _(
                    "Someone changed this file while you were reading it. Read what is new, then act again: your text is kept."
                ),
            )
        )
    if subject.state not in transition.sources or transition.to in cycle.setup.skipped:
        raise Refused(Refusal("wrong_state", _("This is no longer possible: the file has moved on.")))
    refusals = _refusals(cycle, transition, actor, subject, at, answered=answered)
    if refusals:
        cycle.policy.require(transition.by, actor, subject, at)
        raise Refused(*refusals)
    require_fields(transition, data or TransitionData())
    return transition


def _move(
    session: Session,
    cycle: Lifecycle,
    actor: Actor,
    subject: Stateful,
    transition: Transition,
    data: TransitionData,
    at: datetime,
) -> JournalEntry:
    """Write the new state, its date and deadline, the journal entry and the event."""
    left, target = subject.state, cycle.workflow.state(transition.to)
    with state_may_change():
        subject.state = target.name
    subject.state_at = at
    limit = cycle.setup.deadline(target)
    subject.due_at = due(at, limit, cycle.setup.zone) if limit else None
    subject.version = subject.version + 1
    if target.public:
        enter_state(session, cycle.kind, subject)
    entry = record(
        session,
        actor,
        transition.name,
        kind=cycle.kind,
        subject_id=subject.id,
        at=at,
        from_state=left,
        to_state=target.name,
        text=data.reason,
        details=data.details,
    )
    session.flush()
    announce(session, Transitioned(cycle.kind, subject.id, transition.name, left, target.name, at, entry.uid), at=at)
    return entry


def _refusals(
    cycle: Lifecycle, transition: Transition, actor: Actor, subject: Stateful, at: datetime, *, answered: bool = False
) -> tuple[Refusal, ...]:
    """Permission first, then every guard."""
    refusal = cycle.policy.refusal(transition.by, actor, subject, at)
    if refusal is not None:
        return (refusal,)
    found = [guard(actor, subject, at) for guard in transition.when]
    if transition.through_answer and not answered:
        found.append(Refusal("needs_answer", _("This is done by signing a motivated answer: draft one.")))
    return tuple(refusal for refusal in found if refusal is not None)


_FIELD_SENTENCES = {
    "reason": _("Write the reason: it is public and the author reads it."),
    "department_id": _("Choose the department in charge."),
    "planned_for": _("Say when it is planned for."),
}


def require_fields(transition: Transition, data: TransitionData) -> None:
    """Raise Missing when a required field is empty or blank."""
    empty = {name: _FIELD_SENTENCES[name] for name in transition.requires if not str(getattr(data, name) or "").strip()}
    if empty:
        raise Missing(empty)
