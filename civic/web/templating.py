# SPDX-License-Identifier: AGPL-3.0-or-later
"""What templates may call: texts of the town, dates, Markdown, money."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

import nh3
from flask import Flask
from flask_babel import format_date, format_datetime, format_decimal
from flask_babel import gettext as _
from markdown_it import MarkdownIt
from markupsafe import Markup

from civic.i18n.setup import current_language, current_zone
from civic.i18n.texts import text
from civic.items.channels import channel_within, entered_words
from civic.organisations.numbers import KINDS

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table"])
_HEADING = re.compile(r"<h([1-6])>")
_HEADING_TAG = re.compile(r"(</?h)([1-6])>")
_TAGS = {
    "p",
    "br",
    "strong",
    "em",
    "ul",
    "ol",
    "li",
    "blockquote",
    "a",
    "h3",
    "h4",
    "h5",
    "code",
    "pre",
    "hr",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}


def init_templating(app: Flask) -> None:
    """Filters and globals."""
    app.jinja_env.filters.update(
        text=text,
        day=day,
        day_short=day_short,
        last_day=last_day,
        last_day_short=last_day_short,
        moment=moment,
        markdown=markdown,
        euros=euros,
        number=number,
        filesize=filesize,
        entered=entered_words,
        channel_within=channel_within,
        organisation_kind=KINDS.__getitem__,
        iso=lambda value: value.isoformat(),
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def _local(value: datetime | date) -> date:
    """The day in the town's zone."""
    return value.astimezone(current_zone()).date() if isinstance(value, datetime) else value


def day(value: datetime | date) -> str:
    """A date in words, the day before the month as in `day_short`: "3 octobre 2026", "1er décembre 2026", "3 October 2026".

    Signatures and promised days carry their year; lists leave this year's out.
    """
    return _first(_local(value), format_date(_local(value), "d MMMM y", rebase=False))


def last_day(due_at: datetime) -> str:
    """A deadline as people say it: "until the 3rd" ends at the midnight that follows, so its last day is the one before."""
    return day(due_at - timedelta(microseconds=1))


def last_day_short(due_at: datetime) -> str:
    """The same without its year when it is this year's."""
    return day_short(due_at - timedelta(microseconds=1))


def day_short(value: datetime | date) -> str:
    """A date without its year when it is this year's: "3 octobre"."""
    when = _local(value)
    if when.year != datetime.now(current_zone()).year:
        return day(value)
    return _first(when, format_date(when, "d MMMM", rebase=False))


def _first(when: date, written: str) -> str:
    """French writes the first of a month as an ordinal. Day and month stay on one line, in every language."""
    held = written.replace(" ", "\u00a0", 1)
    return f"1er{held[1:]}" if when.day == 1 and current_language() == "fr" else held


def moment(value: datetime) -> str:
    """Date and hour in the town's zone: "3 octobre 2026 à 8 h 05", "3 October 2026, 08:05"."""
    if current_language() != "fr":
        return f"{day(value)}, {format_datetime(value, 'HH:mm')}"
    minutes = format_datetime(value, "mm")
    return f"{day(value)} à {format_datetime(value, 'H')}\u00a0h" + ("" if minutes == "00" else f"\u00a0{minutes}")


@lru_cache(maxsize=2048)
def _rendered(source: str) -> str:
    """Markdown to clean HTML; its highest heading becomes an h3, because a text stands inside a page that has its own."""
    html = _MARKDOWN.render(source)
    levels = [int(level) for level in _HEADING.findall(html)]
    if levels:
        shift = 3 - min(levels)
        html = _HEADING_TAG.sub(lambda tag: f"{tag[1]}{min(int(tag[2]) + shift, 5)}>", html)
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
    )


def markdown(source: str | None) -> Markup:
    """A resident's or clerk's text: Markdown without HTML, cleaned."""
    return Markup(_rendered(source or ""))  # noqa: S704 - nh3 has just cleaned it


def number(value: int) -> str:
    """Thousands apart, by a narrow no-break space in French."""
    return f"{value:,}".replace(",", "\u202f" if current_language() == "fr" else ",")


def filesize(size: int) -> str:
    """The size of a file as people say it: "240 ko", "1,4 Mo"."""
    if size < 1_000_000:
        return str(_("%(size)s kB", size=max(1, round(size / 1000))))
    return str(_("%(size)s MB", size=format_decimal(round(size / 1_000_000, 1))))


def euros(value: float | None) -> str:
    """An amount without decimals: "42 000 €"."""
    return (
        ""
        if value is None
        else f"{number(round(value))}\u00a0€"
        if current_language() == "fr"
        else f"€{number(round(value))}"
    )
