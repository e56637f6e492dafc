# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the desk reads: queues and registers over the spine, whatever modules exist."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from civic.comments.models import Comment
from civic.delays.lateness import late
from civic.i18n.texts import plain
from civic.items.charge import could_hold
from civic.items.counting import Count, count_bounded
from civic.items.models import Item
from civic.items.waiting import readable, waiting_for
from civic.organisations.models import Organisation
from civic.people.models import Account, Department, Person, RoleGrant
from civic.people.staff import Colleague, function_at, staff_actors
from civic.permissions.actor import Actor
from civic.territory.models import Quartier
from civic.web.incoming import typed_number
from civic.web.pagination import Slice, keyset, page_of

PAGE = 25

COLUMNS = (
    Item.id,
    Item.kind,
    Item.number,
    Item.title,
    Item.state,
    Item.state_at,
    Item.due_at,
    Item.support_count,
    Item.published_at,
    Quartier.name.label("quartier"),
    Department.name.label("department"),
    Person.display_name.label("assignee"),
)


@dataclass(frozen=True)
class QueueFilter:
    """What a queue shows.

    Attributes:
        scope: `mine` (assigned to me or waiting in my departments), `all` (everything one may read).
        late: only what is overdue.
        kinds: those of the modules that are on; files of the others are kept, and shown nowhere.
        size: files on one page of a list.
    """

    kinds: tuple[str, ...]
    scope: str = "mine"
    late: bool = False
    department_id: int | None = None
    state: str = ""
    words: str = ""
    size: int = PAGE


def rows() -> Select[*tuple[Any, ...]]:
    """One row per file, with the names a clerk reads."""
    return (
        select(*COLUMNS)
        .outerjoin(Quartier, Quartier.id == Item.quartier_id)
        .outerjoin(Department, Department.id == Item.department_id)
        .outerjoin(Account, Account.id == Item.assignee_id)
        .outerjoin(Person, Person.id == Account.person_id)
        .where(Item.number.is_not(None))
    )


def queue(
    session: Session, actor: Actor, chosen: QueueFilter, at: datetime, *, after: str = "", before: str = ""
) -> Slice[Any]:
    """Files with a deadline, the soonest first."""
    query = rows().where(Item.due_at.is_not(None), *conditions(actor, chosen, at))
    query, backwards = keyset(
        query, (Item.due_at, Item.id), (datetime, int), after=after, before=before, descending=False
    )
    found = session.execute(query.limit(chosen.size + 1)).all()
    return page_of(
        found, chosen.size, lambda row: (row.due_at, row.id), backwards=backwards, began=bool(after or before)
    )


def register(
    session: Session, actor: Actor, chosen: QueueFilter, at: datetime, *, after: str = "", before: str = ""
) -> Slice[Any]:
    """Every file one may read, the last published first."""
    query = rows().where(*conditions(actor, chosen, at))
    query, backwards = keyset(query, (Item.number, Item.id), (int, int), after=after, before=before)
    found = session.execute(query.limit(chosen.size + 1)).all()
    return page_of(
        found, chosen.size, lambda row: (row.number, row.id), backwards=backwards, began=bool(after or before)
    )


def count_of(session: Session, actor: Actor, chosen: QueueFilter, at: datetime) -> Count | None:
    """How many files the filters of the register leave; None without a filter. One query where there is one."""
    plain = QueueFilter(chosen.kinds, scope="all")
    if chosen == replace(plain, size=chosen.size):
        return None
    kept = select(Item.id).where(Item.number.is_not(None), *conditions(actor, plain, at))
    return count_bounded(session, kept, conditions(actor, chosen, at))


def conditions(actor: Actor, chosen: QueueFilter, at: datetime) -> list[ColumnElement[bool]]:
    """The filters of a queue, a register or a board, among the files one may read."""
    found = [readable(actor), Item.kind.in_(chosen.kinds)]
    if chosen.scope == "mine":
        found.append(waiting_for(actor, at))
    if chosen.late:
        found.append(late(at))
    if chosen.department_id is not None:
        found.append(Item.department_id == chosen.department_id)
    if chosen.state:
        found.append(Item.state == chosen.state)
    number = typed_number(chosen.words)
    if number is not None:
        found.append(Item.number == number)
    elif chosen.words:
        found.append(Item.title["fr"].as_string().icontains(chosen.words, autoescape=True))
    return found


def counts(session: Session, actor: Actor, kinds: Sequence[str], at: datetime) -> tuple[int, int]:
    """How many files of these kinds wait for this person, and how many of them are overdue."""
    query = select(func.count(), func.count().filter(late(at))).where(
        Item.number.is_not(None),
        Item.due_at.is_not(None),
        Item.kind.in_(kinds),
        readable(actor),
        waiting_for(actor, at),
    )
    total, overdue = session.execute(query).one()
    return total, overdue


def departments(session: Session) -> Sequence[Department]:
    """All municipal services."""
    return session.scalars(select(Department).order_by(Department.slug)).all()


def colleagues(session: Session, item: Item, at: datetime) -> list[Colleague]:
    """Who may be put in charge of a file: whoever can act on it, with a department of their own or without."""
    return [one for one, actor in staff_actors(session) if could_hold(actor, item, at)]


def officials(session: Session) -> Sequence[Any]:
    """Elected officials who may sign: id, name, title."""
    rows = session.execute(
        select(Account.id, Person.given_name, Person.family_name, Account.title)
        .join(Person, Person.id == Account.person_id)
        .where(Account.closed_at.is_(None), Account.id.in_(_granted("official")))
        .order_by(Account.id)
    )
    return sorted(rows, key=lambda row: plain(f"{row.family_name} {row.given_name}"))


def recent_comments(session: Session, item_id: int, limit: int = 20) -> Sequence[Any]:
    """Last comments of a file, hidden ones too, for moderation: who wrote each, and in whose name."""
    return session.execute(
        select(
            Comment.id,
            Comment.body,
            Comment.created_at,
            Comment.hidden_at,
            Comment.hidden_reason,
            Person.display_name,
            Organisation.name.label("organisation"),
            function_at(Person.id, Comment.created_at).label("function"),
        )
        .join(Person, Person.id == Comment.author_id)
        .outerjoin(Organisation, Organisation.id == Comment.organisation_id)
        .where(Comment.item_id == item_id, Comment.withdrawn_at.is_(None))
        .order_by(Comment.id.desc())
        .limit(limit)
    ).all()


def _granted(role: str | None = None) -> Select[int]:
    """Accounts that hold a role now."""
    grants = select(RoleGrant.account_id).where(RoleGrant.ended_at.is_(None))
    return grants.where(RoleGrant.role == role) if role else grants
