# SPDX-License-Identifier: AGPL-3.0-or-later
"""Importing a roll: all or nothing, every wrong line named, the former list untouched until the exchange."""

import io
from datetime import date

import pytest
from sqlalchemy import func, select

from civic.people import rolls
from civic.people.identity import CivilIdentity
from civic.people.models import Account, Person, RollEntry
from civic.people.rolls import RollRefused, apply_roll, drop_prepared, prepare_roll, prepared_roll, purge_prepared
from civic.people.settings import PeopleSettings
from civic.people.verification import verify_on_list
from civic.permissions.decision import Missing, Refused
from civic.territory.models import Quartier
from tests.civic.people.making import AT, actor_for, make_account, make_staff, writing
from tests.databases import both_databases

HEAD = "numero;nom;prenoms;date_naissance;quartier\n"
RIGHT = HEAD + "1;Le Goff;Éloïse Marie;31/05/1980;Les Prés\n2;D’Œuvre;Jean;1975-01-02;\n"
WHO = CivilIdentity("Le Goff", "Éloïse Marie", date(1980, 5, 31))


@pytest.fixture
def office(app):
    """An administrator's id and a quartier's."""
    with writing(app) as session:
        quartier = Quartier(slug="les-pres", name={"fr": "Les Prés"}, geometry={}, valid_from=date(2000, 1, 1))
        session.add(quartier)
        return make_staff(session, "administrator").id, quartier


def prepare(session, office, text, encoding="utf-8", list_name="roll"):
    actor = actor_for(session, session.get_one(Account, office[0]))
    quartier = session.scalars(select(Quartier)).one()
    content = text if isinstance(text, bytes) else text.encode(encoding)
    return actor, prepare_roll(
        session, actor, list_name, io.BytesIO(content), {"les-pres": quartier.id, "Les Prés": quartier.id}, at=AT
    )


def put(session, office, text, **options):
    actor, _prepared = prepare(session, office, text, **options)
    return apply_roll(session, actor, options.get("list_name", "roll"), at=AT)


def lines_in_force(session):
    return session.scalar(select(func.count()).where(RollEntry.list_name == "roll"))


@both_databases
def test_a_right_file_is_prepared_then_put_in_place_and_replaces_the_former_one(app, office):
    with writing(app) as session:
        actor, prepared = prepare(session, office, RIGHT)
        assert (prepared.lines, prepared.former, prepared.with_quartier) == (2, 0, 1)
        assert lines_in_force(session) == 0, "nothing is in force before it was looked at"
        assert apply_roll(session, actor, "roll", at=AT) == 2
        _actor, prepared = prepare(session, office, HEAD + "7;Seul;Luc;01/02/1990;\n")
        assert (prepared.lines, prepared.former) == (1, 2)
        assert apply_roll(session, actor, "roll", at=AT) == 1
        assert lines_in_force(session) == 1
        assert session.scalar(select(func.count()).select_from(RollEntry)) == 1
        with pytest.raises(Refused):
            apply_roll(session, actor, "roll", at=AT)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RIGHT, "utf-8-sig"),
        (RIGHT, "cp1252"),
        (RIGHT.replace(";", ","), "utf-8"),
        (RIGHT.replace(";", "\t"), "utf-8"),
        (RIGHT.replace("\n", "\r\n"), "utf-8"),
        (
            RIGHT.replace("numero;nom;prenoms;date_naissance", "N°;Nom de naissance;Prénom(s);Date de naissance"),
            "utf-8",
        ),
        (RIGHT.replace("numero;nom;prenoms;date_naissance", "number;surname;first_names;birth_date"), "utf-8"),
        (RIGHT + ";;;;\n\n", "utf-8"),
    ],
)
def test_usual_files_are_read(app, office, text, encoding):
    with writing(app) as session:
        assert put(session, office, text, encoding=encoding) == 2
        person = make_account(session).person_id
        done = verify_on_list(session, actor_for(session, session.get_one(Account, office[0])), person, WHO, at=AT)
        assert done.person.quartier_id == session.scalars(select(Quartier.id)).one()


def test_every_wrong_line_is_named_and_nothing_changes(app, office):
    wrong = (
        RIGHT
        + "2;Double;Ana;01/01/1990;\n;Sans;Numéro;01/01/1990;\n5;Né;Demain;01/01/2090;\n6;Mal;Daté;31/02/1990;\n7;Ailleurs;Bob;01/01/1990;Les Chants\n8;Court\n"
    )
    with writing(app) as session:
        put(session, office, RIGHT)
    with app.app_context(), pytest.raises(RollRefused) as refused, writing(app) as session:
        prepare(session, office, wrong)
    assert [fault.line for fault in refused.value.faults] == [4, 5, 6, 7, 8, 9]
    assert all(fault.reason for fault in refused.value.faults)
    with writing(app) as session:
        assert lines_in_force(session) == 2
        assert session.scalar(select(func.count()).select_from(RollEntry)) == 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        HEAD.encode(),
        b"nom;prenoms\nA;B\n",
        b"\x89PNG\r\n\x1a\n\x81\x8d" * 20,
        b"PK\x03\x04" + bytes(range(256)) * 10,
        RIGHT.encode("utf-16"),
        (HEAD + '1;"jamais;fermé;01/01/1990;\n' + "x" * 200_000).encode(),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(app, office, content):
    with writing(app) as session, pytest.raises(RollRefused) as refused:
        prepare(session, office, content)
    assert refused.value.faults[0].reason


def test_too_many_lines_are_refused(app, office, monkeypatch):
    monkeypatch.setattr(rolls, "people_settings", lambda session: PeopleSettings(roll_max_lines=1))
    with writing(app) as session, pytest.raises(RollRefused):
        prepare(session, office, RIGHT)


def test_an_unknown_list_is_refused(app, office):
    with writing(app) as session, pytest.raises(Missing):
        prepare(session, office, RIGHT, list_name="friends")


@both_databases
def test_whoever_left_the_roll_loses_that_level_and_can_be_found_again(app, office):
    with writing(app) as session:
        put(session, office, RIGHT)
        actor = actor_for(session, session.get_one(Account, office[0]))
        person = make_account(session).person_id
        verify_on_list(session, actor, person, WHO, at=AT)
        put(session, office, RIGHT)
        assert session.get_one(Person, person).level == "roll"
        put(session, office, HEAD + "2;D’Œuvre;Jean;1975-01-02;\n")
        assert session.get_one(Person, person).level == "declared"
        put(session, office, RIGHT)
        assert verify_on_list(session, actor, person, WHO, at=AT).level == "roll"


def test_what_was_prepared_can_be_dropped_and_does_not_stay(app, office):
    with writing(app) as session:
        actor, _prepared = prepare(session, office, RIGHT)
        drop_prepared(session, actor, "roll")
        assert prepared_roll(session, actor, "roll").lines == 0
        put(session, office, RIGHT)
        prepare(session, office, RIGHT)
        purge_prepared(session, AT.replace(year=2027))
        assert session.scalar(select(func.count()).select_from(RollEntry)) == 2
