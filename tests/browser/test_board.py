# SPDX-License-Identifier: AGPL-3.0-or-later
"""The board with its script: arrow keys from card to card, a mouse that carries a card where an act leads."""

import pytest

from tests.browser.people import email_of
from tests.browser.scenes import NADIA
from tests.browser.walking import sign_in

pytestmark = [pytest.mark.server, pytest.mark.browser]


@pytest.fixture
def board(desktop, town_portal):
    """The board of a clerk."""
    page = desktop(town_portal)
    sign_in(page, email_of(NADIA))
    page.goto("/desk/board")
    return page


def where(page):
    """The stage of the card that has the focus, and its place in the column."""
    return page.evaluate(
        """() => {
          const card = document.activeElement.closest("[data-card]");
          const column = card.closest("[data-state]");
          return [column.dataset.state, [...column.querySelectorAll("[data-card]")].indexOf(card)];
        }"""
    )


def test_arrow_keys_go_from_card_to_card(board):
    board.locator("[data-state=studied] [data-open]").first.focus()
    for key, place in (
        ("ArrowDown", ["studied", 1]),
        ("ArrowUp", ["studied", 0]),
        ("ArrowUp", ["studied", 0]),
        ("ArrowLeft", ["incomplete", 0]),
        ("ArrowLeft", ["submitted", 0]),
        ("ArrowLeft", ["submitted", 0]),
    ):
        board.keyboard.press(key)
        assert where(board) == place


def test_a_card_is_carried_where_an_act_leads_and_nowhere_else(board):
    card = board.locator("[data-state=studied] [data-card]").first
    name = card.get_attribute("id")
    card.drag_to(board.locator("[data-state=submitted]"))
    assert board.locator(f"[data-state=studied] #{name}").count() == 1
    card.drag_to(board.locator("[data-state=deciding]"))
    board.wait_for_url(f"**/desk/board#{name}")
    assert board.locator(f"[data-state=deciding] #{name}").count() == 1


def test_a_card_carried_where_words_are_asked_opens_the_page_of_the_act(board):
    card = board.locator("[data-state=submitted] [data-card]").first
    card.drag_to(board.locator("[data-state=incomplete]"))
    board.wait_for_url("**/act/send_back")
