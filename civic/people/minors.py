# SPDX-License-Identifier: AGPL-3.0-or-later
"""Those under the age at which one takes part alone: what they say, what a parent authorises, what then lapses.

15 years by law (Loi Informatique et Libertés, article 45); the town sets it, 0 for none. What they may not do is asked in
one place: `Policy.refusal`.
"""

from datetime import UTC, date, datetime, time

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from civic import paper_codes
from civic.db.session import lock
from civic.i18n.setup import current_zone
from civic.journal.entries import record
from civic.people.minor import Minor
from civic.people.models import Person
from civic.people.naming import numbered_name
from civic.people.pseudonyms import is_pseudonym
from civic.people.settings import PEOPLE_SCOPE, PeopleSettings
from civic.permissions.actor import Actor
from civic.permissions.core import CORE_POLICY
from civic.permissions.decision import Denied, Missing, Refusal, Refused
from civic.permissions.predicates import signed_in
from civic.settings.store import portal_state

KIND = "civic.person"
LENGTH = 8
"""Letters of the code on the form."""
LONGEST = 160
AT_ONCE = 500
"""Persons a change of the setting makes minors in one run of the job."""


def minor_age(session: Session) -> int:
    """The age the town set; 0 where it asks for no authorisation."""
    return portal_state(session).settings(PEOPLE_SCOPE, PeopleSettings).minor_age


def minor_until(session: Session, of_age_on: date | None, worked_out_for: int | None) -> datetime | None:
    """The moment a minor reaches the age the town asks for now, in its zone, from the day kept and the age it is for.

    None for everyone else, and where no age is set.
    """
    if of_age_on is None or worked_out_for is None or not minor_age(session):
        return None
    day = reached_on(session, of_age_on, worked_out_for)
    return datetime.combine(day, time.min, current_zone()).astimezone(UTC)


def reached_on(session: Session, of_age_on: date, worked_out_for: int) -> date:
    """The day on which a minor reaches the age the town asks for now; the day kept where it asks for none."""
    return anniversary(of_age_on, (minor_age(session) or worked_out_for) - worked_out_for)


def minor_of(session: Session, person_id: int) -> Minor | None:
    """What is kept of a minor, or of whoever an authorisation outlives; None for who said or proved nothing."""
    return session.scalar(select(Minor).where(Minor.person_id == person_id))


def minor_at(session: Session, person_id: int, at: datetime) -> Minor | None:
    """The same, of who is under the age the town asks for now."""
    found = minor_of(session, person_id)
    until = minor_until(session, found.of_age_on, found.age) if found is not None else None
    return found if until is not None and at < until else None


def say_age(session: Session, actor: Actor, year: int, month: int, at: datetime) -> Minor | None:
    """Someone says that they are under the age, by year and month of birth; neither is kept.

    The day of birth is not asked for: the age counts as reached with the month that follows. What was said is corrected
    by a document seen at the counter; a box ticked by mistake, by saying the month: None then. Raises Denied for a visitor, Missing for a date that says the contrary.
    """
    CORE_POLICY.require("account:own", actor, None, at)
    person = lock(session, Person, actor.person_id or 0)
    if person is None:
        raise Denied(signed_in.refusal)
    age, today = minor_age(session), _day(at)
    if not age:
        raise Refused(Refusal("no_minor_age", _("This town asks for no authorisation.")))
    if not 1 <= month <= 12:
        raise Missing({"month": _("Choose the month.")})
    if not (year > 1900 and (year, month) <= (today.year, today.month)):
        raise Missing({"year": _("Write a year such as 2013.")})
    of_age_on = date(year + age + month // 12, month % 12 + 1, 1)
    known = minor_of(session, person.id)
    if of_age_on <= today and known is not None and month_is_asked(known):
        session.delete(known)
        session.flush()
        return None
    if of_age_on <= today:
        raise Missing({"year": _("You have reached %(age)s: you take part without an authorisation.", age=age)})
    if known is None:
        return _begin(session, actor, person, of_age_on, at)
    if month_is_asked(known):
        known.of_age_on, known.age = of_age_on, age
        session.flush()
    return known


def say_under_age(session: Session, actor: Actor, at: datetime) -> None:
    """Someone who makes an account says that they are under the age; the month of birth is asked for next.

    Until it is said, the day is the latest there can be: that of someone born today.
    """
    CORE_POLICY.require("account:own", actor, None, at)
    person, age = lock(session, Person, actor.person_id or 0), minor_age(session)
    if person is not None and age and minor_of(session, person.id) is None:
        _begin(session, actor, person, anniversary(_day(at), age), at)


def month_is_asked(minor: Minor) -> bool:
    """Whether they said that they are under the age and nothing more."""
    return minor.of_age_on == anniversary(_day(minor.told_at), minor.age)


def note_birth(session: Session, person: Person, birth_date: date, at: datetime, *, seen: bool) -> None:
    """Keep that a person is a minor, or is none, once their date of birth is known.

    What was seen on a document corrects what was said; what was only written never lifts anything. An authorisation
    stays until the age it was asked for, whatever the town asks for now.
    """
    age, known = minor_age(session), minor_of(session, person.id)
    if known is not None and known.recorded_at is not None:
        age = max(age, known.age)
    of_age_on = anniversary(birth_date, age)
    if age and of_age_on > _day(at):
        if known is None:
            _begin(session, None, person, of_age_on, at)
        elif seen:
            known.of_age_on, known.age = of_age_on, age
    elif known is not None and seen:
        session.delete(known)
        session.flush()


def record_authorisation(
    session: Session, actor: Actor, minor_id: int, *, guardian: str, signed_on: date, reference: str, at: datetime
) -> Minor:
    """Keep that who holds parental authority has signed: who, when, and where the paper is. Raises Denied or Missing."""
    CORE_POLICY.require("authorisation:record", actor, None, at)
    minor = _held(session, minor_id)
    guardian, reference = " ".join(guardian.split()), " ".join(reference.split())
    faults: dict[str, str] = {}
    for name, text in (("guardian", guardian), ("reference", reference)):
        if not text:
            faults[name] = _("This is needed.")
        elif len(text) > LONGEST:
            faults[name] = _("Write at most %(count)s characters.", count=LONGEST)
    if signed_on > _day(at):
        faults["signed_on"] = _("This date is in the future.")
    if faults:
        raise Missing(faults)
    if minor.recorded_at is not None:
        raise Refused(Refusal("recorded", _("An authorisation is recorded already for this person.")))
    minor.guardian, minor.signed_on, minor.reference = guardian, signed_on, reference
    minor.recorded_at, minor.recorded_by_id, minor.revoked_at = at, actor.account_id, None
    session.flush()
    record(session, actor, "record_authorisation", kind=KIND, subject_id=minor.person_id, at=at)
    return minor


def revoke_authorisation(session: Session, actor: Actor, minor_id: int, at: datetime) -> Minor:
    """A parent takes the authorisation back at the desk: from now on nothing more is done; a new form is needed.

    Raises Denied, or Refused where none stands.
    """
    CORE_POLICY.require("authorisation:record", actor, None, at)
    minor = _held(session, minor_id)
    if minor.recorded_at is None:
        raise Refused(Refusal("not_recorded", _("No authorisation stands for this person.")))
    minor.recorded_at = minor.recorded_by_id = minor.signed_on = None
    minor.guardian = minor.reference = ""
    minor.revoked_at, minor.code = at, paper_codes.random_code(LENGTH)
    session.flush()
    record(session, actor, "revoke_authorisation", kind=KIND, subject_id=minor.person_id, at=at)
    return minor


def forget_of_age(session: Session, at: datetime) -> None:
    """Delete what was kept of those who have reached the age of their row: their authorisation lapses by itself."""
    session.execute(delete(Minor).where(Minor.of_age_on <= _day(at)))


def follow_setting(session: Session, at: datetime) -> None:
    """After another age was set: move the day of those known, and begin with those it makes minors.

    Of these only the year of birth is known: the age counts as reached with the year that follows. A document seen at
    the counter corrects it. What a parent signed stays until the day they read on the paper: a lower age does not
    delete it, so that a higher one set again asks nobody twice.
    """
    age, year = minor_age(session), _day(at).year
    if not age:
        return
    known = session.execute(select(Minor, Person).join(Person, Person.id == Minor.person_id).order_by(Minor.id))
    for minor, person in known:
        if minor.age < age or minor.recorded_at is None:
            minor.of_age_on, minor.age = reached_on(session, minor.of_age_on, minor.age), age
        if reached_on(session, minor.of_age_on, minor.age) > _day(at):
            _take_pseudonym(person)
    session.flush()
    unknown = select(Person).where(Person.birth_year > year - age, Person.id.not_in(select(Minor.person_id)))
    for person in session.scalars(unknown.order_by(Person.id).limit(AT_ONCE)).all():
        assert person.birth_year is not None
        _begin(session, None, person, date(person.birth_year + age + 1, 1, 1), at)


def hide_name_of_minor(session: Session, person: Person, at: datetime) -> None:
    """Give a minor whose public name could be their own a neutral one."""
    if minor_at(session, person.id, at) is not None:
        _take_pseudonym(person)


def typed_code(text: str) -> str:
    """A code as it was typed, in its one form; empty when it cannot be one."""
    return paper_codes.typed_code(text, LENGTH)


def anniversary(born: date, age: int) -> date:
    """The day on which that age is reached; the first of March for the 29th of February."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def _begin(session: Session, actor: Actor | None, person: Person, of_age_on: date, at: datetime) -> Minor:
    """Keep that the person is a minor; their public name is a pseudonym from now on."""
    code = paper_codes.random_code(LENGTH)
    minor = Minor(person_id=person.id, of_age_on=of_age_on, age=minor_age(session), code=code, told_at=at)
    session.add(minor)
    session.flush()
    hide_name_of_minor(session, person, at)
    if actor is not None:
        record(session, actor, "say_minor", kind=KIND, subject_id=person.id, at=at)
    return minor


def _take_pseudonym(person: Person) -> None:
    """A neutral public name in place of one that could be their own."""
    if not is_pseudonym(person.display_name, person.given_name, person.family_name):
        person.display_name = numbered_name(person)


def _held(session: Session, minor_id: int) -> Minor:
    """The minor's row, locked. Raises Refused when the age was reached meanwhile."""
    found = lock(session, Minor, minor_id)
    if found is None:
        raise Refused(Refusal("no_minor", _("Nobody is waiting under this code: perhaps the age was reached.")))
    return found


def _day(at: datetime) -> date:
    """The day in the town's zone."""
    return at.astimezone(current_zone()).date()
