# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a town sets is typed, journaled, followed by every process, and never seen before it is committed."""

from dataclasses import dataclass, replace

import pytest
from flask import g
from sqlalchemy import select

from civic.app import create_app
from civic.clock import now
from civic.db.session import db, write
from civic.journal.models import JournalEntry
from civic.permissions.actor import SYSTEM
from civic.settings.declaration import SettingsError, build, check_class, setting
from civic.settings.models import StoredSettings
from civic.settings.portal import PORTAL_SCOPE, PortalSettings
from civic.settings.store import portal_state, save_settings, switch_module
from tests.conftest import close
from tests.databases import both_databases


@dataclass(frozen=True)
class Rules:
    limit: int = setting(3, "Limit", minimum=1, maximum=9)
    open: bool = setting(True, "Open")
    mode: str = setting("a", "Mode", choices=(("a", "A"), ("b", "B")))
    name: str = setting("", "Name", max_length=5)


def town(app):
    g.pop("civic_portal_state", None)  # another request
    return portal_state(db.session()).settings(PORTAL_SCOPE, PortalSettings).town_name


def rename(name):
    with write() as session:
        save_settings(session, SYSTEM, PORTAL_SCOPE, replace(PortalSettings(), town_name=name), now())


@both_databases
def test_a_change_is_seen_by_every_process_and_journaled(app, instance):
    other = create_app(instance)
    with other.app_context():
        assert town(other) == "Ma commune"
    with app.app_context():
        rename("Sainte-Œuvre <b>")
        assert town(app) == "Sainte-Œuvre <b>"
        [entry] = db.session.scalars(select(JournalEntry))
        assert entry.details["changed"]["town_name"] == [None, "Sainte-Œuvre <b>"]
    with other.app_context():
        assert town(other) == "Sainte-Œuvre <b>"
    close(other)


def test_saving_what_is_there_already_leaves_no_trace(app):
    with app.app_context():
        rename("Rive")
        before = portal_state(db.session()).generation
        rename("Rive")
        g.pop("civic_portal_state", None)
        assert portal_state(db.session()).generation == before
        assert len(db.session.scalars(select(JournalEntry)).all()) == 1


@both_databases
def test_what_was_rolled_back_was_never_set(app, instance):
    other = create_app(instance)
    with app.app_context():
        rename("Before")
        with pytest.raises(RuntimeError), write() as session:
            save_settings(session, SYSTEM, PORTAL_SCOPE, replace(PortalSettings(), town_name="Phantom"), now())
            assert portal_state(session).settings(PORTAL_SCOPE, PortalSettings).town_name == "Phantom"
            raise RuntimeError
        assert town(app) == "Before"
    with other.app_context():
        rename("After")
    with app.app_context():
        assert town(app) == "After"
    close(other)


@both_databases
def test_an_unchanged_portal_is_not_read_again(app):
    with app.app_context():
        rename("Town")
        town(app)
        first = portal_state(db.session())
        g.pop("civic_portal_state")
        assert portal_state(db.session()) is first


def test_switching_a_module_is_journaled_and_kept(app):
    with app.app_context():
        with write() as session:
            switch_module(session, SYSTEM, "parking", is_on=True, at=now())
        assert "parking" in portal_state(db.session()).modules_on
        with write() as session:
            switch_module(session, SYSTEM, "parking", is_on=False, at=now())
        assert "parking" not in portal_state(db.session()).modules_on
        assert [entry.details for entry in db.session.scalars(select(JournalEntry).order_by(JournalEntry.id))] == [
            {"module": "parking", "on": True},
            {"module": "parking", "on": False},
        ]


@pytest.mark.parametrize(
    "values, wrong",
    [
        ({"limit": 0}, {"limit"}),
        ({"limit": 10}, {"limit"}),
        ({"limit": "3"}, {"limit"}),
        ({"limit": True}, {"limit"}),
        ({"open": 1}, {"open"}),
        ({"mode": "c"}, {"mode"}),
        ({"name": "abcdef"}, {"name"}),
        ({"limit": 0, "name": None, "mode": "b"}, {"limit", "name"}),
    ],
)
def test_values_out_of_bounds_are_named(app, values, wrong):
    with app.app_context(), pytest.raises(SettingsError) as error:
        build(Rules, values)
    assert set(error.value.errors) == wrong


@dataclass(frozen=True)
class Texts:
    name: str = setting("X", "Name", required=True)
    day: str = setting("", "Day", kind="day")
    page: str = setting("", "Page", kind="url")
    mail: str = setting("", "Mail", kind="email")


@pytest.mark.parametrize(
    "name, wrong, right",
    [
        ("name", ["", " ", "\n"], ["é"]),
        ("day", ["2027-02-29", "20270301", "1/3/2027", "2027-3-1"], ["", "2028-02-29"]),
        ("page", ["javascript:alert(1)", "//x.example", "https://", "http://[x"], ["", "https://x.example/é"]),
        ("mail", ["x", "x@y", "x y@z.example", "@z.example"], ["", "x@z.example"]),
    ],
)
def test_a_text_of_a_kind_is_held_to_it(app, name, wrong, right):
    with app.app_context():
        for value in wrong:
            with pytest.raises(SettingsError) as error:
                build(Texts, {name: value})
            assert set(error.value.errors) == {name}
        for value in right:
            assert getattr(build(Texts, {name: value}), name) == value


def test_a_value_of_another_release_never_breaks_a_page(app):
    with app.app_context():
        with write() as session:
            session.add(StoredSettings(scope="module:rules", values={"limit": 99, "name": "Zoé", "gone": 1}))
        assert portal_state(db.session()).settings("module:rules", Rules) == Rules(name="Zoé")


def test_a_settings_class_that_cannot_be_drawn_is_refused():
    @dataclass(frozen=True)
    class Wrong:
        untitled: int = 3
        dated: float = setting(1.5, "Dated")

    assert [problem.split(":")[0] for problem in check_class(Wrong)] == ["Wrong.untitled", "Wrong.dated"]
    assert check_class(Rules) == []
