# SPDX-License-Identifier: AGPL-3.0-or-later
"""Scenes of letters: a batch to print, codes issued for a list, the code written at home."""

from playwright.sync_api import Page

from tests.browser.people import press
from tests.browser.scenes import NADIA, scene
from tests.servers.portal import Portal

HEAD = "numero;nom;prenoms;date_naissance;adresse;code_postal;commune\n"
RIGHT = f"{HEAD}1;Durand;Rose Marie;29/02/1944;7 rue du Lavoir;00000;Rive\n"


@scene(NADIA, "desk.letter_batch")
def batch_made(page: Page, _portal: Portal) -> None:
    """The letters that wait become a batch."""
    page.goto("/desk/letters")
    press(page, "form[action='/desk/letters/make']")


@scene(NADIA, "desk.letter_batch")
def batch_sent(page: Page, _portal: Portal) -> None:
    """Printed and posted: it can be printed again."""
    press(page, "form[action$='/sent']")


@scene(NADIA, "desk.letters")
def batches(page: Page, _portal: Portal) -> None:
    """Nothing waits any more."""
    page.goto("/desk/letters")


@scene(NADIA, "desk.letter_codes")
def list_wrong(page: Page, _portal: Portal) -> None:
    """A line without an address: nothing is issued."""
    _send_list(page, f"{RIGHT}2;Martin;Paul;02/01/1950;;;\n")


@scene(NADIA, "desk.letter_batch")
def codes_issued(page: Page, _portal: Portal) -> None:
    """Codes to print, one of which can be revoked."""
    _send_list(page, RIGHT)


@scene(NADIA, "desk.letter_code_for_one")
def code_for_one_wrong(page: Page, _portal: Portal) -> None:
    """The form of one person, sent empty."""
    page.goto("/desk/letters/codes")
    press(page, "form[action='/desk/letters/codes/one']")


@scene("someone with a letter", "people.letter_code")
def letter_code_wrong(page: Page, _portal: Portal) -> None:
    """A code that does not go with the date of birth."""
    page.goto("/account/letter-code")
    page.fill("[name=code]", "ACDEF GHJKM")
    page.fill("[name=born]", "1944-02-28")
    press(page, "main form")


def _send_list(page: Page, text: str) -> None:
    page.goto("/desk/letters/codes")
    page.set_input_files("[name=file]", {"name": "liste.csv", "mimeType": "text/csv", "buffer": text.encode()})
    press(page, "form[action='/desk/letters/codes']")
