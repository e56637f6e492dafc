# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading a roll: CSV (civic/csv_reading.py) with the usual French headings; every fault named by its line."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import IO, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from civic import csv_reading
from civic.people.identity import CivilIdentity, fold, possible_birth

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "number": ("numero", "number", "no", "n", "numeroelecteur", "numerodelecteur", "nationalelecteur", "numeronationaldelecteur", "identifiant", "id"),
    "surname": ("nom", "surname", "nomdenaissance", "lastname"),
    "first_names": ("prenoms", "prenom", "firstnames", "firstname"),
    "birth_date": ("datedenaissance", "datenaissance", "birthdate", "nele", "neele"),
    "quartier": ("quartier", "secteur", "district"),
    "address_number": ("numerodevoie", "numvoie", "numerovoie"),
    "address": ("adresse", "address", "adressepostale", "voie", "libelledevoie", "nomdevoie"),
    "address_more": ("complement", "complementdadresse", "complementadresse"),
    "postcode": ("codepostal", "cp", "postcode"),
    "town": ("commune", "ville", "localite", "town"),
}  # fmt: skip
"""Columns and the folded headings they are known by; those of `REQUIRED` alone must be there."""

REQUIRED = ("number", "surname", "first_names", "birth_date")
_DAY = re.compile(
    r"(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})|(?P<D>[0-9]{1,2})[/.-](?P<M>[0-9]{1,2})[/.-](?P<Y>[0-9]{4})"
)
_CELL_NAMES = {"number": lazy("Number"), "surname": lazy("Surname"), "first_names": lazy("First names")}
LONGEST = 200
"""Characters of a cell; a longer one is a quote that was never closed."""


class Fault(NamedTuple):
    """What is wrong, and on which line (0 for the file as a whole)."""

    line: int
    reason: str


@dataclass(frozen=True)
class Line:
    """One person of the list, as read."""

    line: int
    number: str
    identity: CivilIdentity
    quartier: str
    address: str = ""
    """Postal address in lines, where the list has one."""


class FileFault(Exception):
    """The file as a whole cannot be read; the message says what to do."""


@dataclass
class Reading:
    """A roll being read; `faults` fills up while `lines` runs."""

    file: IO[bytes]
    today: date
    max_lines: int
    faults: list[Fault] = field(default_factory=list)

    def lines(self) -> Iterator[Line]:
        """Each right line, one at a time; the wrong ones go to `faults`. Raises FileFault."""
        read = csv_reading.rows(self.file)
        try:
            places = _places(next(read)[1])
            for count, (number, row) in enumerate(read, start=1):
                if count > self.max_lines:
                    raise FileFault(_("More than %(count)s lines: cut the file in two lists.", count=self.max_lines))
                found = self._line(number, row, places)
                if found is not None:
                    yield found
        except csv_reading.NotText as error:
            raise FileFault(str(error)) from error
        except csv_reading.Unreadable as error:
            raise FileFault(
                _("Line %(line)s cannot be read (%(error)s): save it again as CSV.", line=error.line, error=error)
            ) from error

    def _line(self, number: int, row: list[str], places: Mapping[str, int]) -> Line | None:
        """The line, or None with its faults noted."""
        if len(row) <= max(places[name] for name in REQUIRED):
            self.faults.append(Fault(number, _("Columns are missing.")))
            return None
        cells = {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
        problems = _problems(cells)
        born = _day(cells["birth_date"])
        if born is None:
            problems.append(_("Date of birth: write it as 31/05/1980."))
        elif not possible_birth(born, self.today):
            problems.append(_("Date of birth: this year is not possible."))
        if problems or born is None:
            self.faults.append(Fault(number, " ".join(problems)))
            return None
        identity = CivilIdentity(cells["surname"], cells["first_names"], born)
        return Line(number, cells["number"], identity, cells.get("quartier", ""), _address(cells))


def _address(cells: Mapping[str, str]) -> str:
    """The lines of a postal address, from the columns that the list has."""
    street = f"{cells.get('address_number', '')} {cells.get('address', '')}".strip()
    town = f"{cells.get('postcode', '')} {cells.get('town', '')}".strip()
    return "\n".join(line for line in (cells.get("address_more", ""), street, town) if line)


def _problems(cells: Mapping[str, str]) -> list[str]:
    """Empty or endless cells, in sentences (none is made for a right line: there are a hundred thousand of them)."""
    empty = [key for key in _CELL_NAMES if not fold(cells[key])]
    problems = [_("%(column)s: nothing is written.", column=_CELL_NAMES[key]) for key in empty]
    if any(len(cell) > LONGEST for cell in cells.values()):
        problems.append(_("A cell is too long: a quotation mark may be missing."))
    return problems


def _places(head: list[str]) -> dict[str, int]:
    """Where each column stands. Raises FileFault naming those that are missing."""
    folded = [fold(cell) for cell in head]
    places = {
        name: next(place for place, cell in enumerate(folded) if cell in known)
        for name, known in HEADINGS.items()
        if any(cell in known for cell in folded)
    }
    wanted = {"number": "numero", "surname": "nom", "first_names": "prenoms", "birth_date": "date_naissance"}
    missing = [wanted[name] for name in REQUIRED if name not in places]
    if missing:
        raise FileFault(
            _(
                "The first line must name the columns; missing: %(names)s. Nothing was imported.",
                names=", ".join(missing),
            )
        )
    return places


def _day(text: str) -> date | None:
    """The date, in one of the usual forms."""
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    year, month, day = (found["y"], found["m"], found["d"]) if found["y"] else (found["Y"], found["M"], found["D"])
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
