# SPDX-License-Identifier: AGPL-3.0-or-later
"""The declaration of accessibility says what was audited, and nothing more once the audit no longer counts."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from civic.clock import now
from civic.db.session import db, write
from civic.permissions.actor import SYSTEM
from civic.settings.accessibility import ACCESSIBILITY_SCOPE, AccessibilitySettings
from civic.settings.store import portal_state, save_settings
from tests.civic.people.at_desk import at_desk
from tests.databases import both_databases

TODAY = now().date()
AUDIT = {
    "audited_on": (TODAY - timedelta(days=40)).isoformat(),
    "audited_by": "Cabinet Relais <b>",
    "rate": "72",
    "report_url": "https://rive.example/audit.pdf",
    "not_accessible": "Les **plans** n’ont pas tous un texte.",
    "method": "Vingt pages, avec NVDA et Firefox.",
    "declared_on": (TODAY - timedelta(days=10)).isoformat(),
    "plan_url": "",
}
ADDRESS = f"/desk/settings/{ACCESSIBILITY_SCOPE}"


@pytest.fixture
def boss(app):
    return at_desk(app, "administrator")


@pytest.mark.parametrize(
    "rate, age, state",
    [
        (100, 0, "full"),
        (99, 0, "partial"),
        (50, 0, "partial"),
        (49, 0, "none"),
        (100, 1095, "full"),
        (100, 1097, "none"),
    ],
)
def test_the_mention_follows_the_rate_and_the_age_of_the_audit(rate, age, state):
    today = date(2027, 3, 1)
    audited = AccessibilitySettings(audited_on=(today - timedelta(days=age)).isoformat(), rate=rate)
    assert audited.state(today) == state
    assert AccessibilitySettings(rate=rate).state(today) == "none"


def test_an_audit_of_the_29th_of_february_counts_three_years():
    audited = AccessibilitySettings(audited_on="2028-02-29", rate=100)
    assert audited.is_valid(date(2031, 2, 28))
    assert not audited.is_valid(date(2031, 3, 1))


@both_databases
def test_an_administrator_records_the_audit_and_every_page_says_it(app, boss):
    assert "not compliant" in boss.get("/en/").text
    assert boss.send(ADDRESS, AUDIT).status_code == 303
    page = boss.get("/en/accessibility").text
    assert "<h1>Accessibility: partially compliant</h1>" in page
    for said in ("72%", "Cabinet Relais &lt;b&gt;", "https://rive.example/audit.pdf", "<strong>plans</strong>", "NVDA"):
        assert said in page
    assert "No audit" not in page
    assert "Accessibility: partially compliant" in boss.get("/en/").text


def test_an_audit_that_no_longer_counts_is_said_and_its_rate_is_not(app, boss):
    with app.app_context(), write() as session:
        old = AccessibilitySettings(
            "2019-03-01", "Cabinet", 90, declared_on="2019-03-02", plan_url="https://r.example/"
        )
        save_settings(session, SYSTEM, ACCESSIBILITY_SCOPE, old, now())
    page = boss.get("/en/accessibility").text
    assert "no longer counts" in page
    assert "90%" not in page
    assert "https://r.example/" in page


@pytest.mark.parametrize(
    "changed, field",
    [
        ({"audited_by": " "}, "audited_by"),
        ({"not_accessible": ""}, "not_accessible"),
        ({"declared_on": ""}, "declared_on"),
        ({"declared_on": "2000-01-01"}, "declared_on"),
        ({"audited_on": (TODAY + timedelta(days=9)).isoformat()}, "audited_on"),
        ({"audited_on": "31/12/2026"}, "audited_on"),
        ({"rate": "101"}, "rate"),
        ({"report_url": "javascript:alert(1)"}, "report_url"),
        ({"plan_url": "rive.example"}, "plan_url"),
    ],
)
def test_what_an_audit_lacks_is_told_on_its_field(app, boss, changed, field):
    sent = boss.send(ADDRESS, {**AUDIT, **changed})
    assert sent.status_code == 422
    assert f'id="{field}-error"' in sent.text
    with app.app_context():
        known = portal_state(db.session()).settings(ACCESSIBILITY_SCOPE, AccessibilitySettings)
        assert known == AccessibilitySettings()


def test_without_an_audit_nothing_is_asked(app, boss):
    empty = {**dict.fromkeys(AUDIT, ""), "rate": "0", "plan_url": "https://rive.example/schema.pdf"}
    assert boss.send(ADDRESS, empty).status_code == 303
    assert replace(AccessibilitySettings(), plan_url="https://rive.example/schema.pdf").problems(TODAY) == {}
