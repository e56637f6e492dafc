# SPDX-License-Identifier: AGPL-3.0-or-later
"""A helper with one person: opened on an identity and a mandate, closed by hand or by idleness, one at a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.counter.acting import on_behalf
from civic.counter.limits import counter_settings, day_of, require_person_within, take_turn
from civic.counter.models import CounterMandate, CounterSitting
from civic.counter.paper import Came, check_came
from civic.db.session import lock
from civic.journal.entries import record
from civic.people.models import Person
from civic.people.presence import Registered, ShownIdentity, register_present
from civic.permissions.actor import Actor
from civic.permissions.decision import Refusal, Refused

KIND = "civic.counter_sitting"
MANDATE_KIND = "civic.counter_mandate"


class SittingOver(Refused):
    """The sitting is closed; `idle` when it closed by itself and may be taken up again."""

    def __init__(self, *, idle: bool) -> None:
        message = (
            _("This sitting closed by itself after a time without activity.") if idle else _("This sitting is ended.")
        )
        super().__init__(Refusal("sitting_over", message))
        self.idle = idle


@dataclass(frozen=True)
class Held:
    """An open sitting with who is helped, under which mandate, and the actor that acts for them."""

    sitting: CounterSitting
    person: Person
    mandate: CounterMandate
    actor: Actor


def open_sitting(
    session: Session, helper: Actor, shown: ShownIdentity, came: Came, *, known_kinds: frozenset[str], at: datetime
) -> tuple[CounterSitting, Registered]:
    """Begin with someone: who they are, how it came, what they asked for.

    Raises Missing for what is empty or cannot be, Refused while another sitting is open, beyond the day's limit, or
    when the person is the helper.
    """
    account_id = take_turn(session, helper, at)
    check_came(came, day_of(at), known_kinds=known_kinds)
    present = open_sitting_of(session, account_id)
    if present is not None and is_open(session, present, at):
        message = _("Your sitting with someone else is still open: end it first, so that nothing is entered for the wrong person.")  # fmt: skip
        raise Refused(Refusal("other_sitting", message))
    if present is not None:
        present.closed_at = at
        session.flush()
    registered = register_present(session, helper, shown, at)
    require_person_within(session, helper, registered.person.id, at)
    mandate = take_mandate(session, helper, registered.person.id, came, at)
    sitting = CounterSitting(
        helper_id=account_id,
        person_id=registered.person.id,
        mandate_id=mandate.id,
        channel=came.channel,
        occasion=came.occasion.strip(),
        paper_on=came.paper_on,
        paper_reference=came.paper_reference.strip(),
        opened_on=day_of(at),
        opened_at=at,
        last_at=at,
    )
    session.add(sitting)
    session.flush()
    record(session, helper, "open_sitting", kind=KIND, subject_id=sitting.id, at=at, details={"channel": came.channel})
    return sitting, registered


def take_mandate(session: Session, helper: Actor, person_id: int, came: Came, at: datetime) -> CounterMandate:
    """Keep what the person asked for, and journal it without saying who."""
    assert helper.account_id is not None
    mandate = CounterMandate(
        person_id=person_id,
        helper_id=helper.account_id,
        form=came.mandate,
        given_on=came.paper_on or day_of(at),
        kinds=list(came.kinds),
        at=at,
    )
    session.add(mandate)
    session.flush()
    details = {"form": came.mandate, "channel": came.channel, "kinds": list(came.kinds)}
    record(session, helper, "take_mandate", kind=MANDATE_KIND, subject_id=mandate.id, at=at, details=details)
    return mandate


def open_sitting_of(session: Session, account_id: int | None) -> CounterSitting | None:
    """The helper's sitting that nobody ended, idle or not."""
    return session.scalar(
        select(CounterSitting).where(CounterSitting.helper_id == (account_id or 0), CounterSitting.closed_at.is_(None))
    )


def is_open(session: Session, sitting: CounterSitting, at: datetime) -> bool:
    """Neither ended nor idle."""
    idle = timedelta(minutes=counter_settings(session).idle_minutes)
    return sitting.closed_at is None and at < sitting.last_at + idle


def read_sitting(
    session: Session, helper: Actor, sitting_id: int, at: datetime, *, idle_too: bool = False
) -> Held | None:
    """The helper's own open sitting, for a page; None when it is another's. Raises SittingOver once it is closed.

    `idle_too` gives one that closed by idleness: what was just typed in it is read before it is refused.
    """
    sitting = session.get(CounterSitting, sitting_id)
    if sitting is None or sitting.helper_id != helper.account_id:
        return None
    return _held(session, helper, sitting, at, resume=idle_too)


def hold_sitting(session: Session, helper: Actor, sitting_id: int, at: datetime, *, resume: bool = False) -> Held:
    """The helper's own open sitting, for an act: counted as activity.

    `resume` takes up one that closed by idleness, when the helper says that the person is still there. Raises Denied,
    Refused for another helper's sitting, SittingOver.
    """
    take_turn(session, helper, at)
    sitting = lock(session, CounterSitting, sitting_id)
    if sitting is None or sitting.helper_id != helper.account_id:
        raise Refused(Refusal("no_sitting", _("This sitting is not yours.")))
    was_idle = not is_open(session, sitting, at)
    held = _held(session, helper, sitting, at, resume=resume)
    sitting.last_at = at
    if was_idle:
        record(session, helper, "resume_sitting", kind=KIND, subject_id=sitting.id, at=at)
    return held


def end_sitting(session: Session, helper: Actor, sitting_id: int, at: datetime) -> None:
    """End it; ending it twice is harmless. Raises Refused for another helper's."""
    take_turn(session, helper, at)
    sitting = lock(session, CounterSitting, sitting_id)
    if sitting is None or sitting.helper_id != helper.account_id:
        raise Refused(Refusal("no_sitting", _("This sitting is not yours.")))
    if sitting.closed_at is None:
        sitting.closed_at = at
        record(session, helper, "end_sitting", kind=KIND, subject_id=sitting.id, at=at)


def _held(session: Session, helper: Actor, sitting: CounterSitting, at: datetime, *, resume: bool) -> Held:
    """The sitting with all it needs. Raises SittingOver."""
    if not is_open(session, sitting, at) and not (resume and sitting.closed_at is None):
        raise SittingOver(idle=sitting.closed_at is None)
    person = session.get_one(Person, sitting.person_id)
    if person.erased_at is not None:
        raise SittingOver(idle=False)
    mandate = session.get_one(CounterMandate, sitting.mandate_id)
    return Held(sitting, person, mandate, on_behalf(session, helper, person, mandate, sitting.channel))
