# SPDX-License-Identifier: AGPL-3.0-or-later
"""Quartiers in time: the map of a day, merges and splits that keep history, imports that change all or nothing."""

import json
from datetime import UTC, date, datetime

import pytest
from flask_babel import force_locale
from sqlalchemy import func, select

from civic.db.session import db, write
from civic.journal.models import JournalEntry
from civic.permissions.actor import SYSTEM, Actor, Grant
from civic.permissions.decision import Denied, Missing, Refused
from civic.territory.importing import ImportRefused, import_quartiers
from civic.territory.models import Quartier
from civic.territory.services import (
    QuartierData,
    create_quartier,
    merge_quartiers,
    predecessors_of,
    quartier_of_point,
    quartiers_on,
    split_quartier,
    successors_of,
)
from tests.databases import both_databases

AT = datetime(2026, 11, 3, 9, tzinfo=UTC)
START, MERGE = date(2020, 1, 1), date(2027, 1, 1)
pytestmark = both_databases


def square(west, width=1.0):
    ring = [[west, 0.0], [west + width, 0.0], [west + width, 1.0], [west, 1.0], [west, 0.0]]
    return {"type": "Polygon", "coordinates": [ring]}


def data(slug, west=0.0, width=1.0, **more):
    return QuartierData(slug, {"fr": slug.title()}, square(west, width), **more)


def slugs(rows):
    return [row.slug for row in rows]


@pytest.fixture
def session(app):
    """West and east halves of a town, since 2020."""
    with app.app_context(), force_locale("en"):
        with write() as session:
            create_quartier(session, SYSTEM, data("ouest", 0), on=START, at=AT)
            create_quartier(session, SYSTEM, data("est", 1), on=START, at=AT)
        yield db.session()


def ids(session, *names):
    return [session.scalar(select(Quartier.id).where(Quartier.slug == name)) for name in names]


def test_a_point_finds_the_quartier_of_its_day(session):
    assert quartier_of_point(session, 0.5, 0.5, START).slug == "ouest"
    assert quartier_of_point(session, 1.5, 0.5, START).slug == "est"
    assert quartier_of_point(session, 2.5, 0.5, START) is None
    assert quartier_of_point(session, 0.5, 0.5, date(2019, 12, 31)) is None


def test_a_merge_keeps_history(session):
    old = ids(session, "ouest", "est")
    with write() as writer:
        merge_quartiers(writer, SYSTEM, old, data("centre", 0, 2), on=MERGE, at=AT)
    assert slugs(quartiers_on(session, date(2026, 12, 31))) == ["est", "ouest"]
    assert slugs(quartiers_on(session, MERGE)) == ["centre"]
    assert quartier_of_point(session, 1.5, 0.5, date(2026, 12, 31)).slug == "est"
    assert quartier_of_point(session, 1.5, 0.5, MERGE).slug == "centre"
    assert slugs(successors_of(session, old[0])) == ["centre"]
    assert slugs(predecessors_of(session, ids(session, "centre")[0])) == ["est", "ouest"]


def test_a_split_keeps_history(session):
    (old,) = ids(session, "ouest")
    with write() as writer:
        split_quartier(writer, SYSTEM, old, [data("rive-a", 0, 0.5), data("rive-b", 0.5, 0.5)], on=MERGE, at=AT)
    assert slugs(quartiers_on(session, MERGE)) == ["est", "rive-a", "rive-b"]
    assert slugs(successors_of(session, old)) == ["rive-a", "rive-b"]
    acts = session.scalars(
        select(JournalEntry.act).where(JournalEntry.subject_id == old, JournalEntry.subject_kind == "civic.quartier")
    ).all()
    assert acts == ["create_quartier", "replace_quartier"]


def test_what_cannot_be_is_refused_and_changes_nothing(session):
    west, east = ids(session, "ouest", "est")
    cases = [
        lambda s: merge_quartiers(s, SYSTEM, [west], data("a"), on=MERGE, at=AT),
        lambda s: merge_quartiers(s, SYSTEM, [west, 999_999], data("a"), on=MERGE, at=AT),
        lambda s: merge_quartiers(s, SYSTEM, [west, east], data("a"), on=START, at=AT),
        lambda s: merge_quartiers(s, SYSTEM, [west, east], data("ouest"), on=MERGE, at=AT),
        lambda s: split_quartier(s, SYSTEM, west, [data("a")], on=MERGE, at=AT),
        lambda s: split_quartier(s, SYSTEM, west, [data("a"), data("a")], on=MERGE, at=AT),
    ]
    for attempt in cases:
        with pytest.raises(Refused), write() as writer:
            attempt(writer)
    assert slugs(quartiers_on(session, MERGE)) == ["est", "ouest"]


@pytest.mark.parametrize(
    ("faulty", "field"),
    [
        (data("Ouest Bis"), "slug"),
        (data("est"), "slug"),
        (QuartierData("x", {"fr": " "}, square(5)), "name"),
        (
            QuartierData(
                "x", {"fr": "X"}, {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
            ),
            "geometry",
        ),
        (data("x", 5, population=-1), "population"),
    ],
)
def test_each_faulty_field_is_named(session, faulty, field):
    with pytest.raises(Missing) as refused, write() as writer:
        create_quartier(writer, SYSTEM, faulty, on=START, at=AT)
    assert list(refused.value.fields) == [field]


def test_only_who_manages_the_territory_changes_it(session):
    clerk = Actor(account_id=1, grants=(Grant("clerk"),), second_factor=True)
    with pytest.raises(Denied), write() as writer:
        create_quartier(writer, clerk, data("sud", 5), on=START, at=AT)


def collection(*features):
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def feature(name, west, **properties):
    return {"type": "Feature", "properties": {"name": name, **properties}, "geometry": square(west)}


def test_a_file_makes_its_quartiers(session):
    content = collection(feature("L’Île-d’Été", 5, population=12), feature({"fr": "Sud", "en": "South"}, 6, slug="sud"))
    with write() as writer:
        made = import_quartiers(writer, SYSTEM, content, on=START, at=AT)
        assert slugs(made) == ["ile-ete", "sud"]
    assert quartier_of_point(session, 5.5, 0.5, START).population == 12


@pytest.mark.parametrize(
    ("content", "place", "words"),
    [
        (b"\xff\xfe", 0, "UTF-8"),
        (b"{", 0, "JSON"),
        (b"[]", 0, "FeatureCollection"),
        (collection(), 0, "no feature"),
        (collection(feature("A", 5), feature("", 6)), 2, "name"),
        (collection(feature("A", 5), {"type": "Feature", "properties": {"name": "B"}, "geometry": None}), 2, "Polygon"),
        (collection(feature("A", 5), feature("A", 6)), 0, "Two features"),
        (collection(feature("A", 5), feature("Est", 6)), 2, "est"),
        (collection(feature("A", 5, population="many")), 1, "whole number"),
        (collection(feature("A", 652000)), 1, "WGS84"),
    ],
)
def test_a_faulty_file_changes_nothing_and_the_feature_is_named(session, content, place, words):
    with pytest.raises(ImportRefused) as refused, write() as writer:
        import_quartiers(writer, SYSTEM, content, on=START, at=AT)
    assert refused.value.errors[0][0] == place
    assert words in refused.value.errors[0][1]
    assert session.scalar(select(func.count(Quartier.id))) == 2
