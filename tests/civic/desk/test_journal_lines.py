# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an entry keeps is read by auditors: in words, never as the program writes it."""

import ast
import re

import pytest
from sqlalchemy import select

from civic.app import create_app
from civic.clock import now
from civic.db.session import write
from civic.desk.journal_details import names_in, told
from civic.desk.journal_keys import DETAILS, OF_ACT, UNTOLD
from civic.journal.entries import record
from civic.journal.models import JournalEntry
from civic.people.models import Department
from civic.permissions.actor import SYSTEM, Actor
from civic.registry import current_registry
from tests.civic.journal.test_names import calls, names
from tests.civic.people.at_desk import at_desk
from tests.conftest import close


@pytest.mark.parametrize(
    "act, details, expected",
    [
        ("change_settings", {"scope": "portal", "changed": {"town_name": [None, "Rive <b>"]}}, "Settings: The town · Name of the town: – → Rive &lt;b&gt;"),
        ("change_settings", {"scope": "portal", "changed": {"staff_second_factor": [True, False]}}, ": Yes → No"),
        ("change_settings", {"scope": "demonstration", "changed": {"loaded": [None, True]}}, "Settings: Demonstration · This instance is the demonstration town: – → Yes"),
        ("change_settings", {"scope": "module:proposals", "changed": {"open_per_month": [5, 2]}}, "Settings: Proposals · Proposals per person in 30 days: 5 → 2"),
        ("change_settings", {"scope": "workflow:proposals.proposal", "changed": {"deadlines": [None, {"deciding": {"days": 20, "working": True}}], "skipped": [None, []]}}, ": 20 working days"),
        ("set_phase_settings", {"phase": 3, "changed": {"submit": [{}, {"open_per_month": 2}]}}, "Submit a proposal: – → Proposals per person in 30 days: 2"),
        ("assign", {"department": [1, None], "assignee": [None, 7000]}, "Department: Voirie → – · In charge: – → account 7000"),
        ("study", {"department": "voirie"}, "Department: Voirie"),
        ("add_member", {"persons": [3, 4]}, "People: 2"),
        ("rename_tag", {"tag": "velo", "name": [{"fr": "Vélo"}, {"fr": "Vélos"}]}, "Name: Vélo → Vélos"),
        ("edit", {"fields": ["title", "body", "lon", "lat", "what"]}, "What was changed: Title, Text, Point on the map, What it is about"),
        ("enter_act", {"kind": "support", "number": 37, "mandate": 12}, "Kind: A support · Number: 37"),
        ("enter_act", {"kind": "proposals.proposal", "number": 37}, "Kind: Proposal · Number: 37"),
        ("take_mandate", {"form": "signed", "channel": "meeting", "kinds": ["proposals.proposal", "support"]}, "Asked by: Signed paper · Channel: At a meeting · What may be entered: Proposal, A support"),
        ("request_organisation", {"kind": "company", "number": "732829320"}, "Kind: Company · Number: 732829320"),
        ("record_absence", {"from": "2026-11-19", "until": "2026-12-03"}, "From: 19 November 2026 · Last day: 2 December 2026"),
        ("correct", {"digest": "1fa9", "former": {"cost_eur": 12, "gone": 1}}, "Former values: Cost in euros 12"),
    ],
)  # fmt: skip
def test_details_are_told_in_words(app, act, details, expected):
    with app.app_context(), write() as session:
        session.add(Department(id=1, slug="voirie", name={"fr": "Voirie"}))
        record(session, SYSTEM, act, kind="civic.settings", subject_id=0, at=now(), details=details)
    page = at_desk(app, "auditor").get("/en/desk/journal").text
    assert expected in page
    assert "{&#39;" not in page
    assert "<code" not in page


@pytest.mark.parametrize(
    "details",
    [
        {"doubts": 0}, {"mandate": 4, "answer": 2, "digest": "1fa9"}, {"nobody_knows_this": "raw_value"}, {"channel": "raw_value"},
        {"scope": "raw_value", "changed": {"raw_key": [1, 2]}}, {"changed": {"raw_key": [1, 2]}}, {"changed": "raw_value"},
        {"fields": ["raw_value"]}, {"from": "raw_value"}, {"kind": "raw_value"}, {"department": "raw_value"}, {"former": {"raw_key": 3}},
        {"scope": "workflow:proposals.proposal", "changed": {"deadlines": [3, {"deciding": 4, "raw_key": 2}], "labels": [[], {"deciding": 3}]}},
    ],
)  # fmt: skip
def test_what_has_no_name_is_left_out(app, details):
    with app.test_request_context("/en/"), write() as session:
        line = told("some_act", details, names_in(session, current_registry(), [details]))
    assert not re.search(r"raw_|nobody_knows|doubts|1fa9", line)


def test_how_an_act_came_is_told_in_words(app):
    with app.app_context(), write() as session:
        for channel in ("system", "desk", "telephone"):
            actor = Actor(channel=channel, name="system")
            record(session, actor, "open_sheet", kind="civic.counter_sheet", subject_id=1, at=now())
    page = at_desk(app, "auditor").get("/en/desk/journal").text
    assert '<span class="meta">By telephone</span>' in page
    assert '<span class="meta">At the counter</span>' in page
    assert ">system<" not in page


def test_the_journal_of_the_demonstration_town_is_told_whole(town):
    """No key without a name, and no value that is silently left out."""
    app = create_app(town)
    with app.test_request_context("/"), write() as session:
        registry = current_registry()
        kept = session.execute(select(JournalEntry.act, JournalEntry.details)).all()
        known = names_in(session, registry, (details for _act, details in kept))
        for act, details in kept:
            for key, value in details.items():
                if key in UNTOLD:
                    continue
                line = told(act, {key: value} | ({"scope": details["scope"]} if key == "changed" else {}), known)
                alike = isinstance(value, list) and len(value) == 2 and value[0] == value[1]
                assert line or not value or alike, (act, key, value)
                if key == "changed":
                    moved = [name for name, (before, after) in value.items() if before or after or after is False]
                    assert line.count(" → ") >= len(moved) or line.endswith("…"), (moved, line)
                if isinstance(value, list) and key in {"fields", "kinds"}:
                    assert line.count(",") == len(set(value)) - 1 or line.endswith("…"), (value, line)
    close(app)


def test_every_key_that_is_written_has_a_name_or_is_left_out_on_purpose():
    """Read in the source: whatever details an act of the core or of a module is journaled with."""
    found = {}
    for name in ("record", "journal_part", "_told", "_journal"):
        for path, call, function in calls(name):
            for value in (*call.args, *(one.value for one in call.keywords)):
                dicts = [value]
                if isinstance(value, ast.Name):
                    assigned = (one for one in ast.walk(function) if isinstance(one, ast.Assign))
                    dicts = [one.value for one in assigned if value.id in names(one.targets[0])]
                for one in dicts:
                    keys = one.keys if isinstance(one, ast.Dict) else ()
                    found |= {key.value: str(path) for key in keys if isinstance(key, ast.Constant)}
    assert len(found) > 30
    known = DETAILS.keys() | UNTOLD | {key for _act, key in OF_ACT} | {"changed"}
    assert {key: path for key, path in found.items() if key not in known} == {}
