# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may take part: one declarative rule, asked of one person with reasons, or of everyone as SQL."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, column, exists, select, table, true
from sqlalchemy.orm import Session

from civic.people.levels import LEVELS, level_at, proves, rank
from civic.people.models import Person
from civic.permissions.actor import Actor
from civic.permissions.decision import Refusal
from civic.permissions.policy import PARENT_NEEDED

_MEMBERS = table("civic_space_member", column("space_id"), column("person_id"))
"""Members of spaces, named by its table: spaces stand above persons and are not imported here."""


@dataclass(frozen=True)
class Electorate:
    """A rule on persons; every part that is set must hold.

    Attributes:
        min_age: years reached in the calendar year of `age_on` (only the year of birth is kept), 0 for no age.
        age_on: the day the age is counted on; None means the day of the act.
        level: lowest verification level.
        quartiers: ids of quartiers one of which must be the person's; empty for the whole town.
        members_of: ids of spaces one of which the person must be a member of; empty for anyone.
        roll_only: electors on the roll, and nobody else.
        with_account: not for whoever takes part for a short time without an account. Asked of who acts
            (`refusal_to`), not of the person: what the counter enters for them counts as anyone's.
    """

    min_age: int = 0
    age_on: date | None = None
    level: str = "email"
    quartiers: frozenset[int] = frozenset()
    members_of: frozenset[int] = frozenset()
    roll_only: bool = False
    with_account: bool = False

    def __post_init__(self) -> None:
        """Raise ValueError for a level that does not exist or an impossible age."""
        if self.level not in LEVELS:
            raise ValueError(f"level: {self.level!r} is unknown. Write one of {', '.join(LEVELS)}.")
        if not 0 <= self.min_age <= 120:
            raise ValueError(f"min_age: {self.min_age} is no age. Write 0 to 120.")

    @property
    def required_level(self) -> str:
        """The level asked for, the roll included."""
        return "roll" if self.roll_only else self.level


def electorate_of(values: Mapping[str, Any]) -> Electorate:
    """An electorate from stored settings: ids as lists or as text "3, 8", day as ISO text; unknown names ignored.

    Raises ValueError naming the value that cannot be read.
    """
    day = values.get("age_on") or None
    return Electorate(
        min_age=int(values.get("min_age") or 0),
        age_on=date.fromisoformat(day) if isinstance(day, str) else day,
        level=str(values.get("level") or "email"),
        quartiers=_ids(values.get("quartiers")),
        members_of=_ids(values.get("members_of")),
        roll_only=bool(values.get("roll_only")),
        with_account=bool(values.get("with_account")),
    )


def refusal_to(session: Session, actor: Actor, electorate: Electorate, at: datetime) -> Refusal | None:
    """Why whoever acts may not take part, with what to do; a visitor is first asked to sign in, elsewhere.

    The one place where acts ask for a parent's authorisation, for an account and for what the person must be.
    """
    if not actor.signed_in:
        return None
    if actor.needs_parent(at):
        return PARENT_NEEDED
    if electorate.with_account and actor.without_account:
        return ACCOUNT_NEEDED
    if replace(electorate, with_account=False) == Electorate():
        return None  # whoever signs in has answered at an address, or was verified otherwise
    return refusal(session, electorate, session.get(Person, actor.person_id or 0), at)


def refusal(session: Session, electorate: Electorate, person: Person | None, at: datetime) -> Refusal | None:
    """Why the person may not take part, with what to do; None when they may."""
    if person is None:
        return Refusal("sign_in", _("Sign in first: an e-mail address is enough."), remedy="sign_in")
    if person.erased_at is not None or person.merged_into_id is not None:
        return Refusal("not_known", _("This account no longer stands for anyone: sign in again."), remedy="sign_in")
    if rank(level_at(session, person, at)) < rank(electorate.required_level):
        return _LEVEL_REFUSALS[electorate.required_level]
    return _age_refusal(electorate, person, at) or _place_refusal(session, electorate, person)


def eligible(electorate: Electorate, at: datetime) -> ColumnElement[bool]:
    """SQL condition on `Person`: exactly those whom `refusal` lets through."""
    conditions = [Person.erased_at.is_(None), Person.merged_into_id.is_(None), proves(electorate.required_level, at)]
    if electorate.min_age:
        conditions.append(Person.birth_year <= _latest_birth_year(electorate, at))
    if electorate.quartiers:
        conditions.append(Person.quartier_id.in_(electorate.quartiers))
    if electorate.members_of:
        conditions.append(
            exists().where(_MEMBERS.c.person_id == Person.id, _MEMBERS.c.space_id.in_(electorate.members_of))
        )
    return and_(true(), *conditions)


ACCOUNT_NEEDED = Refusal(
    "account_needed",
    _(
        "This is open to people with an account. An e-mail address is enough to make yours one: add it, under “Address, "
        "password, security” in my space."
    ),
    remedy="account",
)

_LEVEL_REFUSALS: Mapping[str, Refusal] = {
    "email": Refusal(
        "email_needed",
        _("Confirm your e-mail address first: ask for a code and type it."),
        remedy="verify",
    ),
    "residence": Refusal(
        "residence_needed",
        _(
            "This is open to people whose residence was verified. Send a recent proof of residence from your space, "
            "under “Prove that I live here”, or show it at the counter with an identity document; what you typed is kept."
        ),
        remedy="residence",
    ),
    "roll": Refusal(
        "roll_needed",
        _(
            "This is open to electors of the town. If you are on the electoral roll, come to the counter with an "
            "identity document; otherwise the counter explains how to register."
        ),
        remedy="verify",
    ),
}


def _age_refusal(electorate: Electorate, person: Person, at: datetime) -> Refusal | None:
    """Too young, or of unknown age."""
    if not electorate.min_age:
        return None
    if person.birth_year is None:
        message = _("Say your year of birth in your space first: this is open from %(age)s.", age=electorate.min_age)
        return Refusal("birth_year_needed", message, remedy="verify")
    if person.birth_year > _latest_birth_year(electorate, at):
        message = _(
            "This is open from the year one turns %(age)s. Look at what else is open on the home page.",
            age=electorate.min_age,
        )
        return Refusal("too_young", message)
    return None


def _place_refusal(session: Session, electorate: Electorate, person: Person) -> Refusal | None:
    """Of another quartier, or not a member."""
    if electorate.quartiers and person.quartier_id is None:
        message = _("Choose your quartier in your space first: this is kept for people who live in some quartiers.")
        return Refusal("quartier_needed", message, remedy="verify")
    if electorate.quartiers and person.quartier_id not in electorate.quartiers:
        message = _(
            "This is kept for people who live in other quartiers. If you have moved, change your quartier in your space "
            "or come to the counter with a proof of residence."
        )
        return Refusal("other_quartier", message)
    if electorate.members_of:
        member = select(_MEMBERS.c.person_id).where(
            _MEMBERS.c.person_id == person.id, _MEMBERS.c.space_id.in_(electorate.members_of)
        )
        if session.scalar(member.limit(1)) is None:
            message = _("This is kept for the members of the space. Ask the contact named on its page to be admitted.")
            return Refusal("not_member", message)
    return None


def _latest_birth_year(electorate: Electorate, at: datetime) -> int:
    """The last year of birth that is old enough."""
    return (electorate.age_on or at.date()).year - electorate.min_age


def _ids(value: Any) -> frozenset[int]:
    """Ids from a list or from text."""
    parts = value.replace(";", ",").split(",") if isinstance(value, str) else value or ()
    return frozenset(int(part) for part in parts if str(part).strip())
