# SPDX-License-Identifier: AGPL-3.0-or-later
"""Civil identity: what does not count, and what does."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.people.identity import CivilIdentity, checked_identity, fold, roll_number_hash
from civic.permissions.decision import Missing

BORN = date(1980, 5, 31)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Le Goff", "LEGOFF"),
        ("D’Œuvre", "d'oeuvre"),
        ("Éloïse", "ELOISE"),
        ("Jean-Pierre", "Jean  Pierre"),
        ("Straße", "STRASSE"),
        ("Łukasz", "Lukasz"),
        ("Ægir", "AEGIR"),
        ("Éloi\u0308se", "Éloïse"),
        ("Ñuñez", "Nunez"),
    ],
)
def test_spelling_does_not_count(one, other):
    assert fold(one) == fold(other)


def test_names_keep_apart_what_is_different():
    first = CivilIdentity("Martin", "Jean Pierre", BORN)
    assert first.folded == CivilIdentity("MARTIN", "Jean-Pierre", BORN).folded
    for other in (
        CivilIdentity("Martin", "Jean Paul", BORN),
        CivilIdentity("Martine", "Jean Pierre", BORN),
        CivilIdentity("Martin", "Jean Pierre", date(1980, 6, 1)),
        CivilIdentity("MartinJean", "Pierre", BORN),
    ):
        assert other.folded != first.folded


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


def test_empty_or_impossible_parts_are_named():
    with pytest.raises(Missing) as refused:
        checked_identity(" - ", "", None, date(2026, 6, 15))
    assert set(refused.value.fields) == {"surname", "first_names", "birth_date"}
    for impossible in (date(2026, 6, 16), date(1880, 1, 1)):
        with pytest.raises(Missing) as refused:
            checked_identity("Martin", "Léa", impossible, date(2026, 6, 15))
        assert set(refused.value.fields) == {"birth_date"}


def test_hashes_are_keyed_and_apart(app):
    with app.app_context():
        person = CivilIdentity("Martin", "Léa", BORN)
        assert person.hash == CivilIdentity("MARTIN", "Lea", BORN).hash
        assert len(person.hash) == 64
        assert roll_number_hash("roll", " 00123 ") == roll_number_hash("roll", "123")
        assert roll_number_hash("roll", "123") != roll_number_hash("residents", "123")
