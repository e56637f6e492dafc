# SPDX-License-Identifier: AGPL-3.0-or-later
"""A written name taken apart: folded words, what stood between them, particles, titles and birth names set aside."""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from civic.people.identity import fold

_APOSTROPHES = dict.fromkeys(map(ord, "’‘ʼ´`′＇ʹ"), "'")
_HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-")
_NOTHING = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_MARKS = {**_APOSTROPHES, **_HYPHENS, **_NOTHING}

PARTICLES = frozenset(
    [
        "de",
        "du",
        "d",
        "des",
        "la",
        "le",
        "les",
        "l",
        "di",
        "del",
        "della",
        "dello",
        "degli",
        "delle",
        "dei",
        "da",
        "das",
        "do",
        "dos",
        "e",
        "y",
        "van",
        "von",
        "vander",
        "vanden",
        "vande",
        "den",
        "der",
        "het",
        "ten",
        "ter",
        "te",
        "t",
        "zu",
        "zum",
        "zur",
        "af",
        "av",
        "el",
        "al",
        "as",
        "ben",
        "bin",
        "ibn",
        "bint",
        "ould",
        "oulad",
        "aid",
        "ait",
        "n",
        "m",
        "o",
        "mac",
        "mc",
        "saint",
        "sainte",
        "st",
        "ste",
        "san",
        "santa",
        "santo",
        "sao",
        "abou",
        "abu",
        "bou",
        "lo",
    ]
)
"""Words that belong to the one that follows them."""

TITLES = frozenset(
    [
        "mr",
        "mme",
        "mlle",
        "mlles",
        "mmes",
        "dr",
        "pr",
        "me",
        "monsieur",
        "madame",
        "mademoiselle",
        "docteur",
        "professeur",
        "maitre",
        "veuf",
    ]
)
MENTIONS = frozenset(
    ["fils", "pere", "mere", "fille", "junior", "jr", "senior", "sr", "aine", "ainee", "cadet", "cadette"]
)
BORN = frozenset(["nee", "ne"])
MARRIED = frozenset(["epouse", "ep", "epse", "veuve", "vve", "divorcee"])
ABBREVIATED = {"st": "saint", "ste": "sainte"}


@dataclass(frozen=True)
class Words:
    """Folded words of a name; `breaks[i]` stands after word i: "-", "'", ",", "." or " "."""

    words: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()

    @property
    def joined(self) -> str:
        """All letters in one."""
        return "".join(self.words)

    def cut(self, start: int, end: int | None = None) -> "Words":
        """Some of the words, in their order."""
        return Words(self.words[start:end], self.breaks[start:end])

    def groups(self) -> list["Words"]:
        """Names of a list: parted by commas and spaces, a composed one whole."""
        found, start = [], 0
        for place, mark in enumerate(self.breaks):
            if mark in ", ." or place == len(self.words) - 1:
                found.append(self.cut(start, place + 1))
                start = place + 1
        return found


@dataclass(frozen=True)
class Surname:
    """A surname, and the names written beside it with "née" or "épouse"."""

    own: Words
    beside: tuple[Words, ...] = ()

    @property
    def whole(self) -> str:
        """Everything that was written, in one."""
        return "|".join(one.joined for one in (self.own, *self.beside))


@lru_cache(maxsize=4096)
def words_of(text: str) -> Words:
    """The words of a text; what stands for nothing (a comma at the end, a bracket) is left out."""
    plain = unicodedata.normalize("NFKC", text.translate(_MARKS)).translate(_MARKS)
    words, breaks = [], []
    for found in re.finditer(r"((?:\w|[\u0300-\u036f])+)([^\w\u0300-\u036f]*)", plain.replace("_", " ")):
        word = fold(found[1])
        if word:
            words.append(word)
            breaks.append(_break(found[2]))
    return Words(tuple(words), tuple(breaks))


def _break(between: str) -> str:
    """The strongest of the signs between two words."""
    for sign in (",", ";", "/"):
        if sign in between:
            return ","
    return next((sign for sign in "-'." if sign in between), " ")


def read_first_names(text: str) -> Words:
    """First names without the title that may stand before them."""
    return _without_titles(words_of(text))


def read_surname(text: str) -> Surname:
    """A surname without titles and mentions, apart from the names beside it."""
    words = _without_titles(words_of(re.sub(r"\(e\)", "e", text, flags=re.IGNORECASE)))
    while len(words.words) > 1 and words.words[-1] in MENTIONS and words.breaks[-2] in ", .":
        words = words.cut(0, -1)
    cuts = [
        place
        for place, word in enumerate(words.words[:-1])
        if place and word in BORN | MARRIED and words.breaks[place - 1] in ", ." and words.breaks[place] in ", ."
    ]
    if not cuts:
        return Surname(words)
    ends = [*cuts[1:], None]
    beside = tuple(words.cut(start + 1, end) for start, end in zip(cuts, ends, strict=True))
    return Surname(words.cut(0, cuts[0]), tuple(one for one in beside if one.words))


def _without_titles(words: Words) -> Words:
    """Leave out "Mme", "M." and the like where a name follows: "M" alone may be an initial, "M'Bala" is a name."""
    while len(words.words) > 1 and (
        (words.words[0] in TITLES and words.breaks[0] in " .") or (words.words[0] == "m" and words.breaks[0] == ".")
    ):
        words = words.cut(1)
    return words


def parts_of(words: Words) -> list[Words]:
    """The surnames of a double one, each with its particles: "de La Fontaine-Le Goff" has two."""
    found, start = [], 0
    for place, word in enumerate(words.words):
        if word not in PARTICLES or place == len(words.words) - 1:
            found.append(words.cut(start, place + 1))
            start = place + 1
    return found


def core_of(words: Words) -> Words:
    """The surname without its particles."""
    kept = [place for place, word in enumerate(words.words) if word not in PARTICLES or place == len(words.words) - 1]
    return Words(tuple(words.words[place] for place in kept), tuple(words.breaks[place] for place in kept))


def spelt_out(words: Words) -> Words:
    """With St and Ste written whole."""
    return replace(words, words=tuple(ABBREVIATED.get(word, word) for word in words.words))
