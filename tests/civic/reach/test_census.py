# SPDX-License-Identifier: AGPL-3.0-or-later
"""The town's figures come whole or not at all, each fault with its line, whatever the file holds."""

import pytest
from sqlalchemy import func, select

from civic.permissions.actor import SYSTEM, Actor
from civic.permissions.decision import Denied, Missing
from civic.reach.census import import_figures, town_census
from civic.reach.models import TownFigure, TownFigures
from civic.territory.importing import ImportRefused
from tests.civic.people.making import AT, writing
from tests.civic.reach.making import HEAD, RIGHT, build
from tests.databases import both_databases


def put(session, text, *, encoding="utf-8", source="Insee", year=2023, actor=SYSTEM):
    """Import a file."""
    return import_figures(session, actor, text.encode(encoding), source=source, year=year, at=AT)


@both_databases
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RIGHT, "utf-8"),
        (RIGHT, "utf-8-sig"),
        (RIGHT, "cp1252"),
        (RIGHT.replace(";", ","), "utf-8"),
        (RIGHT.replace(";", "\t"), "utf-8"),
        (RIGHT.replace("\n", "\r\n") + ";;;;;;\r\n\r\n", "utf-8"),
        (RIGHT.replace("centre", "  LE   CENTRE ").replace("200", "2 00"), "utf-8"),
        (RIGHT.replace("200", "2\u202f00"), "utf-8"),
    ],
)
def test_usual_files_are_read(app, text, encoding):
    with writing(app) as session:
        town = build(session, figures=False)
        assert town_census(session) is None
        put(session, text, encoding=encoding)
        census = town_census(session)
        assert (census.source, census.year) == ("Insee", 2023)
        assert census.by_quartier() == {town.centre: 500, town.meadows: 500}
        assert census.by_band({town.meadows}) == dict(
            zip(("0-17", "18-29", "30-44", "45-59", "60-74", "75+"), (200, 100, 100, 50, 30, 20), strict=True)
        )


@both_databases
def test_a_file_takes_the_place_of_the_one_before(app):
    with writing(app) as session:
        build(session)
    with writing(app) as session:
        put(session, RIGHT.replace("200", "300"), year=2024)
    with writing(app) as session:
        assert town_census(session).year == 2024
        assert session.scalar(select(func.count()).select_from(TownFigures)) == 1
        assert session.scalar(select(func.count()).select_from(TownFigure)) == 12


@both_databases
def test_every_wrong_line_is_named_and_nothing_changes(app):
    wrong = (
        HEAD + "centre;100;100;100;100;50;50\ncentre;1;1;1;1;1;1\nAilleurs;1;1;1;1;1;1\nLes Prés;1;1;1\n"
        "Les Prés;1;-1;1;1;1;1\nLes Prés;1;1,5;1;1;1;1\nLes Prés;=1+1;1;1;1;1;1\nLes Prés;99999999;1;1;1;1;1\n"
        "Les Prés;١;1;1;1;1;1\n"
    )
    with writing(app) as session:
        build(session)
    with pytest.raises(ImportRefused) as refused, writing(app) as session:
        put(session, wrong)
    assert [line for line, _sentence in refused.value.errors] == [3, 4, 5, 6, 7, 8, 9, 10]
    with writing(app) as session:
        assert sum(town_census(session).cells.values()) == 1000


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02",
        b"\xff\xfe" + RIGHT.encode("utf-16-le"),
        b"quartier;0-17\ncentre;1\n",
        HEAD.encode(),
        RIGHT.partition("Les")[0].encode(),
        (HEAD + "centre;0;0;0;0;0;0\npres;0;0;0;0;0;0\n").encode(),
        (HEAD + '"centre;1;1;1;1;1;1\n' + "pres;1;1;1;1;1;1\n" * 9).encode(),
        (HEAD + "x" * 200_000 + ";1;1;1;1;1;1\n").encode(),
        (HEAD + "<script>alert(1)</script>;1;1;1;1;1;1\n" * 500).encode(),
        b"PK\x03\x04" + bytes(range(256)) * 4,
    ],
)
def test_hostile_files_are_refused_with_words(app, content):
    with writing(app) as session:
        build(session)
    with pytest.raises(ImportRefused) as refused, writing(app) as session:
        import_figures(session, SYSTEM, content, source="Insee", year=2023, at=AT)
    assert 0 < len(refused.value.errors) <= 50
    assert all(len(sentence) < 400 for _line, sentence in refused.value.errors)
    with writing(app) as session:
        assert sum(town_census(session).cells.values()) == 1000


def test_where_they_come_from_must_be_said_and_administrators_alone_import(app):
    with writing(app) as session:
        build(session)
    for values in ({"source": ""}, {"source": "x" * 201}, {"year": 1800}, {"year": AT.year + 1}):
        with pytest.raises(Missing) as refused, writing(app) as session:
            put(session, RIGHT, **values)
        assert list(refused.value.fields) == list(values)
    with pytest.raises(Denied), writing(app) as session:
        put(session, RIGHT, actor=Actor(account_id=1, person_id=1))
