# SPDX-License-Identifier: AGPL-3.0-or-later
"""Importing the electoral roll or the town's own list: all or nothing, prepared, looked at, then exchanged at once.

Only keyed hashes are stored, as soon as the file is read; the file itself is not kept.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import IO, Any

from flask_babel import gettext as _
from sqlalchemy import delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from civic.i18n.setup import current_zone
from civic.journal.entries import record
from civic.people.identity import ROLL, fold, roll_number_hash
from civic.people.levels import end_verifications, recompute
from civic.people.models import Person, PersonIdentifier, RollEntry
from civic.people.roll_file import Fault, FileFault, Line, Reading
from civic.people.verification import ELECTORAL, LIST_NAMES, people_settings
from civic.permissions.actor import Actor
from civic.permissions.decision import Missing, Refusal, Refused

KIND = "civic.roll"
BATCH = 2000


class RollRefused(Refused):
    """The file was refused whole; `faults` names every wrong line."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(
            Refusal("wrong_file", _("Nothing was imported: correct the lines below and send the file again."))
        )
        self.faults = faults


@dataclass(frozen=True)
class Prepared:
    """A list that was read and waits to be put in place."""

    list_name: str
    lines: int
    former: int
    with_quartier: int


def prepare_roll(
    session: Session, actor: Actor, list_name: str, file: IO[bytes], quartiers: Mapping[str, int], *, at: datetime
) -> Prepared:
    """Read a file whole and keep its lines beside the present list; nothing is in force before `apply_roll`.

    `quartiers` gives the id for each name or slug. Raises RollRefused with every wrong line, Missing for an unknown list.
    """
    if list_name not in LIST_NAMES:
        raise Missing({"list_name": _("Choose one of the lists.")})
    waiting = _waiting(list_name, actor)
    session.execute(delete(RollEntry).where(RollEntry.list_name == waiting))
    reading = Reading(file, at.astimezone(current_zone()).date(), people_settings(session).roll_max_lines)
    folded = {fold(name): key for name, key in quartiers.items()}
    rows = _rows(reading, list_name, waiting, folded, at)
    count = 0
    try:
        while batch := list(islice(rows, BATCH)):
            count += len(batch)
            if not reading.faults:
                session.execute(insert(RollEntry), batch)
    except FileFault as error:
        reading.faults.append(Fault(0, str(error)))
    if not count and not reading.faults:
        reading.faults.append(Fault(0, _("The file has no line of data.")))
    if reading.faults:
        raise RollRefused(reading.faults)
    return prepared_roll(session, actor, list_name)


def prepared_roll(session: Session, actor: Actor, list_name: str) -> Prepared:
    """What waits to be put in place by this actor, beside what is in force."""
    counts = select(
        func.count().filter(RollEntry.list_name == _waiting(list_name, actor)),
        func.count().filter(RollEntry.list_name == list_name),
        func.count().filter(RollEntry.list_name == _waiting(list_name, actor), RollEntry.quartier_id.is_not(None)),
    )
    lines, former, placed = session.execute(counts).one()
    return Prepared(list_name, lines, former, placed)


def apply_roll(session: Session, actor: Actor, list_name: str, *, at: datetime) -> int:
    """Exchange the list for the one prepared, in this transaction; those who left the roll lose that level.

    Gives the number of lines. Raises Refused when nothing was prepared.
    """
    waiting = prepared_roll(session, actor, list_name)
    if not waiting.lines:
        raise Refused(Refusal("nothing_prepared", _("No file waits to be put in place: choose it again.")))
    session.execute(delete(RollEntry).where(RollEntry.list_name == list_name))
    session.execute(
        update(RollEntry).where(RollEntry.list_name == _waiting(list_name, actor)).values(list_name=list_name)
    )
    left = _leave(session, list_name, at)
    details = {"list": list_name, "lines": waiting.lines, "former": waiting.former, "left": left}
    record(session, actor, "import_roll", kind=KIND, subject_id=0, at=at, details=details)
    return waiting.lines


def drop_prepared(session: Session, actor: Actor, list_name: str) -> None:
    """Forget what was prepared; the list in force stays."""
    session.execute(delete(RollEntry).where(RollEntry.list_name == _waiting(list_name, actor)))


def purge_prepared(session: Session, before: datetime) -> None:
    """Forget what was prepared long ago and never put in place; called every day."""
    waiting = or_(*(RollEntry.list_name.like(f"{name}~%") for name in LIST_NAMES))
    session.execute(delete(RollEntry).where(waiting, RollEntry.imported_at < before))


def _waiting(list_name: str, actor: Actor) -> str:
    """Name under which an actor's prepared list stands: no service reads it."""
    return f"{list_name}~{actor.account_id}"


def _rows(
    reading: Reading, list_name: str, waiting: str, quartiers: Mapping[str, int], at: datetime
) -> Iterator[dict[str, Any]]:
    """Each line as the row to insert; numbers that stand twice and unknown quartiers are noted as faults."""
    seen: dict[str, int] = {}
    for line in reading.lines():
        hashed = roll_number_hash(list_name, line.number)
        problem = _line_problem(line, seen.get(hashed), quartiers)
        seen.setdefault(hashed, line.line)
        if problem:
            reading.faults.append(Fault(line.line, problem))
            continue
        yield {
            "list_name": waiting,
            "number_hash": hashed,
            "civil_hash": line.identity.hash,
            "quartier_id": quartiers[fold(line.quartier)] if line.quartier else None,
            "imported_at": at,
        }


def _line_problem(line: Line, twin: int | None, quartiers: Mapping[str, int]) -> str | None:
    """Why a readable line is refused."""
    if twin is not None:
        return str(_("Number: the same as on line %(line)s.", line=twin))
    if line.quartier and fold(line.quartier) not in quartiers:
        return str(_("Quartier: “%(name)s” is not a quartier of the town.", name=line.quartier[:60]))
    return None


def _leave(session: Session, list_name: str, at: datetime) -> int:
    """End what the list had proven for those who are no longer on it; how many."""
    scheme, level = (ROLL, "roll") if list_name == ELECTORAL else (f"list:{list_name}", "residence")
    still = exists().where(RollEntry.list_name == list_name, RollEntry.number_hash == PersonIdentifier.hash)
    gone = session.scalars(select(PersonIdentifier).where(PersonIdentifier.scheme == scheme, ~still)).all()
    for identifier in gone:
        person = session.get_one(Person, identifier.person_id)
        end_verifications(session, person.id, level, at, origin="roll" if scheme == ROLL else "list")
        session.delete(identifier)
        recompute(session, person, at)
    return len(gone)
