# SPDX-License-Identifier: AGPL-3.0-or-later
"""Scenes that take more than an address or an empty form: codes, tries, two clerks at once, a feature switched off."""

import re

import pyotp
from playwright.sync_api import Page

from tests.browser import lived_counter, lived_desk, lived_letters
from tests.browser.people import email_of, letter, press
from tests.browser.scenes import CAMILLE, FAMILY, LUCIE, NADIA, NEWCOMER, ROMAIN, SCENES, THOMAS, found, scene
from tests.browser.walking import PASSWORD, send_password
from tests.servers.portal import Portal

__all__ = ["SCENES", "lived_counter", "lived_desk", "lived_letters"]


def _code(portal: Portal, email: str) -> str:
    found = re.search(r"\b\d{3}\s?\d{3}\b", letter(portal, email, "code"))
    assert found is not None
    return found.group().replace(" ", "")


@scene(None, "people.code")
def code_asked(page: Page, _portal: Portal) -> None:
    """The page that waits for the code."""
    page.goto("/sign-in")
    page.fill("main [name=email]", NEWCOMER)
    press(page, "main form:has([name=email])")


@scene(None, "people.code")
def code_wrong(page: Page, portal: Portal) -> None:
    """A code that is not the one of the mail."""
    right = _code(portal, NEWCOMER)
    page.fill("[name=code]", "000000" if right != "000000" else "111111")
    press(page, "main form:has([name=code])")


@scene(None, "people.link")
def link_of_the_mail(page: Page, portal: Portal) -> None:
    """The link that signs in: a button, because mail programs open links."""
    link = re.search(r"https?://\S+/sign-in/link/\S+", letter(portal, NEWCOMER, "code"))
    assert link is not None
    page.goto(link.group())


@scene(None, "people.account")
def newcomer_space(page: Page, _portal: Portal) -> None:
    """One's space with nothing in it yet."""
    press(page, "main form")
    page.goto("/account")


@scene(None, "people.acts")
def newcomer_acts(page: Page, _portal: Portal) -> None:
    """An empty list of acts."""
    page.goto("/account/acts/followed")


@scene("the family", "people.choose")
def family_chooses(page: Page, portal: Portal) -> None:
    """Two people, one mailbox: who is it?"""
    page.goto("/sign-in")
    page.fill("main [name=email]", FAMILY)
    press(page, "main form:has([name=email])")
    page.fill("[name=code]", _code(portal, FAMILY))
    press(page, "main form:has([name=code])")


@scene("someone who tries", "people.sign_in_with_password")
def password_wrong(page: Page, _portal: Portal) -> None:
    """Address and password do not go together."""
    _try_password(page)


@scene("someone who tries", "people.sign_in_with_password")
def too_many_tries(page: Page, _portal: Portal) -> None:
    """The limit of tries: 429."""
    page.goto("/sign-in")
    _fill_in(page)
    page.evaluate("""async () => {
      const form = document.querySelector("form[action*='/password']");
      for (let tried = 0; tried < 9; tried++) await fetch(form.action, {method: "POST", body: new FormData(form)});
    }""")
    _try_password(page)


def _try_password(page: Page) -> None:
    page.goto("/sign-in")
    _fill_in(page)
    press(page, "form[action*='/password']")


def _fill_in(page: Page) -> None:
    page.locator("main details summary").click()
    page.fill("[name='with-email']", "maelle.joubert@courriel.example")
    page.fill("[name='with-password']", "pas-le-bon-mot-de-passe")


@scene("someone slow", "people.sign_in")
def form_without_token(page: Page, _portal: Portal) -> None:
    """A page that stayed open too long: 400."""
    page.goto("/sign-in")
    page.evaluate("document.querySelectorAll('[name=csrf_token]').forEach(field => { field.value = 'old' })")
    page.fill("main [name=email]", NEWCOMER)
    press(page, "main form:has([name=email])")


@scene("someone slow", "people.sign_in")
def comment_waits_for_sign_in(page: Page, portal: Portal) -> None:
    """What was typed before signing in is kept."""
    page.goto(found(portal, "/items/{arceaux}/comment"))
    page.fill("[name=body]", "Devant la maison des associations, c’est le bon endroit.")
    press(page, "main form.form")


@scene(LUCIE, "people.profile")
def too_large(page: Page, _portal: Portal) -> None:
    """More than a form may send: 413."""
    page.goto("/account/profile")
    page.evaluate("document.querySelector('main form.form [type=hidden]').value = 'a'.repeat(4.1 * 1024 * 1024)")
    with page.expect_navigation(timeout=60_000):
        page.evaluate("document.querySelector('main form.form').submit()")


@scene(LUCIE, "proposals.new")
def proposal_too_long(page: Page, _portal: Portal) -> None:
    """Too long a title, and a text in one word."""
    page.goto("/proposals/new")
    page.fill("[name=title]", "Un titre qui n’en finit pas " * 9)
    page.fill("[name=body]", "Encore" * 40)
    press(page, "main form.form")


@scene(LUCIE, "people.profile")
def profile_wrong(page: Page, _portal: Portal) -> None:
    """A year of birth that cannot be."""
    page.goto("/account/profile")
    page.fill("[name=birth_year]", "12")
    press(page, "main form.form")


@scene(LUCIE, "people.password")
def password_too_short(page: Page, _portal: Portal) -> None:
    """A password that is too short."""
    _confirmed(page, "/account/password")
    page.fill("main [name=password]", "court")
    press(page, "main form.form")


@scene(LUCIE, "people.email_code")
def email_code(page: Page, _portal: Portal) -> None:
    """The code sent to one's new address."""
    _confirmed(page, "/account/email")
    page.fill("main [name=email]", "lucie.nouvelle@courriel.example")
    press(page, "main form.form")


@scene(LUCIE, "people.merge_code")
def merge_code(page: Page, _portal: Portal) -> None:
    """The code sent to one's other account."""
    _confirmed(page, "/account/merge")
    page.fill("main [name=email]", ROMAIN)
    press(page, "main form.form")


@scene(LUCIE, "people.merge_choose")
def merge_choose(page: Page, portal: Portal) -> None:
    """Which account is mine too."""
    page.fill("[name=code]", _code(portal, ROMAIN))
    press(page, "main form.form")


@scene(LUCIE, "items.comment")
def reply(page: Page, portal: Portal) -> None:
    """Answering a comment."""
    page.goto(found(portal, "/proposals/{portail}"))
    page.locator(".comment .actions a").first.click()
    page.wait_for_load_state()


def _confirmed(page: Page, path: str) -> None:
    """The page, after proving again who one is where it asks."""
    page.goto(path)
    if "/confirm" in page.url:
        page.fill("main [name=password]", PASSWORD)
        press(page, "main form.form")


@scene(ROMAIN, "proposals.edit")
def edit_wrong(page: Page, portal: Portal) -> None:
    """A correction without a title."""
    page.goto(found(portal, "/proposals/{arceaux}/edit"))
    page.fill("[name=title]", "")
    press(page, "main form.form")


@scene(NADIA, "desk.act_on")
def act_asked(page: Page, portal: Portal) -> None:
    """A clerk begins to give a file to a department…"""
    page.goto(found(portal, "/desk/items/{ponton_item}/act/study"))
    page.locator("main form.form select").first.select_option(index=2)
    page.fill("main form.form textarea", "Le service de la voirie regarde la pente.")


@scene(THOMAS, "desk.item")
def act_done_by_another(page: Page, portal: Portal) -> None:
    """… a colleague does it meanwhile…"""
    page.goto(found(portal, "/desk/items/{ponton_item}/act/study"))
    page.locator("main form.form select").first.select_option(index=1)
    press(page, "main form.form")


@scene(NADIA, "desk.act_on")
def act_too_late(page: Page, _portal: Portal) -> None:
    """… and the first is told, nothing lost."""
    press(page, "main form.form")


@scene(NADIA, "desk.roll")
def roll_is_not_for_clerks(page: Page, _portal: Portal) -> None:
    """A refusal at the desk: 403."""
    page.goto("/desk/roll")


@scene(NADIA, "desk.edit_process")
def process_begun(page: Page, _portal: Portal) -> None:
    """A process just begun."""
    page.goto("/desk/processes/new")
    page.locator("main form.form input[type=text]").first.fill("Le marché du samedi, demain")
    page.fill("[name=slug]", "marche-du-samedi")
    press(page, "main form.form")


@scene(NADIA, "desk.process")
def process_being_prepared(page: Page, _portal: Portal) -> None:
    """What is missing before it opens."""
    page.goto(page.url.removesuffix("/edit"))


@scene(NADIA, "desk.move_process")
def process_may_not_open(page: Page, _portal: Portal) -> None:
    """Opening is refused: the frame is not written."""
    page.goto(f"{page.url}/move/open")


@scene(CAMILLE, "desk.roll")
def roll_wrong(page: Page, _portal: Portal) -> None:
    """A roll with faults, line by line."""
    _send_roll(page, "numero;nom;prenoms;date_naissance\n1;;Marie;31/05/1980\n1;Durand;Paul;31/13/1980\n")


@scene(CAMILLE, "desk.roll_check")
def roll_right(page: Page, _portal: Portal) -> None:
    """A roll that is right, before it replaces the other."""
    _send_roll(page, "numero;nom;prenoms;date_naissance\n1;Durand;Marie;31/05/1980\n2;Petit;Paul;01/02/1950\n")


def _send_roll(page: Page, text: str) -> None:
    page.goto("/desk/roll")
    file = {"name": "liste.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.set_input_files("main input[type=file]", files=[file])
    press(page, "main form:has(input[type=file])")


@scene(CAMILLE, "desk.edit_settings")
def settings_wrong(page: Page, _portal: Portal) -> None:
    """A number out of its limits."""
    page.goto("/desk/settings/people")
    page.locator("main form.form input[type=number]").first.fill("9999")
    press(page, "main form.form")


@scene(CAMILLE, "desk.modules")
def module_switched_off(page: Page, _portal: Portal) -> None:
    """A feature is off…"""
    page.goto("/desk/modules")
    press(page, "form[action$='/proposals/off']")


@scene("a visitor meanwhile", "proposals.index")
def module_off(page: Page, _portal: Portal) -> None:
    """… its pages say so: 404…"""
    page.goto("/proposals/")


@scene("a visitor meanwhile", "pages.number")
def file_of_a_module_off(page: Page, portal: Portal) -> None:
    """… a file keeps its number…"""
    page.goto(found(portal, "/n/{mediatheque}"))


@scene("a visitor meanwhile", "pages.home")
def home_without_modules(page: Page, _portal: Portal) -> None:
    """… and the home page stands without it."""
    page.goto("/")


@scene(CAMILLE, "desk.modules")
def module_switched_on(page: Page, _portal: Portal) -> None:
    """Everything is back."""
    page.goto("/desk/modules")
    press(page, "form[action$='/proposals/on']")


@scene(CAMILLE, "people.enrol")
def second_factor_wanted(page: Page, _portal: Portal) -> None:
    """Staff must confirm with their telephone: the first time, they add it."""
    page.goto("/desk/settings/portal")
    page.check("[name=staff_second_factor]")
    press(page, "main form.form")
    page.goto("/desk/")


@scene(CAMILLE, "people.enrol")
def second_factor_wrong(page: Page, _portal: Portal) -> None:
    """A code that is not the telephone's."""
    page.fill("main [name=code]", "12345")
    press(page, "main form:has([name=code])")


@scene(CAMILLE, "people.second_factor")
def second_factor_asked(page: Page, _portal: Portal) -> None:
    """The telephone is added; the next time one signs in, its code is asked."""
    secret = page.locator("main code").first.inner_text().replace(" ", "")
    page.fill("main [name=code]", pyotp.TOTP(secret).now())
    press(page, "main form:has([name=code])")
    page.context.clear_cookies()
    send_password(page, email_of(CAMILLE))
    page.goto("/desk/")
