# SPDX-License-Identifier: AGPL-3.0-or-later
"""Drawings of workflows: complete, in line with the declaration, the same as the files of the documentation."""

import re
from pathlib import Path

import pytest
from flask_babel import force_locale

from civic.answers.workflow import ANSWER
from civic.registry import current_registry
from civic.spaces.workflow import PROCESS
from civic.workflow.diagram import diagram, stops, table, told
from civic.workflow.engine import Setup
from civic.workflow.stations import stations

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def english(app):
    with app.test_request_context(), force_locale("en"):
        yield


def test_documentation_follows_the_declarations(run_command):
    run_command("workflow", "diagram", "--check", "--output", str(ROOT / "docs" / "generated"))


def test_a_missing_drawing_is_named(run_command, tmp_path):
    assert (
        "civic.process.svg" in run_command("workflow", "diagram", "--check", "--output", str(tmp_path), code=1).output
    )
    run_command("workflow", "diagram", "--output", str(tmp_path))
    run_command("workflow", "diagram", "--check", "--output", str(tmp_path))


def test_every_state_is_drawn_and_told_once(english):
    for _kind, resource in current_registry().resources():
        workflow = resource.workflow
        names = [stop.state.name for stop in stops(workflow, Setup())]
        assert sorted(names) == sorted(state.name for state in workflow.states)
        assert len(told(workflow, Setup())) == len(workflow.states)
        drawn = diagram(workflow, Setup(), "T <i>")
        assert drawn.count("<text x=") == drawn.count("</text>") - drawn.count('class="diagram-note"')
        assert "<i>" not in drawn
        assert not re.search(r"\sstyle=|\son[a-z]+=", drawn)


def test_a_state_turned_off_is_neither_drawn_nor_offered(english):
    skipped = Setup(skipped=frozenset({"review"}))
    assert "review" not in {stop.state.name for stop in stops(ANSWER, skipped)}
    assert "To review" not in table(ANSWER, skipped)


def test_names_of_the_town_are_used(english):
    renamed = Setup(labels={"open": {"fr": "En cours", "en": "Under way"}})
    assert "Under way" in diagram(PROCESS, renamed, "T")


@pytest.mark.parametrize(
    ("state", "drawn"),
    [
        ("preparing", ["now", "next", "next"]),
        ("open", ["past", "now", "next"]),
        ("closed", ["past", "past", "now"]),
    ],
)
def test_stations_of_a_process(english, state, drawn):
    assert [station.status for station in stations(PROCESS, state)] == drawn


def test_what_stands_between_two_stations_is_drawn_on_the_track_and_its_ways_out_after_it(english):
    workflow = current_registry().resource("proposals.proposal").workflow
    drawn = {stop.state.name: stop for stop in stops(workflow, Setup())}
    track = [name for name, stop in drawn.items() if not stop.is_branch]
    assert track == ["draft", "submitted", "studied", "deciding", "accepted", "planned", "in_progress", "done"]
    assert drawn["deciding"].notes[-1] == "not for every file"
    assert list(drawn).index("deciding") < list(drawn).index("accepted_partly") < list(drawn).index("accepted")
    without = [
        stop.state.name for stop in stops(workflow, Setup(skipped=frozenset({"deciding"}))) if not stop.is_branch
    ]
    assert without == [name for name in track if name != "deciding"]


def test_what_is_refused_or_taken_back_ends_a_shorter_line_each_in_its_way(english):
    dropped = stations(ANSWER, "dropped", farthest=True)
    assert [station.status for station in dropped] == ["past", "past", "past", "ended"]
    declined = stations(current_registry().resource("proposals.proposal").workflow, "declined", farthest=True)
    assert [station.status for station in declined] == ["past", "past", "refused"]
    assert [station.status for station in stations(ANSWER, "signed")] == ["past"] * 4


@pytest.mark.parametrize(
    ("state", "certain"),
    [
        ("withdrawn", ["submitted", "withdrawn"]),
        ("incomplete", ["submitted", "incomplete"]),
        ("declined", ["submitted", "studied", "declined"]),
        ("given_up", ["submitted", "studied", "given_up"]),
    ],
)
def test_a_line_shows_no_station_that_may_not_have_been_reached(english, state, certain):
    workflow = current_registry().resource("proposals.proposal").workflow
    drawn = stations(workflow, state)
    assert [station.name for station in drawn if station.status != "next"] == certain


def test_who_knows_what_was_reached_asks_for_the_farthest(english):
    workflow = current_registry().resource("proposals.proposal").workflow
    drawn = stations(workflow, "withdrawn", farthest=True)
    assert [station.name for station in drawn] == ["submitted", "studied", "withdrawn"]
    assert [station.status for station in stations(ANSWER, "dropped")] == ["past", "ended"]
