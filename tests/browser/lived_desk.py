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
