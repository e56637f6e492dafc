# SPDX-License-Identifier: AGPL-3.0-or-later
"""What waits for someone: their files, those of whom they replace today, answers of the places where they work."""

from datetime import timedelta

import pytest

from civic.clock import now
from civic.desk.queries import counts
from civic.i18n.setup import current_zone
from civic.people.models import Absence
from civic.permissions.actor import SYSTEM, Actor
from civic.settings.store import save_settings, switch_module
from civic.settings.workflows import WorkflowSettings, workflow_scope
from civic.testing.factories import grant_role, make_account, make_department, open_session
from tests.civic.people.making import actor_for, make_item, writing
from tests.databases import both_databases

DAY = timedelta(days=1)


@both_databases
@pytest.mark.parametrize(("begins", "ends", "waits"), [(0, 3, 1), (-3, 0, 0), (1, 3, 0)])
def test_files_of_someone_away_wait_for_the_replacement_on_the_days_of_the_absence(app, begins, ends, waits):
    at = now()
    with writing(app) as session:
        today = at.astimezone(current_zone()).date()  # the town's day: another than UTC's around midnight
        away, there = make_account(session, at=at), make_account(session, at=at)
        green, roads = make_department(session), make_department(session)
        grant_role(session, away, "agent", at=at, department=green)
        grant_role(session, there, "agent", at=at, department=roads)
        switch_module(session, SYSTEM, "proposals", is_on=True, at=at)
        make_item(session, state="studied", number=7, department_id=green.id, assignee_id=away.id, due_at=at + DAY)
        session.add(
            Absence(
                account_id=away.id,
                replacement_id=there.id,
                from_on=today + begins * DAY,
                until_on=today + ends * DAY,
            )
        )
        session.flush()
        replacement: Actor = actor_for(session, there)
        assert counts(session, replacement, ["proposals.proposal"], at) == (waits, 0)
        client = app.test_client()
        token = open_session(session, there, at=at, expires_at=at + DAY, second_factor=True)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    assert ("Un banc à l’ombre" in client.get("/desk/").text) is bool(waits)


def desk_of(app, role):
    """A browser of someone who holds the role everywhere, and the database filled with a file of a module."""
    at = now()
    with writing(app) as session:
        switch_module(session, SYSTEM, "proposals", is_on=True, at=at)
        account = make_account(session, at=at)
        grant_role(session, account, role, at=at)
        make_item(session, state="studied", number=7, due_at=at + DAY)
        make_item(session, title="Une place", kind="gone.thing", state="odd", number=8, due_at=at + DAY)
        token = open_session(session, account, at=at, expires_at=at + DAY, second_factor=True)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    return client


def test_files_of_a_module_that_is_off_or_gone_are_shown_nowhere_and_break_nothing(app):
    client = desk_of(app, "clerk")
    for path in ("/desk/", "/desk/register"):
        page = client.get(path)
        assert page.status_code == 200
        assert "Un banc à l’ombre" in page.text
        assert "Une place" not in page.text
    with writing(app) as session:
        switch_module(session, SYSTEM, "proposals", is_on=False, at=now())
    assert "Un banc à l’ombre" not in client.get("/desk/register").text


def test_the_desk_names_stages_as_the_town_does(app):
    client = desk_of(app, "clerk")
    with writing(app) as session:
        scope = workflow_scope("proposals.proposal")
        save_settings(session, SYSTEM, scope, WorkflowSettings(labels={"studied": {"fr": "Sur le bureau"}}), now())
    assert client.get("/desk/register").text.count("Sur le bureau") == 2  # in the filter, and on the file
