# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the desk reads about persons, roles, delegations and absences: a fixed number of queries a page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, String, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from civic.i18n.setup import current_language
from civic.i18n.texts import pick
from civic.items.models import Item
from civic.people.accounts import TAKES_MAIL
from civic.people.levels import EMAIL
from civic.people.models import Absence, Account, Delegation, Department, Person, RoleGrant, RollEntry, Verification
from civic.people.staff import colleagues
from civic.spaces.models import Space
from civic.territory.models import Quartier
from civic.territory.services import quartiers_on

FOUND = 25
"""Persons shown for a search: beyond, one types more letters."""

_MARKED = {"a": "àâäáãå", "c": "ç", "e": "éèêë", "i": "îïíì", "n": "ñ", "o": "ôöóõò", "u": "ùûüú", "y": "ÿý"}
_LETTERS = [
    *((marked, plain) for plain, letters in _MARKED.items() for marked in (*letters, *letters.upper())),
    *((mark, " ") for mark in "-'’"),
    *(("œ", "oe"), ("Œ", "oe"), ("æ", "ae"), ("Æ", "ae")),
]
"""What does not count when a name is looked for; SQLite's own lower() knows only ASCII."""

Choices = list[tuple[int, str]]


def find_persons(session: Session, words: str) -> tuple[Sequence[Any], bool]:
    """Persons whose name or e-mail holds the words, whatever case and accents; and whether there are more."""
    names = select(Person.id, (Person.given_name + " " + Person.family_name + " " + Person.display_name).label("text"))
    plain = _plain(names.where(Person.erased_at.is_(None), Person.merged_into_id.is_(None)))
    by_name = select(plain.c.id).where(plain.c.text.contains(plain_text(words), autoescape=True))
    by_email = select(Account.person_id).where(Account.email.contains(words.lower(), autoescape=True))
    first_email = select(func.min(Account.email)).where(Account.person_id == Person.id, TAKES_MAIL).scalar_subquery()
    is_proven = exists().where(
        Verification.person_id == Person.id, Verification.level == "email", Verification.origin != EMAIL
    )
    rows = session.execute(
        select(
            Person.id,
            Person.given_name,
            Person.family_name,
            Person.display_name,
            Person.level,
            first_email.label("email"),
            is_proven.label("proven"),
        )
        .where(Person.erased_at.is_(None), Person.merged_into_id.is_(None))
        .where(or_(Person.id.in_(by_name), Person.id.in_(by_email)))
        .order_by(Person.family_name, Person.display_name, Person.id)
        .limit(FOUND + 1)
    ).all()
    found = sorted(rows[:FOUND], key=lambda row: (plain_text(row.family_name), plain_text(row.display_name)))
    return found, len(rows) > FOUND


def _plain(names: "Select[int, str]") -> CTE:
    """Rows (id, text) with the text in lower case, without accents, on both databases.

    A chain of short steps: SQLite's parser refuses fifty calls inside one another.
    """
    step = names.cte("names_0")
    for number, pairs in enumerate(batched(_LETTERS, 12), start=1):
        text: ColumnElement[str] = step.c.text
        for marked, plain in pairs:
            text = func.replace(text, marked, plain, type_=String)
        step = select(step.c.id, text.label("text")).cte(f"names_{number}")
    return select(step.c.id, func.lower(step.c.text, type_=String).label("text")).cte("plain_names")


def plain_text(words: str) -> str:
    """The same of what was typed."""
    for marked, plain in _LETTERS:
        words = words.replace(marked, plain)
    return words.lower()


def batched(pairs: Sequence[tuple[str, str]], size: int) -> Iterator[Sequence[tuple[str, str]]]:
    """Slices of that size."""
    for start in range(0, len(pairs), size):
        yield pairs[start : start + size]


def accounts_of(session: Session, person_id: int) -> Sequence[Account]:
    """Every account of a person, closed ones too."""
    return session.scalars(select(Account).where(Account.person_id == person_id).order_by(Account.id)).all()


def verifications_of(session: Session, person_id: int) -> Sequence[Any]:
    """How and when each level was verified, newest first, with the agent's name."""
    agent = aliased(Person)
    return session.execute(
        select(Verification, agent.display_name.label("agent"))
        .outerjoin(Account, Account.id == Verification.agent_id)
        .outerjoin(agent, agent.id == Account.person_id)
        .where(Verification.person_id == person_id)
        .order_by(Verification.at.desc(), Verification.id.desc())
    ).all()


@dataclass(frozen=True)
class Held:
    """A role as the list shows it."""

    grant: RoleGrant
    name: str
    email: str
    title: str
    person_id: int
    has_second_factor: bool
    where: str


def roles_held(session: Session, words: str = "", role: str = "") -> list[Held]:
    """Open roles by name, with what they cover in words."""
    department, space = aliased(Department), aliased(Item)
    query = (
        select(RoleGrant, Account, Person, department.name.label("department"), space.title.label("space"))
        .join(Account, Account.id == RoleGrant.account_id)
        .join(Person, Person.id == Account.person_id)
        .outerjoin(department, department.id == RoleGrant.department_id)
        .outerjoin(space, space.id == RoleGrant.space_id)
        .where(RoleGrant.ended_at.is_(None), Account.closed_at.is_(None))
        .order_by(Account.id, RoleGrant.id)
    )
    if role:
        query = query.where(RoleGrant.role == role)
    held = [_held(*row) for row in session.execute(query)]
    wanted = plain_text(words)
    found = [one for one in held if wanted in plain_text(f"{one.name} {one.title} {one.email}")]
    return sorted(found, key=lambda one: plain_text(one.name))


def _held(grant: RoleGrant, account: Account, person: Person, department: Any, space: Any) -> Held:
    """One line of the list."""
    parts = [pick(department, current_language()), pick(space, current_language()), grant.module or ""]
    return Held(
        grant,
        person.display_name or account.email.partition("@")[0],
        account.email,
        account.title,
        person.id,
        account.totp_secret is not None,
        " · ".join(part for part in parts if part),
    )


def delegations(session: Session) -> Sequence[Delegation]:
    """Every delegation, latest first."""
    return session.scalars(
        select(Delegation).order_by(Delegation.from_on.desc(), Delegation.id.desc()).limit(200)
    ).all()


def absences(session: Session, today: date) -> Sequence[Absence]:
    """Absences that are not over, soonest first."""
    return session.scalars(select(Absence).where(Absence.until_on > today).order_by(Absence.from_on, Absence.id)).all()


def quartier_choices(session: Session, today: date) -> Choices:
    """Quartiers of the day, for a choice."""
    return [(quartier.id, pick(quartier.name, current_language())) for quartier in quartiers_on(session, today)]


def quartier_names(session: Session, today: date) -> dict[str, int]:
    """Id of each quartier by slug and by each of its names, for imported lists."""
    found: dict[str, int] = {}
    for quartier in quartiers_on(session, today):
        found |= dict.fromkeys([quartier.slug, *quartier.name.values()], quartier.id)
    return found


def quartier_name(session: Session, quartier_id: int | None) -> str:
    """The quartier in words, empty for none."""
    quartier = session.get(Quartier, quartier_id) if quartier_id else None
    return pick(quartier.name, current_language()) if quartier else ""


def department_choices(session: Session) -> Choices:
    """Departments, for a choice."""
    found = session.scalars(select(Department).order_by(Department.slug))
    return [(department.id, pick(department.name, current_language())) for department in found]


def space_choices(session: Session) -> Choices:
    """Processes and bodies, for a choice."""
    rows = session.execute(
        select(Space.id, Item.title)
        .join(Item, Item.id == Space.id)
        .where(Space.kind != "root")
        .order_by(Space.id.desc())
    )
    return [(row.id, pick(row.title, current_language())) for row in rows]


def colleague_choices(session: Session, role: str | None = None) -> Choices:
    """Colleagues, for a choice."""
    return [(colleague.account_id, colleague.label) for colleague in colleagues(session, role)]


def list_sizes(session: Session) -> dict[str, Any]:
    """Each imported list: lines and day of the import."""
    rows = session.execute(
        select(RollEntry.list_name, func.count().label("lines"), func.max(RollEntry.imported_at).label("at")).group_by(
            RollEntry.list_name
        )
    )
    return {row.list_name: row for row in rows}
