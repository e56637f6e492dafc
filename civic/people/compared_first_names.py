# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two lists of first names: equal, near in a way that makes a person look, or two different usual first names."""

from itertools import product

from civic.people.first_names import COMPOSED, can_be_one_sex, is_first_name, is_usual, stand_for_one_another
from civic.people.name_sound import one_letter_apart, sound_alike
from civic.people.name_words import Words

SAME = "same"
_SPELLING = "first_name_spelling"


def compare_first_names(first: Words, second: Words) -> str | None:
    """`same`, `more_first_names`, the rule that makes a person look, or None for two different usual first names."""
    if not first.words or not second.words:
        return "first_name_missing"
    if first.joined == second.joined:
        return SAME
    short, long = sorted((first, second), key=lambda words: len(words.joined))
    more = _begins_with(long, short)
    if more is not None:
        return more
    if _has_initial(first) or _has_initial(second) or _are_initials(short, long):
        return "initial"
    if sorted(first.words) == sorted(second.words):
        return "order"
    if _first_among_others(first, second) or _first_among_others(second, first):
        return "other_first_name"
    found = {_compare_one(one, other) for one, other in product(_firsts(first), _firsts(second))}
    return next((rule for rule in ("further_names", "composed", "order", _SPELLING, "unusual") if rule in found), None)


def is_first_name_only(words: Words) -> bool:
    """Whether every word is a first name, so that it says nothing of which is the surname."""
    return all(is_first_name(word) for word in words.words)


def _begins_with(long: Words, short: Words) -> str | None:
    """More first names after an equal first one; after a composed name cut short, it has to be looked at."""
    for place in range(1, len(long.words)):
        if long.cut(0, place).joined == short.joined:
            mark = long.breaks[place - 1]
            if mark in "-'" or (mark != "," and place == 1 and long.words[:2] in COMPOSED):
                return "composed"
            return "initial" if len(long.words[place]) == 1 else "more_first_names"
    return None


def _has_initial(words: Words) -> bool:
    """Whether a letter stands for a first name ("J. Pierre"); the D of D’Angelo does not."""
    return any(len(word) == 1 and mark != "'" for word, mark in zip(words.words, words.breaks, strict=True))


def _are_initials(short: Words, long: Words) -> bool:
    """JL for Jean-Luc."""
    return len(long.words) > 1 and short.joined == "".join(word[0] for word in long.words)


def _firsts(names: Words) -> list[Words]:
    """What can be the first name: the first of the list; where no sign tells, the first two as a composed one."""
    first = names.groups()[0]
    count = len(first.words)
    found = [first]
    if count < len(names.words) and names.breaks[count - 1] != ",":
        found.append(names.cut(0, count + 1))
    return found


def _first_among_others(first: Words, second: Words) -> bool:
    """Whether the first name of one stands further on in the other's list."""
    others = second.groups()[1:]
    return any(one.joined == other.joined for one in _firsts(first) for other in others)


def _compare_one(first: Words, second: Words) -> str | None:
    """Two first names, composed or not."""
    if first.joined == second.joined:
        return "further_names"
    if sorted(first.words) == sorted(second.words):
        return "order"
    if len(first.words) == len(second.words):
        found = [_compare_words(one, other) for one, other in zip(first.words, second.words, strict=True)]
        return None if None in found else _worst(found)
    short, long = sorted((first, second), key=lambda words: len(words.words))
    if all(any(_compare_words(word, other) in {SAME, _SPELLING} for other in long.words) for word in short.words):
        return "composed"
    if sound_alike(first.joined, second.joined) or one_letter_apart(first.joined, second.joined):
        return _SPELLING
    return None if all(map(is_usual, (*first.words, *second.words))) else "unusual"


def _worst(found: list[str | None]) -> str:
    """Of several words, what says least that the names are one."""
    return "unusual" if "unusual" in found else _SPELLING


def _compare_words(first: str, second: str) -> str | None:
    """Two words: same, a spelling or short form, unknown to us (`unusual`), or None for two usual first names."""
    if first == second:
        return SAME
    if stand_for_one_another(first, second):
        return _SPELLING
    both_usual = is_usual(first) and is_usual(second)
    if sound_alike(first, second):
        return _SPELLING if not both_usual or can_be_one_sex(first, second) else None
    if both_usual:
        return None
    return _SPELLING if one_letter_apart(first, second) or _cut_short(first, second) else "unusual"


def _cut_short(first: str, second: str) -> bool:
    """Whether one is the beginning or the end of the other, its first sound doubled or not: Fred, Dette, Babeth."""
    short, long = sorted((first, second), key=len)
    ends = (short, *(short[cut:] for cut in (1, 2) if len(short) - cut > 3))
    return len(short) > 1 and (long.startswith(short) or any(long.endswith(end) for end in ends))
