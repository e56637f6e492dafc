# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a resident's idea to a signed, public answer, as each person lives it in a browser, on both databases."""

import re
import time

import pyotp
import pytest

from tests.browser.people import letter, letters, press, see_errors, sign_in_with_code
from tests.browser.walking import sign_in
from tests.databases import both_databases

RESIDENT = "nouvelle.habitante@courriel.example"
CLERK = "nadia.rahmani@ville-de-rive.example"
AGENT = "mathieu.garnier@ville-de-rive.example"
DEPUTY = "karim.benali@ville-de-rive.example"
ADMINISTRATOR = "camille.roussel@ville-de-rive.example"
TITLE = "Un abri à vélos devant la bibliothèque"
BODY = "Le soir, douze vélos sont attachés aux arbres. Un abri couvert de vingt places les protégerait."
SECRET_TEXT = "Oui, en partie : dix places couvertes seront posées au printemps, pour 8 400 euros."


@pytest.mark.parametrize("script", [True, False], ids=["script", "noscript"])
def test_a_resident_with_only_an_address_proposes_on_a_phone(town_portal, phone, script):
    page = phone(town_portal, script=script)
    began = time.monotonic()
    number = propose(page, town_portal)
    assert time.monotonic() - began < 120
    page.goto("/proposals/")
    assert page.locator(f"a[href$='/proposals/{number}']").first.is_visible()
    page.goto(f"/n/{number}")
    assert TITLE in page.inner_text("h1")


@both_databases
def test_a_proposal_reaches_a_signed_answer(town_portal, phone, desktop, axe):
    author, clerk, agent, deputy = phone(town_portal), desktop(town_portal), desktop(town_portal), phone(town_portal)
    number = propose(author, town_portal)
    sign_in(clerk, CLERK)
    send_back_and_complete(clerk, author, number)
    answer = draft_and_review(clerk, agent, number)
    nothing_is_public(phone(town_portal), town_portal, number)
    sign_with_second_factor(desktop(town_portal), deputy, answer)

    visitor = phone(town_portal, script=False)
    visitor.goto(f"/proposals/{number}")
    answered = visitor.inner_text("section.answer")
    assert SECRET_TEXT in answered
    assert "Karim Benali" in answered
    assert visitor.locator("ol.line li").count() >= 3
    assert SECRET_TEXT not in letters(town_portal)
    assert TITLE in letter(town_portal, RESIDENT, f"n°\u00a0{number}")
    axe(author)


def propose(page, portal) -> int:
    """Write, be sent to sign-in, come back with all one typed, submit."""
    page.goto("/proposals/new")
    page.fill("[name=title]", TITLE)
    page.fill("[name=body]", BODY)
    page.fill("[name=place]", "devant la bibliothèque")
    press(page)
    sign_in_with_code(page, portal, RESIDENT)
    assert page.input_value("[name=title]") == TITLE
    assert page.input_value("[name=body]") == BODY
    press(page)
    found = re.search(r"/proposals/(\d+)", page.url)
    assert found, f"{page.url}: {see_errors(page)}"
    return int(found.group(1))


def open_file(page, number) -> None:
    """The file at the desk, by its number in the register."""
    page.goto(f"/desk/register?q={number}")
    page.locator("main table a").first.click()
    page.wait_for_load_state()


def act(page, name, **fields) -> None:
    """Open the form of a transition, fill it in, press."""
    page.goto(page.url.split("?")[0].split("/act/")[0] + f"/act/{name}")
    for field, value in fields.items():
        if field == "department_id":
            page.select_option("[name=department_id]", label=value)
        else:
            page.fill(f"[name={field}]", value)
    press(page)
    assert not see_errors(page)


def send_back_and_complete(clerk, author, number) -> None:
    """The clerk finds it in the queue and sends it back with a reason; the author corrects and submits again."""
    clerk.goto("/desk/")
    assert TITLE in clerk.inner_text("main")
    open_file(clerk, number)
    act(clerk, "send_back", reason="Dites combien de places il faudrait, et pour quels usagers.")
    author.goto(f"/proposals/{number}")
    assert "Dites combien de places" in author.inner_text("main")
    author.goto(f"/proposals/{number}/edit")
    author.fill("[name=body]", BODY + " Vingt places suffiraient.")
    press(author)
    assert not see_errors(author)
    open_file(clerk, number)
    assert "Vingt places suffiraient" in clerk.inner_text("main")


def draft_and_review(clerk, agent, number) -> str:
    """Given to a department, drafted by its agent, reviewed by the clerk; gives the answer's address."""
    act(clerk, "study", department_id="Direction des espaces verts et de la nature en ville")
    sign_in(agent, AGENT)
    open_file(agent, number)
    agent.goto(agent.url + "/answer")
    agent.select_option("[name=transition]", "accept_partly")
    agent.fill("[name=body]", SECRET_TEXT)
    choice = agent.locator("[name=signer_id] option", has_text="Karim Benali").get_attribute("value")
    agent.select_option("[name=signer_id]", choice)
    press(agent)
    assert not see_errors(agent)
    answer = agent.url
    press(agent, "form[action$='/step/submit']")
    clerk.goto(answer)
    press(clerk, "form[action$='/step/approve']")
    return answer


def nothing_is_public(page, portal, number) -> None:
    """Before the signature the text stands on no page, in no file, no search, no mail."""
    for path in (f"/proposals/{number}", "/", "/decided", "/proposals/?q=couvertes", f"/items/{number}/history"):
        response = page.goto(path)
        assert response.status == 200, path
        assert SECRET_TEXT not in page.content(), path
    for path in ("/proposals/export.csv", "/data/proposals.csv"):
        response = page.request.get(path)
        assert response.status == 200, path
        assert SECRET_TEXT not in response.text(), path
    assert SECRET_TEXT not in letters(portal)


def sign_with_second_factor(administrator, deputy, answer) -> None:
    """The switch is set; the deputy enrols a telephone, then signs at 390 px."""
    sign_in(deputy, DEPUTY)
    sign_in(administrator, ADMINISTRATOR)
    administrator.goto("/desk/settings/portal")
    administrator.check("[name=staff_second_factor]")
    press(administrator)
    deputy.goto(answer)
    secret = deputy.locator("main code").first.inner_text().replace(" ", "")
    deputy.fill("[name=code]", pyotp.TOTP(secret).now())
    press(deputy, "main form:has([name=code])")
    deputy.goto(answer)
    press(deputy, "form[action$='/sign']")
    assert not see_errors(deputy)
