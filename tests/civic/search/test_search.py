# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words are found without case, accents, ligatures, elisions or plurals, on both databases, whatever is typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from civic.clock import now
from civic.db.session import write
from civic.items.models import Item
from civic.search import query
from civic.search.folding import fold, words
from civic.search.index import forget_item, index_item
from civic.search.query import matches
from civic.spaces.workflow import PROCESS, PROCESS_POLICY
from civic.testing.factories import make_item
from civic.workflow.engine import Lifecycle
from tests.databases import both_databases


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("L’École des Élèves", "ecole des eleve"),
        ("cœur d'îlot", "coeur ilot"),
        ("VÉLOS, vélo ; Vélo !", "velo velo velo"),
        ("n° 214", "n 214"),
        ("aujourd’hui", "aujourd hui"),
        ("Noël ~ Ægir", "noel aegir"),
        ("<script>", "script"),
        ("", ""),
    ],
)
def test_folding(text, folded):
    assert fold(text) == folded


@given(st.text())
def test_folding_leaves_words_that_no_index_reads_as_syntax_and_is_stable(text):
    folded = fold(text)
    assert all(character in "abcdefghijklmnopqrstuvwxyz0123456789 " for character in folded)
    assert all(words(text))


CYCLE = Lifecycle("civic.process", PROCESS, PROCESS_POLICY)
TEXTS = ("L’école des Acacias, cœur de quartier", "Des vélos cargos pour l’élection", "Un banc ; rien d’autre")


@pytest.fixture
def found(app):
    """Ids found for what is typed, among three indexed items (1, 2, 3)."""
    with app.app_context(), write() as session:
        ids = [make_item(session, CYCLE, at=now()).id for _ in TEXTS]
        for item_id, text in zip(ids, TEXTS, strict=True):
            index_item(session, item_id, text)

    def search(typed: str) -> list[int]:
        with app.app_context(), write() as session:
            condition = matches(session, typed)
            if condition is None:
                return [0]
            return [ids.index(one) + 1 for one in session.scalars(select(Item.id).where(condition).order_by(Item.id))]

    search.ids, search.app = ids, app
    return search


@both_databases
def test_what_is_typed_finds_what_it_means(found):
    for typed, expected in {
        "ecole": [1], "COEUR": [1], "l'école": [1], "élections": [2], "vélo cargo": [2], "vel": [2], "ve": [],
        "banc ecole": [], "acac": [1], "": [0], "  ": [0], "!!!": [], "un": [3],
    }.items():  # fmt: skip
        assert found(typed) == expected, typed


@both_databases
def test_no_syntax_is_reached(found):
    for typed in (
        'banc" OR "ecole', "banc*", "NEAR(banc)", "a AND", "vélo -", "folded:banc", "banc & ecole", "!banc", "banc:*",
        "';--", "%", "\x00banc", "(" * 50, "x" * 5000, "mot " * 500,
    ):  # fmt: skip
        found(typed)
    assert found("\x00banc") == [3]


@both_databases
def test_many_hits_and_few_give_the_same_answer(found, monkeypatch):
    few = {typed: found(typed) for typed in ("d", "de", "des", "un banc", "quar")}
    monkeypatch.setattr(query, "FEW", 0)
    assert {typed: found(typed) for typed in few} == few


@both_databases
def test_the_index_follows_changes_and_forgets(found):
    with found.app.app_context(), write() as session:
        index_item(session, found.ids[2], "Une fontaine")
        forget_item(session, found.ids[0])
    assert (found("banc"), found("fontaine"), found("ecole")) == ([], [3], [])
