# SPDX-License-Identifier: AGPL-3.0-or-later
"""The default geocoder: the town's own table of addresses, searched offline."""

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.ports.geocoder import Place
from civic.search.folding import fold
from civic.territory.models import Address

FIRST_WORDS = {
    "all": "allee", "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard", "blvd": "boulevard",
    "boul": "boulevard", "ch": "chemin", "che": "chemin", "chem": "chemin", "crs": "cour", "fg": "faubourg",
    "fbg": "faubourg", "imp": "impasse", "lot": "lotissement", "pas": "passage", "pass": "passage", "pl": "place",
    "q": "quai", "qu": "quai", "r": "rue", "res": "residence", "rte": "route", "rpt": "rond point", "sq": "square",
    "vla": "villa", "esp": "esplanade", "prom": "promenade", "mte": "montee", "sent": "sente",
}  # fmt: skip
"""Usual abbreviations of kinds of streets, folded; read so only as a first word ("av" in "clos d'Av" stays)."""

ANY_WORDS = {"st": "saint", "ste": "sainte", "gal": "general", "dr": "docteur", "pdt": "president", "mal": "marechal"}
"""Abbreviations read anywhere in a name."""

LITTLE = {"de", "du", "des", "la", "le", "les", "et", "a", "au", "aux", "en"}
"""Words one forgets."""

_NUMBER = r"(\d{1,4})(?:\s*(bis|ter|quater)|([a-z])|\s+([a-h]))?"
_LEADING = re.compile(rf"^\s*{_NUMBER}[\s,]+(?=\S)", re.IGNORECASE)
_TRAILING = re.compile(rf"[\s,]+{_NUMBER}\s*$", re.IGNORECASE)
_POSTCODE = re.compile(r"(?:^|[\s,])(?:\d{5})(?:\s.*)?$")
_FIGURES = re.compile(r"\d+")
LIMIT = 5


def fold_street(name: str) -> str:
    """A street's name as it is compared: folded, usual abbreviations written out."""
    found = fold(name).split()
    if len(found) > 1:
        found[0] = FIRST_WORDS.get(found[0], found[0])
    return " ".join(ANY_WORDS.get(word, word) for word in found)


@dataclass(frozen=True)
class Asked:
    """What was typed, taken apart."""

    street: str
    number: int | None
    suffix: str


def readings(text: str) -> list[Asked]:
    """The ways to read "12 bis, r. des Acacias 99210 Rive", the likeliest first.

    Figures may be the number or part of the name: "4 septembre", "place du 8 mai 1945", "rue des Acacias 12".
    """
    text = _POSTCODE.sub("", text[:200])
    found = [_apart(text, match) for match in (_LEADING.search(text),) if match]
    found.append(Asked(fold_street(text), None, ""))
    return found + [_apart(text, match) for match in (_TRAILING.search(text),) if match]


def _apart(text: str, match: re.Match[str]) -> Asked:
    """Number and suffix where the pattern found them, the street around."""
    number, *suffixes = match.groups()
    suffix = next((one for one in suffixes if one), "")
    return Asked(fold_street(f"{text[: match.start()]} {text[match.end() :]}"), int(number), suffix[:1].lower())


class Gazetteer:
    """Geocoder over `civic_address`, with a session of the caller."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def find(self, text: str) -> list[Place]:
        """Places for what was typed: streets whose name holds all its words, the closest name first."""
        for asked in readings(text):
            wanted = [word for word in asked.street.split() if word not in LITTLE] or asked.street.split()
            names = self._names(wanted) if wanted else []
            if names:
                ranked = sorted(names, key=lambda name: (name != asked.street, *_distance(name, wanted), name))
                places = [self._place(name, asked) for name in ranked[:LIMIT]]
                return [place for place in places if place is not None]
        return []

    def _names(self, wanted: list[str]) -> list[str]:
        """Folded names that hold every word, the last one perhaps unfinished."""
        query = select(Address.folded_name).distinct().limit(500)
        for word in wanted:
            query = query.where(Address.folded_name.contains(word, autoescape=True))
        found = self.session.scalars(query)
        return [name for name in found if all(any(part.startswith(word) for part in name.split()) for word in wanted)]

    def _place(self, name: str, asked: Asked) -> Place | None:
        """The point of the number asked for, or of the nearest number; of the middle of the street without number."""
        rows = list(self.session.scalars(select(Address).where(Address.folded_name == name).order_by(Address.id)))
        if not rows:
            return None
        if asked.number is None:
            row = sorted(rows, key=_number)[len(rows) // 2]
            return Place(row.name, row.lon, row.lat)
        numbered = [row for row in rows if _FIGURES.search(row.number)]
        if not numbered:
            return Place(rows[0].name, rows[0].lon, rows[0].lat, exact=False)
        number, suffix = asked.number, asked.suffix
        best = min(numbered, key=lambda row: (abs(_number(row) - number), _suffix(row) != suffix, row.id))
        exact = (_number(best), _suffix(best)) == (number, suffix)
        return Place(f"{best.number} {best.name}", best.lon, best.lat, exact)


def _distance(name: str, wanted: list[str]) -> tuple[int, int]:
    """How many words of the name were not asked for, and how many of those asked for are only begun in it."""
    parts = [part for part in name.split() if part not in LITTLE]
    return (len([part for part in parts if part not in wanted]), len([word for word in wanted if word not in parts]))


def _number(row: Address) -> int:
    """The figures of a number; 0 without any."""
    match = _FIGURES.search(row.number)
    return int(match.group()) if match else 0


def _suffix(row: Address) -> str:
    """First letter of `bis` in "12 bis" (written B or bis according to the town)."""
    return _FIGURES.sub("", row.number).strip()[:1].lower()
