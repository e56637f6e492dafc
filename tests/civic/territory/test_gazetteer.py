# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses as people type them are found offline; a file is imported whole or not at all."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask_babel import force_locale
from sqlalchemy import func, select

from civic.adapters.address_import import import_addresses
from civic.adapters.gazetteer import Gazetteer
from civic.db.session import db, write
from civic.journal.models import JournalEntry
from civic.permissions.actor import SYSTEM, VISITOR
from civic.permissions.decision import Denied
from civic.territory.importing import ImportRefused
from civic.territory.models import Address
from tests.databases import both_databases

AT = datetime(2026, 11, 3, 9, tzinfo=UTC)
STREETS = Path(__file__).resolve().parents[3] / "civic" / "demo" / "data" / "streets.csv"
HEAD = "name,number,postcode,lon,lat\n"
TOWN = f"""{HEAD}\
rue des Acacias,2,99210,2.01,47.1
rue des Acacias,12,99210,2.02,47.1
rue des Acacias,12 bis,99210,2.021,47.1
rue des Acacias,40,99210,2.03,47.1
impasse des Acacias,1,99210,2.05,47.2
avenue de l’Hôtel-de-Ville,7,99210,2.06,47.3
boulevard Saint-Éloi,3,99210,2.07,47.3
place du 8 Mai 1945,1,99210,2.08,47.3
rue du Bœuf,5,99210,2.09,47.3
Halle du marché,,99210,2.10,47.3
"""

pytestmark = both_databases


@pytest.fixture
def town(app):
    with app.app_context(), force_locale("en"):
        with write() as session:
            import_addresses(session, SYSTEM, TOWN.encode(), at=AT)
        yield Gazetteer(db.session())


@pytest.mark.parametrize(
    ("typed", "label", "exact"),
    [
        ("12 rue des Acacias", "12 rue des Acacias", True),
        ("12, RUE DES ACACIAS", "12 rue des Acacias", True),
        ("12 r. des acacias 99210 Rive", "12 rue des Acacias", True),
        ("12 r des acacias", "12 rue des Acacias", True),
        ("12bis rue des acacias", "12 bis rue des Acacias", True),
        ("12 B rue des acacias", "12 bis rue des Acacias", True),
        ("rue des Acacias 12", "12 rue des Acacias", True),
        ("12 acacias", "1 impasse des Acacias", False),
        ("14 rue acacia", "12 rue des Acacias", False),
        ("999 rue des acacias", "40 rue des Acacias", False),
        ("7 av. de l'hotel de ville", "7 avenue de l’Hôtel-de-Ville", True),
        ("bd st eloi", "boulevard Saint-Éloi", True),
        ("place du 8 mai 1945", "place du 8 Mai 1945", True),
        ("1 pl du 8 mai 1945", "1 place du 8 Mai 1945", True),
        ("5 rue du boeuf", "5 rue du Bœuf", True),
        ("halle", "Halle du marché", True),
        ("3 halle du marche", "Halle du marché", False),
    ],
)
def test_what_is_typed_finds_the_address(town, typed, label, exact):
    best = town.find(typed)[0]
    assert (best.label, best.exact) == (label, exact)


@pytest.mark.parametrize(
    "typed", ["", "   ", "12", "avenue de Mars", "%", "_", "'; DROP TABLE civic_address; --", "é" * 5000]
)
def test_what_is_nowhere_finds_nothing(town, typed):
    assert town.find(typed) == []


def test_several_streets_come_the_closest_name_first(town):
    assert [place.label for place in town.find("rue des acacias")] == ["rue des Acacias"]
    assert [place.label for place in town.find("acacias")] == ["impasse des Acacias", "rue des Acacias"]


def test_the_national_base_is_read_and_replaces_what_was_there(town):
    ban = "id;numero;rep;nom_voie;code_postal;lon;lat\r\n1;4;ter;quai Neuf;99210;2,04;47,2\r\n"
    with write() as session:
        assert import_addresses(session, SYSTEM, b"\xef\xbb\xbf" + ban.encode(), at=AT) == 1
    assert town.find("4 ter quai neuf")[0].lon == 2.04
    assert town.find("12 rue des acacias") == []
    told = db.session().scalars(select(JournalEntry).where(JournalEntry.act == "import_addresses")).all()
    assert [entry.details for entry in told] == [{"count": 10}, {"count": 1}]


def test_a_faulty_file_changes_nothing_and_each_line_is_named(town):
    faulty = HEAD + "\n".join(
        [
            "rue Bonne,1,99210,2,47",
            ",2,99210,2,47",
            "rue X,3,99210,abc,47",
            "rue Y,4,99210,2,6862000",
            f"{'z' * 201},1,,2,47",
        ]
    )
    with pytest.raises(ImportRefused) as refused, write() as session:
        import_addresses(session, SYSTEM, faulty.encode(), at=AT)
    assert [line for line, _sentence in refused.value.errors] == [3, 4, 5, 6]
    assert "abc" in refused.value.errors[1][1]
    assert db.session().scalar(select(func.count(Address.id))) == 10


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"", 1, "missing"),
        (HEAD.encode(), 1, "no address"),
        (b"name,lon\nrue X,2\n", 1, "lat"),
        (HEAD.encode() + "rue d'Été".encode("latin-1"), 2, "UTF-8"),
        (b'name,number,postcode,lon,lat\n"rue X,1,1,2,3\n' + b"x" * 200_000, 2, "CSV"),
    ],
)
def test_an_unreadable_file_is_refused_with_its_line(town, content, line, words):
    with pytest.raises(ImportRefused) as refused, write() as session:
        import_addresses(session, SYSTEM, content, at=AT)
    assert refused.value.errors[0][0] == line
    assert words in refused.value.errors[0][1]


def test_only_who_manages_the_territory_imports(app):
    with app.app_context(), pytest.raises(Denied), write() as session:
        import_addresses(session, VISITOR, TOWN.encode(), at=AT)


def test_the_demonstration_streets_are_found(app):
    with app.app_context():
        with write() as session:
            count = import_addresses(session, SYSTEM, STREETS.read_bytes(), at=AT)
        assert count == len(STREETS.read_text(encoding="utf-8").splitlines()) - 1
        assert Gazetteer(db.session()).find("14 r du vieux pont")[0].label == "14 rue du Vieux-Pont"
