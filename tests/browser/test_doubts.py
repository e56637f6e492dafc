# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two persons who may be one, at the desk: compared side by side, joined only by who means it."""

import pytest

from tests.browser.harness import assert_fits
from tests.browser.walking import sign_in

CLERK = "nadia.rahmani@ville-de-rive.example"


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=pytest.mark.thorough)], ids=["script", "noscript"])
def test_a_clerk_compares_two_persons_and_joins_them(
    town_portal, phone, desktop, journey_axe, photograph_moment, script
):
    for clerk in (phone(town_portal, script=script), desktop(town_portal, script=script)):
        sign_in(clerk, CLERK)
        for path, name in (("/desk/people", "people"), ("/desk/doubts", "doubts"), ("/desk/doubts/1", "doubt")):
            clerk.goto(path)
            journey_axe(clerk)
            assert_fits(clerk)
            photograph_moment(clerk, f"doubts-{name}")
    clerk.check("[name=decision][value=same]")
    decide(clerk)
    assert clerk.locator("#understood-error").is_visible()
    journey_axe(clerk)
    photograph_moment(clerk, "doubts-unsure")
    assert clerk.is_checked("[name=decision][value=same]")
    clerk.check("[name=understood]")
    decide(clerk)
    assert clerk.url.endswith("/desk/doubts")
    assert clerk.locator("main table").count() == 0
    journey_axe(clerk)
    photograph_moment(clerk, "doubts-done")
    clerk.goto("/desk/doubts/1")
    journey_axe(clerk)


def decide(page) -> None:
    """Send the decision."""
    with page.expect_navigation():
        page.locator("main form.form button[type=submit]").click()
