# SPDX-License-Identifier: AGPL-3.0-or-later
"""Settings at the desk: forms drawn from declarations, workflows, modules, permissions."""

import re

import pytest

from civic.db.session import db
from civic.people.settings import PEOPLE_SCOPE, PeopleSettings
from civic.registry import EXTENSION, Registry, SetAside, current_registry
from civic.settings.portal import PORTAL_SCOPE, PortalSettings
from civic.settings.store import portal_state
from civic.settings.workflows import lifecycle
from civic.workflow.declaration import Deadline
from modules.proposals.permissions import PROPOSAL_POLICY
from modules.proposals.workflow import PROPOSAL
from tests.civic.people.at_desk import at_desk
from tests.databases import both_databases

pytestmark = both_databases

PEOPLE = {"proof_months": "3", "residence_months": "24", "roll_max_lines": "5000", "proof_days": "7", "minor_age": "16"}


@pytest.fixture
def boss(app):
    return at_desk(app, "administrator")


def stored(app, scope, settings):
    with app.app_context():
        found = portal_state(db.session()).settings(scope, settings)
        db.session.remove()
    return found


def test_settings_are_changed_by_form_and_hold_at_once(app, boss):
    assert boss.send(f"/desk/settings/{PEOPLE_SCOPE}", PEOPLE).status_code == 303
    assert stored(app, PEOPLE_SCOPE, PeopleSettings) == PeopleSettings(3, 24, 5000, 7, 16)
    assert 'value="3"' in boss.get(f"/desk/settings/{PEOPLE_SCOPE}").text


@pytest.mark.parametrize(
    "changed",
    [
        {"proof_months": "0"},
        {"proof_months": "37"},
        {"proof_months": "douze"},
        {"proof_months": ""},
        {"residence_months": "9" * 30},
    ],
)
def test_values_out_of_bounds_come_back_with_what_was_typed(app, boss, changed):
    sent = boss.send(f"/desk/settings/{PEOPLE_SCOPE}", {**PEOPLE, **changed})
    assert sent.status_code == 422
    assert "error-summary" in sent.text
    assert stored(app, PEOPLE_SCOPE, PeopleSettings) == PeopleSettings()


def test_boxes_and_choices_of_the_town_are_kept(app, boss):
    form = {
        "town_name": "Rive <b>",
        "contact_email": "",
        "contact_phone": "",
        "counter_address": "",
        "population": "12000",
        "siret": "",
        "session_days": "30",
        "shows_names": "full",
    }
    assert boss.send(f"/desk/settings/{PORTAL_SCOPE}", form).status_code == 303
    town = stored(app, PORTAL_SCOPE, PortalSettings)
    assert (town.town_name, town.staff_second_factor, town.shows_names) == ("Rive <b>", False, "full")
    assert "Rive &lt;b&gt;" in boss.get("/desk/settings").text
    assert boss.send(f"/desk/settings/{PORTAL_SCOPE}", {**form, "shows_names": "none"}).status_code == 422
    for field, value in (("town_name", ""), ("town_name", " \t"), ("contact_email", "mairie")):
        refused = boss.send(f"/desk/settings/{PORTAL_SCOPE}", {**form, field: value})
        assert refused.status_code == 422
        assert f'id="{field}-error"' in refused.text
    assert stored(app, PORTAL_SCOPE, PortalSettings) == town


def test_every_module_with_settings_has_its_form_and_unknown_scopes_have_none(app, boss):
    with app.app_context():
        scopes = [f"module:{module.name}" for module in current_registry().modules.values() if module.settings]
    assert scopes
    for scope in scopes:
        assert boss.get(f"/desk/settings/{scope}").status_code == 200
    for scope in ("module:none", "workflow:proposals.proposal", "x" * 300):
        assert boss.get(f"/desk/settings/{scope}").status_code == 404


def unchanged(page: str) -> dict[str, str]:
    """The form's present values, as a browser would send them."""
    values = dict(re.findall(r'<input(?=[^>]* name="([^"]+)")(?=[^>]* value="([^"]*)")[^>]*>', page))
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        values[name] = re.search(r'<option selected value="([^"]+)"', options)[1]
    return values


def test_stages_are_renamed_deadlines_set_and_optional_stages_switched_off(app, boss):
    path = "/desk/settings/stages/proposals.proposal"
    optional = next(state.name for state in PROPOSAL.states if state.optional)
    first = next(state.name for state in PROPOSAL.states if not state.final and not state.initial)
    form = unchanged(boss.get(path).text)
    form |= {f"{first}-name-fr": "Arrivée en mairie", f"{first}-days": "7", f"{first}-unit": "working"}
    form.pop(f"{optional}-on", None)
    assert boss.send(path, form).status_code == 303
    with app.app_context():
        setup = lifecycle(db.session(), PROPOSAL, PROPOSAL_POLICY).setup
        assert setup.labels[first] == {"fr": "Arrivée en mairie"}
        assert setup.deadline(PROPOSAL.state(first)) == Deadline(7, working=True)
        assert setup.skipped == {optional}
        others = [state for state in PROPOSAL.states if state.name != first]
        assert [setup.deadline(state) for state in others] == [state.deadline for state in others]
        db.session.remove()
    page = boss.get(path).text
    assert "Arrivée en mairie" in page
    assert boss.send(path, {**form, f"{first}-days": "-1"}).status_code == 422
    assert boss.send(path, {**form, f"{first}-name-fr": "x" * 20_000}).status_code == 422
    assert boss.get("/desk/settings/stages/none.nothing").status_code == 404


def test_a_deadline_can_be_removed(app, boss):
    path = "/desk/settings/stages/proposals.proposal"
    limited = next(state for state in PROPOSAL.states if state.deadline)
    form = unchanged(boss.get(path).text) | {f"{limited.name}-days": ""}
    assert boss.send(path, form).status_code == 303
    with app.app_context():
        assert lifecycle(db.session(), PROPOSAL, PROPOSAL_POLICY).setup.deadline(limited) is None
        db.session.remove()


def test_modules_are_switched_off_and_on(app, boss):
    for to, listed in (("on", True), ("off", False), ("on", True)):
        assert boss.send(f"/desk/modules/proposals/{to}", page="/desk/modules").status_code == 303
        with app.app_context():
            assert ("proposals" in portal_state(db.session()).modules_on) is listed
            db.session.remove()
    tokens = boss.tokens("/desk/modules")
    assert boss.send("/desk/modules/nothing/on", tokens=tokens).status_code == 404
    assert boss.send("/desk/modules/proposals/sideways", tokens=tokens).status_code == 404


def test_a_module_set_aside_is_named_with_its_problem(app, boss):
    known = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = Registry(
        known.modules,
        known.core,
        (SetAside("parking", "parking/module.py", "name ‘Parking’ must be one lower-case word."),),
    )
    page = boss.get("/desk/modules").text
    for told in ("parking", "parking/module.py", "must be one lower-case word"):
        assert told in page


def test_permission_tables_are_complete_and_open_to_all_staff(app):
    page = at_desk(app, "auditor").get("/desk/permissions").text
    with app.app_context():
        policies = [
            policy
            for module in current_registry()
            for policy in (*module.policies, *(r.policy for r in module.resources))
        ]
    for policy in policies:
        for action in policy.table:
            assert f"<code>{action}</code>" in page


def test_settings_are_for_administrators_and_their_list_shows_what_one_may_open(app):
    clerk = at_desk(app, "clerk")
    index = clerk.get("/desk/settings").text
    assert "/desk/permissions" in index
    assert "/desk/modules" not in index
    for path in (f"/desk/settings/{PORTAL_SCOPE}", "/desk/settings/stages/proposals.proposal", "/desk/modules"):
        assert clerk.get(path).status_code == 403, path


def test_the_page_of_the_documentation_is_that_of_the_code(run_command):
    run_command("permissions", "--check")


def test_a_page_that_differs_is_told(run_command, tmp_path):
    old = tmp_path / "old.md"
    old.write_text("# Who may do what\n", encoding="utf-8")
    run_command("permissions", "--check", "--output", str(old), code=1)
    run_command("permissions", "--output", str(old))
    run_command("permissions", "--check", "--output", str(old))
