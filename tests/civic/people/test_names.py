# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two identities, one person or two: the labelled pairs, pairs of our own by rule, and what must hold for any names."""

import csv
import hashlib
import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from civic.people.birth_dates import Birth, compare_births, near
from civic.people.names import ASK, DIFFERENT, RULES, SAME, Written, compare
from tests.civic.people.name_pairs import PAIRS

TRUTH = Path(__file__).parents[2] / "truth"
NAMES = TRUTH / "names.csv"


def labelled():
    with NAMES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            sides = (
                Written(*(row[f"{side}_{name}"] for name in ("surname", "first_names", "birth_date", "usage_name")))
                for side in "ab"
            )
            yield row["expected"], *sides


def test_the_copies_are_whole():
    sums = dict(reversed(line.split()) for line in (TRUTH / "SHA256SUMS").read_text().splitlines())
    files = {path.name for path in TRUTH.iterdir()} - {"README.md", "SHA256SUMS"}
    assert {name: hashlib.sha256((TRUTH / name).read_bytes()).hexdigest() for name in files} == sums


def test_the_labelled_pairs_have_no_hard_error_and_few_useless_questions():
    found = Counter((expected, compare(one, other).answer) for expected, one, other in labelled())
    assert found.total() == 150
    hard = {(DIFFERENT, SAME), (SAME, DIFFERENT), (ASK, SAME), (ASK, DIFFERENT)}
    assert not hard & set(found), found
    useless = found[SAME, ASK] + found[DIFFERENT, ASK]
    assert useless <= 0.1 * (found.total() - found[ASK, ASK])


@pytest.mark.parametrize(("expected", "rule", "one", "other"), PAIRS)
def test_own_pairs_by_rule(expected, rule, one, other):
    verdict = compare(one, other)
    assert (verdict.answer, verdict.rule) == (expected, rule)
    assert compare(other, one) == verdict
    assert verdict.words


def test_the_own_pairs_are_many_and_cover_every_rule():
    assert len(PAIRS) >= 90
    assert {rule for _, rule, _, _ in PAIRS} == set(RULES)


SURNAMES = st.sampled_from(
    [
        "Le Goff",
        "de La Tour",
        "Saint-Martin",
        "N’Guessan",
        "Ferreira da Costa",
        "El Amrani",
        "Gob-Marajo",
        "Nguyễn",
        "Œuvrard",
        "Martin",
        "Dubois",
        "Kermarrec",
        "Özdemir",
        "O’Brien",
        "van den Berg",
        "Lefèvre",
        "Lefebvre",
        "Ó Conaill",
        "Ben Salah",
        "Roche née Haddad",
    ]
)
FIRST_NAMES = st.sampled_from(
    [
        "Jean-Pierre",
        "Marie Claude",
        "Élodie",
        "Thị Lan",
        "Paul, Henri",
        "Anne‑Sophie",
        "Aïssatou",
        "Maëlys",
        "Jean",
        "Jeanne",
        "Moussa",
        "J.-L.",
        "Luc",
        "Fatima Zohra",
        "Zézette",
        "Martin",
    ]
)
LETTERS = st.text(st.sampled_from("abcdeéèïouœçłñß '-’"), max_size=14)
DATES = st.dates(date(1900, 1, 1), date(2026, 1, 1))
IDENTITIES = st.builds(
    Written, SURNAMES | LETTERS, FIRST_NAMES | LETTERS, DATES.map(date.isoformat), st.just("") | SURNAMES
)
CLOSE = st.tuples(IDENTITIES, IDENTITIES).map(
    lambda pair: (pair[0], Written(pair[1].surname, pair[1].first_names, pair[0].birth_date, pair[1].usage_name))
)


@settings(max_examples=400, deadline=None)
@given(st.tuples(IDENTITIES, IDENTITIES) | CLOSE)
def test_the_order_of_the_two_does_not_matter(pair):
    assert compare(*pair) == compare(*reversed(pair))


@settings(max_examples=300, deadline=None)
@given(IDENTITIES, st.randoms(use_true_random=False))
def test_case_accents_and_hyphens_do_not_count(one, chance):
    assume(any(map(str.isalnum, one.surname)))
    assume(any(map(str.isalnum, one.first_names)))
    other = Written(*(_otherwise(text, chance) for text in (one.surname, one.first_names)), one.birth_date)
    assert compare(one, other).answer == SAME


@settings(max_examples=300, deadline=None)
@given(CLOSE)
def test_case_and_accents_change_no_answer(pair):
    one, other = pair
    bare = Written(*(_bare(text) for text in (one.surname, one.first_names)), one.birth_date, _bare(one.usage_name))
    assert compare(bare, other) == compare(one, other)


@settings(max_examples=400, deadline=None)
@given(IDENTITIES, IDENTITIES)
def test_never_the_same_when_the_dates_differ(one, other):
    assume(one.birth_date != other.birth_date)
    assert compare(one, other).answer != SAME
    assert compare(one, Written(one.surname, one.first_names, other.birth_date)).answer != SAME


@settings(max_examples=200, deadline=None)
@given(DATES, DATES)
def test_the_days_that_are_looked_up_are_those_that_are_near(day, other):
    near_ones = set(near(day))
    assert day not in near_ones
    for one in (other, *near_ones):
        verdict = compare_births(*(Birth(each.year, each.month, each.day) for each in (day, one)))
        assert (verdict not in {"same", "other_date"}) == (one in near_ones)


def _bare(text):
    plain = unicodedata.normalize("NFD", text.replace("œ", "oe").replace("Œ", "OE"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).upper()


def _otherwise(text, chance):
    text = "".join(chance.choice((letter.upper(), letter.lower())) for letter in text)
    text = unicodedata.normalize(chance.choice(("NFC", "NFD")), text)
    return "".join(chance.choice("- ‑") if letter in "-‑" else letter for letter in text)
