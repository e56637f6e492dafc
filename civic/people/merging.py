# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two rows that turn out to be one person become one; what stood twice is counted once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import (
    Column,
    Delete,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from civic.db.base import Base
from civic.db.session import lock
from civic.events.base import PersonsMerged
from civic.events.outbox import announce
from civic.journal.entries import record
from civic.people.doubtful_pairs import DoubtfulPair, carry_pairs, told_apart
from civic.people.identity import CIVIL, CLAIMED
from civic.people.levels import rank, recompute
from civic.people.matching import have_one_identity
from civic.people.minors import hide_name_of_minor
from civic.people.models import Account, Person, PersonIdentifier
from civic.people.proof_upload import discard_upload
from civic.people.turns import one_at_a_time
from civic.permissions.actor import Actor
from civic.permissions.decision import Refusal, Refused

ONE_ONLY = (CIVIL, CLAIMED)
"""Schemes of the civil identity, seen or only written: two different ones are two people."""

_FROM_THE_OTHER = ("given_name", "family_name", "birth_year", "quartier_id")


@dataclass(frozen=True)
class Merged:
    """What merging removed, to be told to the person."""

    double_supports: int
    double_follows: int


def merge_persons(
    session: Session, actor: Actor, from_person_id: int, into_person_id: int, at: datetime, *, proven: bool = False
) -> Merged:
    """Make one person of two: accounts, identifiers, verifications, items, comments, supports and follows move.

    The caller has proven that they are one (a code sent to the other's address, or a known identity hash); `proven`
    when someone at the counter read it on a document or decided it, so that two spellings of an identity are no
    obstacle. Ballots are untouched. Raises Refused when they cannot be one: two civil identities, someone erased or
    merged already.
    """
    source, target = _both(session, from_person_id, into_person_id)
    if not proven:
        _refuse_two_identities(session, source.id, target.id)
    double_follows = _drop_double_follows(session, source.id, target.id)
    double_supports = 0
    carry_pairs(session, source.id, target.id, at=at, account_id=actor.account_id)
    for column in _columns_naming_a_person():
        dropped = _move(session, column, source.id, target.id)
        double_supports += dropped if column.table.name == "civic_support" else 0
    session.expire_all()
    if not target.given_name and source.given_name:
        target.display_name = source.display_name
    for name in _FROM_THE_OTHER:
        setattr(target, name, getattr(target, name) or getattr(source, name))
    _empty(source, target)
    hide_name_of_minor(session, target, at)
    session.flush()
    if rank(recompute(session, target, at)) >= rank("residence"):
        discard_upload(session, target.id)  # what it was to prove is proven
    record(
        session,
        actor,
        "merge_persons",
        kind="civic.person",
        subject_id=target.id,
        at=at,
        details={"from": source.id, "double_supports": double_supports},
    )
    announce(session, PersonsMerged(source.id, target.id, at), at=at)
    return Merged(double_supports, double_follows)


def _both(session: Session, from_person_id: int, into_person_id: int) -> tuple[Person, Person]:
    """Both rows, locked in the order of their ids so that two merges never wait for one another."""
    one_at_a_time(session)
    rows = {key: lock(session, Person, key) for key in sorted({from_person_id, into_person_id})}
    source, target = rows[from_person_id], rows[into_person_id]
    if source is None or target is None or source is target:
        raise Refused(Refusal("nothing_to_merge", _("These accounts are the same person already.")))
    if any(person.merged_into_id is not None or person.erased_at is not None for person in (source, target)):
        raise Refused(Refusal("gone", _("One of these accounts no longer exists.")))
    return source, target


def _refuse_two_identities(session: Session, source_id: int, target_id: int) -> None:
    """Raise Refused when both were verified as different people."""
    first, second = aliased(PersonIdentifier), aliased(PersonIdentifier)
    clash = select(first.id).where(
        first.person_id == source_id,
        second.person_id == target_id,
        first.hash != second.hash,
        first.scheme.in_(ONE_ONLY),
        second.scheme.in_(ONE_ONLY),
    )
    unlike = session.scalar(clash.limit(1)) is not None and not have_one_identity(session, source_id, target_id)
    if unlike or target_id in told_apart(session, source_id):
        raise Refused(
            Refusal(
                "two_identities",
                _("The town has verified these accounts as two different people: they cannot become one."),
            )
        )


def _columns_naming_a_person() -> Iterator[Column[int]]:
    """Every column of the core and of the modules that refers to a person; tables are not named one by one, so that
    none is forgotten when a module is added."""
    for table in Base.metadata.sorted_tables:
        if table.name not in (Person.__tablename__, DoubtfulPair.__tablename__):  # pairs have been carried
            for constraint in table.constraints:
                if isinstance(constraint, ForeignKeyConstraint) and constraint.referred_table.name == "civic_person":
                    yield from constraint.columns


def _move(session: Session, column: Column[int], source_id: int, target_id: int) -> int:
    """Rows of one person become the other's; what both have, where only one is allowed, is removed. How many were."""
    dropped = 0
    for others in _unique_with(column):
        twin = column.table.alias()
        same = (twin.c[other.name] == other for other in others)
        both_have = select(twin.c[column.name]).where(twin.c[column.name] == target_id, *same).exists()
        doubles = delete(column.table).where(column == source_id, both_have)
        dropped += _remove(session, doubles, column.table)
    session.execute(update(column.table).where(column == source_id).values({column.name: target_id}))
    return dropped


def _unique_with(column: Column[int]) -> Iterator[list[Column[int]]]:
    """For each constraint by which a person has one row of something: its other columns."""
    unique = [found for found in column.table.constraints if isinstance(found, UniqueConstraint | PrimaryKeyConstraint)]
    for constraint in unique:
        if column.name in constraint.columns:
            yield [other for other in constraint.columns if other is not column]


def _drop_double_follows(session: Session, source_id: int, target_id: int) -> int:
    """Follows belong to accounts, which keep theirs; what both follow is followed once, by the account that stays."""
    follow = Base.metadata.tables["civic_follow"]
    own = select(Account.id).where(Account.person_id == target_id)
    other = select(Account.id).where(Account.person_id == source_id)
    already = select(follow.c.item_id).where(follow.c.account_id.in_(own))
    doubles = delete(follow).where(follow.c.account_id.in_(other), follow.c.item_id.in_(already))
    return _remove(session, doubles, follow)


_COUNTED = {"civic_support": "support", "civic_follow": "follow"}
"""Tables whose rows are counted on their item. They belong to packages above this one: named, not imported."""


def _remove(session: Session, doubles: Delete, table: Table) -> int:
    """Delete, uncount on the items, and give how many there were."""
    if table.name not in _COUNTED:
        return len(session.execute(doubles.returning(*table.primary_key.columns)).all())
    items = session.scalars(doubles.returning(table.c.item_id)).all()
    delta = Base.metadata.tables["civic_count_delta"]
    for item_id in items:
        session.execute(insert(delta).values(item_id=item_id, counter=_COUNTED[table.name], amount=-1))
    return len(items)


def _empty(source: Person, target: Person) -> None:
    """Leave a row that says nothing but where the person is now."""
    source.given_name = source.family_name = source.display_name = ""
    source.birth_year = source.quartier_id = None
    source.level = "declared"
    source.merged_into_id = target.id
