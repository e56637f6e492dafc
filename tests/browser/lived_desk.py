# SPDX-License-Identifier: AGPL-3.0-or-later
"""Scenes of the desk: a view kept and renamed, several files moved at once, a card moved by keyboard."""

from playwright.sync_api import Page

from tests.browser.people import press
from tests.browser.scenes import NADIA, found, scene
from tests.servers.portal import Portal


@scene(NADIA, "desk.register")
def view_kept(page: Page, _portal: Portal) -> None:
    """The list, with the view among its links."""
    page.goto("/desk/views/new?page=register&late=1")
    page.fill("[name=name]", "En retard, partout")
    page.check("[name=shared]")
    press(page, "main form.form")


@scene(NADIA, "desk.views")
def views_kept(page: Page, _portal: Portal) -> None:
    """All of them, with what may be done to each."""
    page.goto("/desk/views")


@scene(NADIA, "desk.edit_view")
def view_renamed(page: Page, _portal: Portal) -> None:
    """The form of its name."""
    page.click("a[href*='/desk/views/']:has-text('Renommer')")


@scene(NADIA, "desk.confirm_bulk")
def bulk_report(page: Page, portal: Portal) -> None:
    """Two files, one of which is not at the stage of the act."""
    page.goto(found(portal, "/desk/bulk?file={avenue_item}&file={arceaux_item}&act=proposals.proposal/put_to_decision"))
    press(page, "main form.form")
    press(page, "main form.form")


@scene(NADIA, "desk.board")
def board_moved(page: Page, _portal: Portal) -> None:
    """A card's menu opened and used by keyboard alone."""
    page.goto("/desk/board")
    menu = page.locator("[data-state=studied] [data-card] summary").first
    menu.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/board*#file-*")


@scene(NADIA, "desk.item")
def file_taken_away(page: Page, portal: Portal) -> None:
    """A picture is taken away by mistake: the file's page at the desk keeps it among those that can be put back…"""
    page.goto(found(portal, "/items/{ponton}/files/{ponton_file}/remove"))
    page.fill("[name=reason]", "On y reconnaît un enfant.")
    press(page, "main form.form")
    page.goto(found(portal, "/desk/items/{ponton_item}"))


@scene(NADIA, "desk.restore_file")
def file_to_put_back(page: Page, _portal: Portal) -> None:
    """… where the reason is asked for; without one, the form comes back…"""
    page.click("#taken a")
    press(page, "main form.form")


@scene(NADIA, "desk.item")
def file_put_back(page: Page, _portal: Portal) -> None:
    """… and with it everyone sees the picture again."""
    page.fill("[name=reason]", "C’était une statue.")
    press(page, "main form.form")


@scene(NADIA, "desk.new_document")
def document_with_file(page: Page, portal: Portal) -> None:
    """A document of a process with its file, kept before anything is published."""
    page.goto(found(portal, "/desk/processes/{berges}/documents/new"))
    page.fill("[name=title]", "Le relevé des berges")
    page.click("main details:has([name=attach]) summary")
    file = {"name": "releve.csv", "mimeType": "text/csv", "buffer": b"rive;metres\ngauche;1200\n"}
    page.set_input_files("main input[type=file]", files=[file])
    page.click("main button[name=attach]")
