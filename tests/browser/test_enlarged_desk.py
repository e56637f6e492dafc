# SPDX-License-Identifier: AGPL-3.0-or-later
"""The clerks' main pages on a phone with text at twice its size: nothing is wider than the window (WCAG 1.4.4, 1.4.10)."""

import pytest

from tests.browser.harness import PHONE, assert_fits_enlarged
from tests.browser.people import email_of
from tests.browser.walking import sign_in

PAGES = (
    *("/desk/", "/desk/board", "/desk/register", "/desk/questions", "/desk/people", "/desk/proofs", "/desk/letters"),
    *("/desk/statistics", "/desk/processes", "/desk/journal", "/desk/counter/", "/account"),
)


@pytest.mark.a11y
def test_the_main_pages_of_the_desk_fit_a_phone_with_large_text(visit, shared_town):
    page = visit(shared_town, PHONE).page
    sign_in(page, email_of("nadia-rahmani"))
    wide = []
    for path in PAGES:
        page.goto(path)
        try:
            assert_fits_enlarged(page)
        except AssertionError as fault:
            wide.append(f"{path}: {fault}")
    page.goto("/desk/register")
    page.goto(page.locator("main table th a").first.get_attribute("href"))
    assert_fits_enlarged(page)
    assert not wide, "\n".join(wide)
