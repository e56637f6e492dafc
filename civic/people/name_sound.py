# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether two folded names are spellings of one sound in French, or one letter apart."""

import re
from functools import lru_cache

_RULES = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"sch|sh|tch|ch(?=[aeiouy])", "j"),
        (r"ph", "f"),
        (r"bv", "v"),
        (r"ck|qu|q|ch|cc(?=[aou])|c(?=[aoulrktn]|$)|g(?=u[eiy])u?|kh", "k"),
        (r"c", "s"),
        (r"eau|au|ault", "o"),
        (r"h", ""),
        (r"dt|tt|dd", "t"),
        (r"(.)\1+", r"\1"),
        (r"y", "i"),
        (r"w", "v"),
        (r"z", "s"),
        (r"[ae]n(?=[^aeiou]|$)|[ae]m(?=[bp])", "A"),
        (r"(ai|ei|ey)n(?=[^aeiou]|$)|in(?=[^aeiou]|$)|im(?=[bp])", "I"),
        (r"ai|ei|et$|ez$|er$", "e"),
        (r"oe|eu", "e"),
        (r"ou", "u"),
        (r"(?<=[^aeiou])e$", ""),
    )
)
_SILENT = re.compile(r"(?<=.)(ld|lt|[dtsxp])+$")


@lru_cache(maxsize=4096)
def sound(name: str) -> str:
    """How a folded name sounds, roughly: Renaud and Renault, Gautier and Gauthier give the same."""
    heard = name
    for pattern, replacement in _RULES:
        if pattern.pattern == r"(?<=[^aeiou])e$" and heard.endswith("e"):
            return pattern.sub(replacement, heard)  # what stands before a mute e is heard
        heard = pattern.sub(replacement, heard)
    return _SILENT.sub("", heard)


def sound_alike(first: str, second: str) -> bool:
    """Whether both are read aloud the same way."""
    return sound(first) == sound(second)


def one_letter_apart(first: str, second: str) -> bool:
    """Whether one letter more, less, other or exchanged with its neighbour makes one of the other."""
    if len(first) > len(second):
        first, second = second, first
    if first == second or len(second) - len(first) > 1:
        return False
    start = next((place for place, letter in enumerate(first) if letter != second[place]), len(first))
    rest, other = first[start:], second[start:]
    if len(first) < len(second):
        return rest == other[1:]
    return rest[1:] == other[1:] or (len(rest) > 1 and rest[:2] == other[1::-1] and rest[2:] == other[2:])
