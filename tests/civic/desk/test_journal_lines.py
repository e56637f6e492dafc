# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an entry keeps is read by auditors: in words, never as the program writes it."""

import pytest

from civic.clock import now
from civic.db.session import write
from civic.journal.entries import record
from civic.permissions.actor import SYSTEM
from tests.civic.people.at_desk import at_desk


@pytest.mark.parametrize(
    "details, told",
    [
        ({"scope": "portal", "changed": {"town_name": [None, "Rive <b>"]}}, "scope: portal · changed: town_name: – → Rive &lt;b&gt;"),
        ({"changed": {"staff_second_factor": [True, False]}}, "staff_second_factor: Yes → No"),
        ({"department": [1, None], "assignee": [None, 7]}, "department: 1 → – · assignee: – → 7"),
        ({"persons": [3, 4]}, "persons: 3, 4"),
        ({"changed": {"submit": [{}, {"tag_count": 2}]}}, "submit:  → tag_count: 2"),
        ({"name": {"fr": "Vélo"}}, "name: fr: Vélo"),
        ({"fields": ["title", "body"]}, "fields: title, body"),
    ],
)  # fmt: skip
def test_details_are_told_in_words(app, details, told):
    with app.app_context(), write() as session:
        record(session, SYSTEM, "change_settings", kind="civic.settings", subject_id=0, at=now(), details=details)
    page = at_desk(app, "auditor").get("/en/desk/journal").text
    assert told in page
    assert "{&#39;" not in page
