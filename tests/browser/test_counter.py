# SPDX-License-Identifier: AGPL-3.0-or-later
"""The counter in a browser: twenty supports by keyboard alone through a power cut, and a screen left clean."""

import re
import time

import pytest
from sqlalchemy import NullPool, create_engine, text

from tests.browser.walking import sign_in
from tests.databases import both_databases, url_of

CLERK = "nadia.rahmani@ville-de-rive.example"
SURNAMES = (
    "Abadie", "Barthélemy", "Cœur", "D’Alembert", "Étienne", "Fauré", "Guérin", "Hugot", "Issa", "Jaouen",
    "Kone", "Le Goff", "Mbappe", "N’Diaye", "Ollivier", "Perrin", "Quentin", "Roux", "Sow", "Thévenot",
)  # fmt: skip


def open_sheet(page, numbers: str) -> str:
    """By keyboard alone, from the counter to the first line."""
    page.goto("/desk/counter/sheets/new")
    page.locator("[name=numbers]").focus()
    page.keyboard.type(numbers)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("Marché du samedi")
    page.keyboard.press("Tab")
    page.fill("[name=paper_on]", "2026-01-10")  # its keys follow the browser's own language
    page.locator("[name=paper_reference]").focus()
    page.keyboard.type("Boîte 4, feuille 2")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/sheets/\d+$"))
    return page.url


def type_line(page, surname: str, place: int) -> None:
    """One person: surname, first name, birth date, no address, signature seen, next line."""
    for typed in (surname, f"Prénom{'abcdefghijklmnopqrst'[place % 20]}", f"{1 + place}/3/19{40 + place}", ""):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")


def in_database(portal, query: str, value: object = None) -> int:
    """What the query gives, `:value` standing for a value."""
    engine = create_engine(url_of(portal.instance), poolclass=NullPool)
    with engine.connect() as connection:
        return connection.execute(text(query), {} if value is None else {"value": value}).scalar_one()


def lines_of(portal, sheet: str) -> int:
    """Lines kept of the sheet at this address; the demonstration town has others."""
    return in_database(
        portal, "select count(*) from civic_counter_line where sheet_id = :value", int(sheet.rpartition("/")[2])
    )


def begin_with(page, surname: str) -> str:
    """Begin with someone, who asks for everything; gives the sitting's address."""
    page.goto("/desk/counter/")
    for name, value in (("surname", surname), ("first_names", "Rose"), ("birth_date", "1944-02-29")):
        page.fill(f"[name={name}]", value)
    for box in page.locator("[name=mandate][value=oral], [name=kinds]").all():
        box.check()
    page.locator("form:has([name=surname]) button[type=submit]").click()
    page.wait_for_url(re.compile(r"/counter/\d+$"))
    return page.url


def back_online(page) -> None:
    """The browser's network comes back, which it tells the page at once."""
    page.context.set_offline(True)
    page.context.set_offline(False)


@both_databases
def test_twenty_supports_by_keyboard_through_a_power_cut(town_portal, browser, capsys):
    context = browser.new_context(base_url=town_portal.url, viewport={"width": 1280, "height": 900}, locale="fr-FR")
    page = context.new_page()
    sign_in(page, CLERK)
    numbers = [
        in_database(town_portal, "select number from civic_item where state = 'submitted' and component_id is not null order by id desc limit 1 offset :value", place)
        for place in (0, 1)
    ]  # fmt: skip
    before = in_database(town_portal, "select count(*) from civic_support")
    began = time.monotonic()
    sheet = open_sheet(page, " ".join(map(str, numbers)))
    for place, surname in enumerate(SURNAMES):
        if place == 8:
            town_portal.crash()
        if place == 15:
            assert "pas encore enregistrées" in page.inner_text("[data-summary]")
            town_portal.start()
            back_online(page)
        type_line(page, surname, place)
    page.locator("[data-summary]", has_text="Toutes les lignes envoyées sont enregistrées").wait_for(timeout=60_000)
    spent = time.monotonic() - began
    with capsys.disabled():
        print(f"\n20 people, {len(numbers)} files, server killed in the middle: {spent:.1f} s of script")
    assert spent < 600
    assert in_database(town_portal, "select count(*) from civic_support") - before == 20 * len(numbers)
    assert lines_of(town_portal, sheet) == 20
    assert page.evaluate("sessionStorage.length") == 0
    page.goto(sheet)
    assert page.locator(".sheet-saved li").count() == 20
    context.close()


def test_lines_not_saved_outlive_a_reload_and_are_sent_once(town_portal, browser):
    context = browser.new_context(base_url=town_portal.url, viewport={"width": 1280, "height": 900}, locale="fr-FR")
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, CLERK)
    number = in_database(
        town_portal, "select max(number) from civic_item where state = 'submitted' and component_id is not null"
    )
    sheet = open_sheet(page, str(number))
    town_portal.crash()
    for place in (0, 1):
        type_line(page, SURNAMES[place], place)
    page.locator("[data-summary]", has_text="pas encore enregistrées").wait_for()
    town_portal.start()
    page.goto(sheet)
    page.locator("[data-summary]", has_text="Toutes les lignes envoyées sont enregistrées").wait_for(timeout=30_000)
    assert lines_of(town_portal, sheet) == 2
    type_line(page, "Sans Jour", 40)  # the 41st of March
    to_correct = page.locator("[data-summary]", has_text="Lignes à corriger, pas encore enregistrées\u202f: 1")
    to_correct.wait_for()
    page.goto(sheet)
    to_correct.wait_for()
    assert page.locator("[data-line] [data-field=surname]").first.input_value() == "Sans Jour"
    assert page.locator(".sheet-saved li").count() == 2
    context.close()


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=pytest.mark.thorough)], ids=["script", "noscript"])
def test_after_the_person_has_left_back_shows_nothing(town_portal, visit, script):
    page = visit(town_portal, script=script).page
    sign_in(page, CLERK)
    sitting = begin_with(page, "Zimmermann")
    page.goto(f"{sitting}/new/proposals.proposal")
    page.fill("[name=title]", "Un banc pour Zimmermann")
    page.goto(sitting)
    page.locator("form[action$='/end'] button").first.click()
    page.wait_for_load_state()
    assert "Zimmermann" not in page.content()
    for _step in range(4):
        page.go_back()
        page.wait_for_load_state()
        assert "Zimmermann" not in page.content()
        assert page.locator("[name=surname]").count() == 0 or page.input_value("[name=surname]") == ""


@pytest.mark.a11y
@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.thorough)])
def test_the_pages_of_a_sitting_are_accessible(town_portal, visit, axe, width):
    page = visit(town_portal, width).page
    sign_in(page, CLERK)
    number = in_database(
        town_portal, "select max(number) from civic_item where state = 'submitted' and component_id is not null"
    )
    page.goto("/desk/counter/")
    axe(page)
    sitting = begin_with(page, "Durand")
    page.goto(f"{sitting}/files/{number}")
    axe(page)
    page.locator("form[action$='/support'] button").click()
    page.wait_for_load_state()
    for rest in ("", "/receipt", "/new/proposals.proposal"):
        page.goto(f"{sitting}{rest}")
        axe(page)
    open_sheet(page, str(number))
    axe(page)
    page.goto("/follow-up")
    axe(page)


def unsent(page) -> str:
    """What the page says of a form that did not arrive, once it says something."""
    page.locator("[role=alert][data-unsent]:not(:empty)").wait_for()
    return page.inner_text("[data-unsent]")


@pytest.fixture
def cut_off(town_portal, browser):
    """A helper's page whose faults of the network are no faults of the test."""
    context = browser.new_context(base_url=town_portal.url, viewport={"width": 1280, "height": 900}, locale="fr-FR")
    page = context.new_page()
    sign_in(page, CLERK)
    yield page
    context.close()


def test_a_proposal_outlives_a_network_that_drops_and_is_entered_once(town_portal, cut_off):
    page = cut_off
    sitting = begin_with(page, "Coupure")
    page.goto(f"{sitting}/new/proposals.proposal")
    title = f"Un banc malgré la coupure {time.monotonic_ns()}"
    for name, value in (("title", title), ("body", "Pour attendre assise."), ("place", "devant la mairie")):
        page.fill(f"[name={name}]", value)
    send = page.locator("form:has([name=title]) button[type=submit]")
    page.context.set_offline(True)
    for _time in range(2):
        send.click()
        said = unsent(page)
        assert "Pas encore enregistré" in said and "toujours là" in said and "renvoyé tout seul" in said
        assert page.input_value("[name=body]") == "Pour attendre assise."
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0
    # It leaves by itself and arrives, and its answer is lost on the way back: it leaves again, and is entered once.
    with page.expect_event("requestfailed"):
        page.route("**/new/proposals.proposal", lambda route: (route.fetch(max_redirects=0), route.abort()), times=1)
        page.context.set_offline(False)
    assert "Pas encore enregistré" in unsent(page)
    back_online(page)
    page.wait_for_url(sitting)
    count = "select count(*) from civic_item where title like :value"
    assert in_database(town_portal, count, f"%{title.rpartition(' ')[2]}%") == 1
    page.locator("main table", has_text=title).wait_for()
    page.locator("form[action$='/end'] button").first.click()
    page.wait_for_url("**/desk/counter/")
    assert title not in page.content()


def test_a_comment_outlives_a_network_that_drops_and_a_fault_is_still_told(town_portal, cut_off):
    page = cut_off
    number = in_database(
        town_portal, "select max(number) from civic_item where state = 'submitted' and component_id is not null"
    )
    sitting = begin_with(page, "Coupure")
    page.goto(f"{sitting}/files/{number}")
    send = page.locator("form[action$='/write'] button[type=submit]")
    send.click()  # without a word: the page comes back and says so
    page.locator(".error-summary").wait_for()
    body = f"Assise à l’ombre {time.monotonic_ns()}"
    page.fill("[name=body]", body)
    page.clock.install()
    failed = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    town_portal.crash()
    page.locator("form[action$='/support'] button").click()
    assert "renvoyé tout seul" in unsent(page)
    send.click()  # behind the support, which goes first
    page.locator("form[action$='/write'] [data-unsent]", has_text="renvoyé tout seul").wait_for()
    page.locator("[name=body]").press("End")
    page.keyboard.type(" au frais")  # who types again says when it leaves
    page.locator("[data-unsent]", has_text="appuyez de nouveau sur le bouton dans un instant").wait_for()
    page.clock.fast_forward(60_000)
    assert len(failed) == 2
    send.click()
    page.locator("[data-unsent]", has_text="renvoyé tout seul").wait_for()
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/support")):
        page.clock.fast_forward(2_000)
    town_portal.start()
    page.clock.fast_forward(5_000)
    page.wait_for_url(sitting)
    body += " au frais"
    assert in_database(town_portal, "select count(*) from civic_comment where body = :value", body) == 1
    kept = "select count(*) from civic_counter_act where sitting_id = :value"
    assert in_database(town_portal, kept, int(sitting.rpartition("/")[2])) == 2
    page.locator(".flashes", has_text=str(number)).wait_for()  # said once the page is read, by whoever reads it


def test_what_is_pressed_while_something_else_is_on_its_way_arrives_as_it_was_written_then(town_portal, cut_off):
    page = cut_off
    number = in_database(
        town_portal, "select max(number) from civic_item where state = 'submitted' and component_id is not null"
    )
    sitting = begin_with(page, f"Pressée {chr(97 + time.monotonic_ns() % 26)}")
    body = f"Écrit d’un trait {time.monotonic_ns()}"
    held, supports = [], []
    page.goto(f"{sitting}/files/{number}")
    page.route("**/support", lambda route: supports.append(route))
    page.route(sitting, lambda route: route.continue_() if held else held.append(route))
    with page.expect_request("**/support"):
        page.locator("form[action$='/support'] button").click()
    page.fill("[name=body]", body)
    page.locator("form[action$='/write'] button[type=submit]").click()
    page.locator("[name=body]").press_sequentially(", et encore")
    # The next page will not come at once: what is pressed on this one meanwhile, another act, leaves too.
    page.evaluate("""() => addEventListener("beforeunload", () => setTimeout(() => {
        const form = document.querySelector("form[action$='/write']");
        form.querySelector("[name=once]").value += "-another";
        form.querySelector("button[type=submit]").click();
    }, 100), { once: true })""")
    supports.pop().continue_()
    count = "select count(*) from civic_comment where body like :value"
    page.locator(".flashes").wait_for()
    assert in_database(town_portal, count, f"{body}%") == 2
    assert in_database(town_portal, count, f"{body}, et encore") == 1


def test_whoever_is_signed_out_meanwhile_loses_nothing_of_what_was_typed(town_portal, cut_off):
    page = cut_off
    page.goto(f"{begin_with(page, 'Coupure')}/new/proposals.proposal")
    title = f"Un banc déconnecté {time.monotonic_ns()}"
    for name, value in (("title", title), ("body", "Pour attendre assise."), ("place", "devant la mairie")):
        page.fill(f"[name={name}]", value)
    send = page.locator("form:has([name=title]) button[type=submit]")
    page.context.clear_cookies()
    send.click()
    assert "vous n’êtes plus connecté" in unsent(page)
    assert page.input_value("[name=title]") == title
    tab = page.context.new_page()
    sign_in(tab, CLERK)
    tab.close()
    send.click()
    page.wait_for_url(re.compile(r"/counter/\d+$"))
    page.locator("main table", has_text=title).wait_for()
