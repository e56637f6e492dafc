# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether two identities are one person's: same, different, or a person has to look at both.

Names and date of birth stand together: equal names alone never say `same`. `ask` is the answer whenever one person
could have been written in these two ways; it costs a clerk a moment, the other answers would cost someone their voice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _

from civic.people import birth_dates
from civic.people.birth_dates import compare_births, read_birth
from civic.people.compared_first_names import compare_first_names, is_first_name_only
from civic.people.compared_surnames import compare_surnames, compare_words
from civic.people.name_words import Words, read_first_names, read_surname

SAME, ASK, DIFFERENT = "same", "ask", "different"

RULES: Mapping[str, str] = {
    "equal": _("Same names and same date of birth."),
    "more_first_names": _("Same first name and same date of birth; more first names on one side."),
    "exchanged": _("Surname and first name were exchanged."),
    "exchanged_first_names": _("Surname and first name may have been exchanged: both are first names."),
    "particle": _("A particle (de, du, le, van…) is missing or another."),
    "double_surname": _("A double surname and one of its parts, or its parts in another order."),
    "spelling": _("The surname is spelt in another way."),
    "usage_name": _("The usage name of one is the surname of the other."),
    "nee": _("A birth name stands beside the surname (née, épouse)."),
    "surname_missing": _("A surname is missing."),
    "composed": _("A composed first name and one of its parts."),
    "other_first_name": _("Another first name of the list is used."),
    "order": _("The first names stand in another order."),
    "further_names": _("Same first name, but other further first names."),
    "first_name_spelling": _("The first name is spelt in another way, or is a short form."),
    "unusual": _("The first names differ, and may be two names of one person."),
    "initial": _("An initial stands for a first name."),
    "first_name_missing": _("A first name is missing."),
    birth_dates.MISSING: _("A date of birth is missing or cannot be read."),
    birth_dates.YEAR_ONLY: _("Only the year of birth is known (1 January)."),
    birth_dates.ONE_DIGIT: _("One digit of the date of birth differs."),
    birth_dates.EXCHANGED: _("Day and month of birth may have been exchanged."),
    birth_dates.OTHER: _("Other date of birth."),
    "other_surname": _("Other surname, without any link."),
    "other_first": _("Two different first names: relatives, or nobody to one another."),
}
"""Each rule in words."""


@dataclass(frozen=True)
class Written:
    """An identity as it was written somewhere: on a document, in a list, by hand."""

    surname: str
    first_names: str
    birth_date: str | date | None
    usage_name: str = ""


@dataclass(frozen=True)
class Verdict:
    """The answer and the name of the rule that gave it."""

    answer: str
    rule: str

    @property
    def words(self) -> str:
        """The rule in a sentence."""
        return RULES[self.rule]


def compare(first: Written, second: Written) -> Verdict:
    """Whether both are one person's identity. Symmetric; never `same` unless both dates are whole and equal."""
    dates = compare_births(read_birth(first.birth_date), read_birth(second.birth_date))
    if dates == birth_dates.OTHER:
        return Verdict(DIFFERENT, dates)
    names = _compare_names(_Names(first), _Names(second))
    if names.answer == DIFFERENT or dates == birth_dates.SAME:
        return names
    return Verdict(ASK, names.rule if names.answer == ASK else dates)


class _Names:
    """The names of an identity, taken apart."""

    def __init__(self, written: Written) -> None:
        self.surname = read_surname(written.surname)
        self.first_names = read_first_names(written.first_names)
        self.usage = read_surname(written.usage_name)

    @property
    def others(self) -> list[Words]:
        """What the person is called besides the surname."""
        return [words for words in (*self.surname.beside, self.usage.own, *self.usage.beside) if words.words]


def _compare_names(first: _Names, second: _Names) -> Verdict:
    """The names alone."""
    surnames = _compare_all_surnames(first, second)
    if surnames is None:
        return _exchanged(first, second) or Verdict(DIFFERENT, "other_surname")
    first_names = compare_first_names(first.first_names, second.first_names)
    if surnames == SAME and first_names in {SAME, "more_first_names"}:
        return Verdict(SAME, "equal" if first_names == SAME else first_names)
    exchanged = _exchanged(first, second)
    if exchanged is not None:
        return exchanged
    if first_names is None or (first_names == "unusual" and surnames != SAME):
        return Verdict(DIFFERENT, "other_first")
    return Verdict(ASK, first_names if surnames == SAME else surnames)


def _compare_all_surnames(first: _Names, second: _Names) -> str | None:
    """SAME, why to ask, or None where nothing links them. The birth name rules; other names can only link."""
    if first.surname.beside or second.surname.beside:
        if first.surname.whole == second.surname.whole:
            return SAME
        ones, others = [first.surname.own, *first.others], [second.surname.own, *second.others]
        linked = any(compare_words(one, other) is not None for one in ones for other in others)
        return "nee" if linked else None
    found = compare_surnames(first.surname, second.surname)
    if found is not None:
        return found
    pairs = (
        *((one, second.surname.own) for one in first.others),
        *((first.surname.own, other) for other in second.others),
        *((one, other) for one in first.others for other in second.others),
    )
    return "usage_name" if any(compare_words(one, other) is not None for one, other in pairs) else None


def _exchanged(first: _Names, second: _Names) -> Verdict | None:
    """Surname and first name in each other's place: the same, unless both could be first names; else None."""
    ends = ((first.surname.own, second.first_names), (first.first_names, second.surname.own))
    if not all(one.words and other.words and one.words[0][0] == other.words[0][0] for one, other in ends):
        return None  # by far the most
    crossed = (
        compare_first_names(first.surname.own, second.first_names),
        compare_first_names(first.first_names, second.surname.own),
    )
    if not set(crossed) <= {SAME, "more_first_names"}:
        return None
    if set(crossed) != {SAME} or first.surname.beside or second.surname.beside:
        return Verdict(ASK, "exchanged")
    if is_first_name_only(first.surname.own) and is_first_name_only(first.first_names):
        return Verdict(ASK, "exchanged_first_names")
    return Verdict(SAME, "exchanged")
