# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a clerk sets for one phase, or for one part of a process, holds there and nowhere else."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from civic.clock import now
from civic.db.session import db
from civic.items.models import Item
from civic.journal.models import JournalEntry
from civic.permissions.actor import SYSTEM
from civic.settings.store import portal_state, save_settings
from civic.spaces.models import Component, Phase, PhaseVerb
from civic.testing.factories import make_component, make_process
from civic.workflow.guarding import state_may_change
from modules.proposals.settings import SCOPE, ProposalSettings, settings_in
from tests.databases import both_databases
from tests.forms import Visitor
from tests.modules.proposals.making import BODY, propose, someone, switch_on, writing


@dataclass(frozen=True)
class Place:
    """A process with one part and one phase, which lasts three days."""

    space: int
    part: int
    phase: int
    act: int
    """The phase's opened “submit”."""

    @property
    def settings(self) -> str:
        return f"/desk/processes/{self.space}/phases/{self.phase}/settings"

    def field(self, name: str) -> str:
        return f"act{self.act}-{name}"


@pytest.fixture
def place(app) -> Place:
    switch_on(app)
    with writing(app) as session:
        space = make_process(session, at=now(), slug="rives")
        part = make_component(session, space, "proposals", slug="idees")
        start, end = now() - timedelta(days=1), now() + timedelta(days=2)
        verb = PhaseVerb(verb="submit", component_id=part.id, settings={})
        closed = PhaseVerb(verb="comment", component_id=part.id, settings={})
        phase = Phase(space_id=space.id, title={"fr": "Idées <b>"}, opens_at=start, closes_at=end, verbs=[verb, closed])
        session.add(phase)
        session.flush()
        with state_may_change():
            session.get_one(Item, space.id).state = "open"
        return Place(space.id, part.id, phase.id, verb.id)


@pytest.fixture
def clerk(app) -> Visitor:
    return someone(app, role="clerk")[1]


def write_one(visitor: Visitor, status: int = 200, **typed: Any) -> Visitor:
    visitor.open("/proposals/new?process=rives")
    return visitor.send("/proposals/new", status=status, **{"title": "Un banc", "body": BODY, **typed})


@both_databases
def test_a_limit_per_person_holds_in_the_phase_and_not_elsewhere(app, place, clerk):
    account, author = someone(app)
    propose(app, account, switch_on(app))  # elsewhere in the town
    clerk.open(f"/desk/processes/{place.space}")
    assert place.settings in clerk.text
    clerk.open(place.settings).send("/settings", **{place.field("open_per_month"): "1"})
    write_one(author)
    assert author.path.startswith("/proposals/")
    author.open("/en/proposals/new?process=rives").send("/proposals/new", status=422, title="Deux", body=BODY)
    assert "The most one person may submit here in 30 days is 1" in author.text
    propose(app, account, switch_on(app))
    with writing(app) as session:
        session.get_one(Phase, place.phase).closes_at = now() - timedelta(seconds=1)
        part = session.get_one(Component, place.part)
        assert settings_in(session, part, now()).open_per_month == ProposalSettings().open_per_month


@both_databases
def test_what_a_phase_sets_is_journaled_and_every_process_follows(app, place, clerk):
    with app.app_context():
        before = portal_state(db.session()).generation
    clerk.open(place.settings).send("/settings", **{place.field("title_length"): "50", place.field("tag_count"): "2"})
    with app.app_context():
        assert portal_state(db.session()).generation > before
        entry = db.session.scalars(select(JournalEntry).where(JournalEntry.act == "set_phase_settings")).one()
        assert entry.details["changed"] == {"submit": [{}, {"title_length": 50, "tag_count": 2}]}
    assert 'value="50"' in clerk.open(place.settings).text
    clerk.send("/settings", **{place.field("title_length"): ""})
    with app.app_context():
        assert db.session.get_one(PhaseVerb, place.act).settings == {"tag_count": 2}


def test_the_form_of_a_proposal_says_and_keeps_the_phase_s_limits(app, place, clerk):
    clerk.open(place.settings).send("/settings", **{place.field("title_length"): "40"})
    author = someone(app)[1]
    assert 'data-limit="40"' in author.open("/proposals/new?process=rives").text
    assert 'data-limit="120"' in author.open("/proposals/new").text
    assert 'id="title-error"' in write_one(author, 422, title="x" * 41).text
    write_one(author, title="x" * 40)


def test_each_value_out_of_bounds_is_told_on_its_field(place, clerk):
    clerk.open(place.settings)
    names = [place.field(name) for name in ("open_per_month", "edit_days")]
    clerk.send("/settings", status=422, **dict(zip(names, ("0", "beaucoup"), strict=True)))
    for name in names:
        assert f'id="{name}-error"' in clerk.text
    assert 'value="beaucoup"' in clerk.text


def test_each_act_shows_its_own_settings_and_a_phase_that_opens_nothing_says_so(app, place, clerk):
    clerk.open(place.settings)
    found = {name for name in clerk.form("/settings").names if name.startswith("act")}
    of_submit = {name for name in found if name.startswith(f"act{place.act}-")}
    assert place.field("tag_count") in of_submit
    assert place.field("comment_level") not in of_submit
    of_comment = {"comment_level", "comment_without_account", "question_without_account"}
    assert {name.partition("-")[2] for name in found - of_submit} == of_comment
    with writing(app) as session:
        session.get_one(Phase, place.phase).verbs = []
    assert 'name="act' not in clerk.open(place.settings).text


def test_two_clerks_do_not_undo_one_another(app, place, clerk):
    other = someone(app, role="clerk")[1]
    clerk.open(place.settings)
    other.open(place.settings).send("/settings", **{place.field("tag_count"): "2"})
    clerk.send("/settings", status=422, **{place.field("tag_count"): "4"})
    assert 'value="4"' in clerk.text
    clerk.send("/settings")
    with app.app_context():
        assert db.session.get_one(PhaseVerb, place.act).settings == {"tag_count": 4}


def test_another_process_s_phase_is_absent(app, place, clerk):
    with writing(app) as session:
        elsewhere = make_process(session, at=now(), slug="ailleurs").id
    clerk.open(f"/desk/processes/{elsewhere}/phases/{place.phase}/settings", 404)


def test_what_a_part_sets_holds_in_it_and_yields_to_its_phase(app, place):
    with writing(app) as session:
        save_settings(session, SYSTEM, SCOPE, ProposalSettings(edit_days=9), now())
        part = session.get_one(Component, place.part)
        part.settings = {"edit_days": 7, "tag_count": "many", "unknown": 1}
        session.flush()
        found = settings_in(session, part, now())
        assert (found.edit_days, found.tag_count) == (7, ProposalSettings().tag_count)
        session.get_one(PhaseVerb, place.act).settings = {"edit_days": 2}
        session.add(PhaseVerb(phase_id=place.phase, verb="submit", settings={"edit_days": 1, "title_length": 60}))
        session.flush()
        found = settings_in(session, part, now())
        assert (found.edit_days, found.title_length) == (2, 60)


def test_the_author_corrects_under_the_rules_of_the_day_of_submission(app, place, clerk):
    author = someone(app)[1]
    clerk.open(place.settings).send("/settings", **{place.field("title_length"): "200", place.field("edit_days"): "30"})
    write_one(author, title="x" * 180)
    with writing(app) as session:
        session.get_one(Phase, place.phase).closes_at = now() - timedelta(seconds=1)
        for item in session.scalars(select(Item).where(Item.kind == "proposals.proposal")):
            item.published_at = now() - timedelta(hours=1)
    address = f"{author.path}/edit"
    author.open(address).send("/edit", title="y" * 170)
    assert "y" * 170 in author.text
