# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two surnames: equal, linked in a way that makes a person look, or not linked."""

from civic.people.name_sound import one_letter_apart, sound_alike
from civic.people.name_words import PARTICLES, Surname, Words, core_of, parts_of, spelt_out

SAME = "same"
_SHORTEST = 3
"""Letters of a surname from which one letter more or less is a slip rather than another name."""


def compare_surnames(first: Surname, second: Surname) -> str | None:
    """`same`, the rule that makes a person look, or None where nothing links them."""
    return compare_words(first.own, second.own)


def compare_words(first: Words, second: Words) -> str | None:
    """The same of the words of two surnames."""
    if not first.words or not second.words:
        return "surname_missing"
    if first.joined == second.joined:
        return SAME
    if spelt_out(first).joined == spelt_out(second).joined:
        return "spelling"
    if _only_particles_differ(first, second):
        return "particle"
    if _share_a_part(first, second):
        return "double_surname"
    return "spelling" if _spelt_otherwise(first, second) else None


def _only_particles_differ(first: Words, second: Words) -> bool:
    """De Villeneuve and Villeneuve, de Pont and du Pont, Dubois and Bois."""
    if core_of(first).joined == core_of(second).joined:
        return True
    return _is_with_particles(first, second) or _is_with_particles(second, first)


def _is_with_particles(long: Words, short: Words) -> bool:
    """Whether `long`, written in one, is particles and then the other."""
    return any(
        long.joined.endswith(end) and len(end) >= _SHORTEST and _is_particles(long.joined.removesuffix(end))
        for end in (short.joined, core_of(short).joined)
    )


def _is_particles(letters: str) -> bool:
    """Whether the letters are one particle after the other, "delavan" as well."""
    return not letters or any(
        letters.startswith(one) and _is_particles(letters.removeprefix(one)) for one in PARTICLES if one
    )


def _share_a_part(first: Words, second: Words) -> bool:
    """A double surname and one of its parts, or two that have a part in common."""
    ones, others = parts_of(first), parts_of(second)
    if len(ones) == 1 and len(others) == 1:
        return False
    return any(
        one.joined == other.joined or core_of(one).joined == core_of(other).joined for one in ones for other in others
    )


def _spelt_otherwise(first: Words, second: Words) -> bool:
    """Same sound, or one letter apart, particles or not."""
    pairs = {(one.joined, other.joined) for one, other in ((first, second), (core_of(first), core_of(second)))}
    return any(
        min(len(one), len(other)) >= _SHORTEST and (sound_alike(one, other) or one_letter_apart(one, other))
        for one, other in pairs
    )
