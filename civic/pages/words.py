# SPDX-License-Identifier: AGPL-3.0-or-later
"""Titles that speak: small numbers in words, as one says them."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from civic.pages.queries import ProcessCard
from civic.web.templating import day_short, number

_WORDS = {
    2: lazy("Two"),
    3: lazy("Three"),
    4: lazy("Four"),
    5: lazy("Five"),
    6: lazy("Six"),
    7: lazy("Seven"),
    8: lazy("Eight"),
    9: lazy("Nine"),
    10: lazy("Ten"),
}


def in_words(value: int) -> str:
    """A number that begins a sentence: in words from two to ten."""
    return str(_WORDS[value]) if value in _WORDS else number(value)


def open_title(cards: list[ProcessCard]) -> str:
    """What the home page says first: how many processes are open, else when the next one begins."""
    count = sum(card.is_running for card in cards)
    if count > 1:
        return str(_("%(count)s processes are open", count=in_words(count)))
    if count == 1:
        return str(_("One process is open"))
    begins = [card.coming.opens_at for card in cards if card.coming is not None]
    if begins:
        return str(_("No process is open; the next one begins on %(day)s", day=day_short(min(begins))))
    return str(_("No process is open at the moment"))


def days_left(card: ProcessCard) -> tuple[str, str] | None:
    """The large figure of a row and the words under it; None without a phase that runs."""
    left = card.days_left
    if left is None:
        return None
    if left == 0:
        return ("0", _("last day"))
    return (number(left), _("day left") if left == 1 else _("days left"))
