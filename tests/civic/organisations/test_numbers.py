# SPDX-License-Identifier: AGPL-3.0-or-later
"""RNA, SIREN and UAI numbers: their form and their check signs."""

import pytest

from civic.organisations.numbers import checked_number
from civic.permissions.decision import Missing


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("association", "W751000123", "W751000123"),
        ("association", " w 751 000 123 ", "W751000123"),
        ("association", "W2A1000123", "W2A1000123"),
        ("company", "732 829 320", "732829320"),
        ("company", "217500016", "217500016"),
        ("school", "0750655e", "0750655E"),
        ("school", "0750654 D", "0750654D"),
    ],
)
def test_a_right_number_has_one_form(kind, typed, kept):
    assert checked_number(kind, typed) == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("association", "751000123"),
        ("association", "W75100012"),
        ("association", "W7510001234"),
        ("association", "WA51000123"),
        ("association", "732829320"),
        ("company", "732829321"),
        ("company", "73282932"),
        ("company", "000000000"),
        ("company", "W751000123"),
        ("company", "٧٣٢٨٢٩٣٢٠"),
        ("school", "0750655D"),
        ("school", "0750655"),
        ("school", "0750655É"),
        ("association", ""),
        ("association", "W751000123" * 100),
    ],
)
def test_a_slip_of_the_pen_is_told_on_its_field(kind, typed):
    with pytest.raises(Missing) as refused:
        checked_number(kind, typed)
    assert list(refused.value.fields) == ["number"]


def test_an_unknown_kind_is_told_on_its_own():
    with pytest.raises(Missing) as refused:
        checked_number("ministry", "W751000123")
    assert list(refused.value.fields) == ["kind"]
