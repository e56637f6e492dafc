# SPDX-License-Identifier: AGPL-3.0-or-later
"""A proof of residence from home, on a phone: sent, looked at by a clerk, refused, sent again, accepted."""

from datetime import date, timedelta

import pytest

from tests.browser.harness import assert_fits
from tests.browser.people import letter, press, see_errors
from tests.browser.walking import sign_in
from tests.civic.people.papers import PDF_FILE, PNG_FILE

RESIDENT = "lucie.marchal@courriel.example"
CLERK = "nadia.rahmani@ville-de-rive.example"
PAGE = "/account/residence"


@pytest.fixture
def good(journey_axe):
    """Looks at a page: nothing that hinders, nothing wider than the screen."""

    def look(page) -> None:
        journey_axe(page)
        assert_fits(page)

    return look


def send(page, name: str, content: bytes) -> None:
    """Fill the form and send it."""
    page.goto(PAGE)
    page.check("[name=proof_kind][value=bill]")
    page.fill("[name=proof_on]", (date.today() - timedelta(days=20)).isoformat())
    page.set_input_files("[name=file]", files=[{"name": name, "mimeType": "text/plain", "buffer": content}])
    page.fill("[name=birth_date]", "1996-03-02")
    page.locator("main form.form button[type=submit]").click()
    page.wait_for_load_state()


def open_proof(clerk) -> str:
    """The clerk goes to the newest of those that wait; gives its address."""
    clerk.goto("/desk/people")
    clerk.locator("main .notice a.btn").first.click()
    clerk.locator("main table a", has_text="Lucie Marchal").click()
    clerk.wait_for_load_state()
    return clerk.url


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=pytest.mark.thorough)], ids=["script", "noscript"])
def test_a_proof_is_sent_refused_sent_again_and_accepted(town_portal, phone, desktop, good, script):
    lucie, clerk = phone(town_portal, script=script), desktop(town_portal, script=script)
    sign_in(lucie, RESIDENT)
    send(lucie, "photo.png", b"not a photograph")
    assert see_errors(lucie)
    assert lucie.input_value("[name=birth_date]") == "1996-03-02"
    good(lucie)
    send(lucie, "photo.png", PNG_FILE)
    assert lucie.locator(".notice.wait").is_visible()
    good(lucie)

    sign_in(clerk, CLERK)
    address = open_proof(clerk)
    assert clerk.evaluate("document.querySelector('main img').naturalWidth") == 1
    good(clerk)
    clerk.locator("a[href$='/refuse']").click()
    clerk.check("[name=reason][value=unreadable]")
    clerk.fill("[name=words]", "Seul un point se voit.")
    good(clerk)
    press(clerk)
    assert clerk.goto(address).status == 404
    good(clerk)
    assert "Seul un point se voit." in letter(town_portal, RESIDENT, "justificatif")

    lucie.goto(PAGE)
    assert "Seul un point se voit." in lucie.locator(".notice.no").inner_text()
    good(lucie)
    send(lucie, "facture.pdf", PDF_FILE)
    open_proof(clerk)
    with clerk.expect_download() as waited:
        clerk.locator("main a[href$='/document']").click()
    assert waited.value.suggested_filename.endswith(".pdf")
    press(clerk)
    lucie.goto(PAGE)
    assert lucie.locator(".notice.yes").is_visible()
    good(lucie)
