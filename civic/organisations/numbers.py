# SPDX-License-Identifier: AGPL-3.0-or-later
"""Public numbers of organisations, checked by their form: a slip of the pen is told before a clerk looks."""

import re
from collections.abc import Callable, Mapping

from flask_babel import lazy_gettext as _

from civic.permissions.decision import Missing

ASSOCIATION, COMPANY, SCHOOL = "association", "company", "school"
KINDS: Mapping[str, str] = {
    ASSOCIATION: _("Association"),
    COMPANY: _("Company"),
    SCHOOL: _("School"),
}
"""Kinds of organisations, in words."""

LONGEST = 30
"""Characters typed, blanks and dots included."""
_RNA = re.compile(r"W[0-9][0-9A-Z][0-9]{7}")
"""National directory of associations: W, the prefecture's four signs (W751…, W2A1… in Corsica, W9R1… overseas), six digits."""
_UAI = re.compile(r"([0-9]{7})([A-Z])")
_UAI_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
"""The check letter of a school's number: without I, O and Q, by the rest of the division by 23."""


def checked_number(kind: str, typed: str) -> str:
    """The number in its one form, without blanks. Raises Missing naming `kind` or `number`."""
    if kind not in KINDS:
        raise Missing({"kind": _("Choose one.")})
    number = "".join(filter(str.isalnum, typed.upper()))
    if not number.isascii() or not _CHECKS[kind](number):
        raise Missing({"number": _FAULTS[kind]})
    return number


def _is_rna(number: str) -> bool:
    """An association's."""
    return _RNA.fullmatch(number) is not None


def _is_siren(number: str) -> bool:
    """A company's: nine digits whose last is Luhn's check digit."""
    if len(number) != 9 or not number.isdecimal():
        return False
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number))]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0 and number.strip("0") != ""


def _is_uai(number: str) -> bool:
    """A school's."""
    found = _UAI.fullmatch(number)
    return found is not None and _UAI_LETTERS[int(found[1]) % len(_UAI_LETTERS)] == found[2]


_CHECKS: Mapping[str, Callable[[str], bool]] = {ASSOCIATION: _is_rna, COMPANY: _is_siren, SCHOOL: _is_uai}
_FAULTS: Mapping[str, str] = {
    ASSOCIATION: _("Write the RNA number: W and nine digits, as on the receipt of the prefecture."),
    COMPANY: _("Write the SIREN number: nine digits. One of those you typed is not right."),
    SCHOOL: _("Write the UAI number: seven digits and a letter. One of those you typed is not right."),
}
