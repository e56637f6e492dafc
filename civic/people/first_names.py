# SPDX-License-Identifier: AGPL-3.0-or-later
"""Usual first names, folded, by sex, and those that stand for one another (first_names.toml).

They decide one thing only: that two different first names under one surname and one date of birth are two people
(twins). A name that is missing here makes a person look at both; the list never joins anyone.
"""

import tomllib
from pathlib import Path
from typing import Any

_READ: dict[str, Any] = tomllib.loads(Path(__file__).with_name("first_names.toml").read_text(encoding="utf-8"))


def _words(name: str) -> frozenset[str]:
    """One of the lists."""
    return frozenset(_READ[name].split())


EITHER = _words("either")
MASCULINE = _words("masculine") | EITHER
FEMININE = _words("feminine") | EITHER
SHORT = _words("short")


def _groups() -> dict[str, frozenset[int]]:
    """For each word, the groups it stands in."""
    found: dict[str, set[int]] = {}
    for place, group in enumerate(_READ["groups"]):
        for word in group.split():
            found.setdefault(word, set()).add(place)
    return {word: frozenset(places) for word, places in found.items()}


GROUPS = _groups()
"""Spellings, short forms and forms of other languages: for each word, the groups it stands in."""
_NONE: frozenset[int] = frozenset()
COMPOSED = frozenset((head, tail) for head, tails in _READ["composed"].items() for tail in tails.split())
"""Composed first names that are often written without their hyphen: "Jean Paul" beside "Jean" needs a look."""


def is_usual(word: str) -> bool:
    """Whether the folded word is a first name that stands for itself, no short form."""
    return word not in SHORT and (word in MASCULINE or word in FEMININE)


def is_first_name(word: str) -> bool:
    """Whether the folded word is a first name, short forms included."""
    return word in SHORT or is_usual(word)


def can_be_one_sex(first: str, second: str) -> bool:
    """Whether both names are borne by women, or both by men."""
    return any(first in names and second in names for names in (MASCULINE, FEMININE))


def stand_for_one_another(first: str, second: str) -> bool:
    """Whether both are forms of one name: Élisabeth and Babette, Mathieu and Mateo."""
    return bool(GROUPS.get(first, _NONE) & GROUPS.get(second, _NONE))
