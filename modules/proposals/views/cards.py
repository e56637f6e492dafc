# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows of the register, ready to be drawn: every word is looked up once per page, not once per row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import npgettext, pgettext
from sqlalchemy import Row
from sqlalchemy.orm import Session

from civic.delays.lateness import is_late
from civic.i18n.setup import current_language, current_zone
from civic.i18n.texts import pick
from civic.web.templating import day_short

from ..filters import Option
from .marks import Mark, marks


@dataclass(frozen=True)
class Card:
    """One row."""

    id: int
    href: str
    number: str
    title: str
    sentence: str
    meta: str
    language: str
    tags: Sequence[str]
    mark: Mark
    late: bool
    supported: bool


class Words:
    """The words of rows; dates and counts are worded once each."""

    def __init__(self) -> None:
        self.language = current_language()
        self.by = pgettext("proposals", "by %(author)s")
        self.number = pgettext("proposals", "no. %(number)s")
        self.erased = pgettext("proposals", "by an erased account")
        self.untitled = pgettext("proposals", "Untitled draft")
        self._zone = current_zone()
        self._days: dict[date, str] = {}
        self._supports: dict[int, str] = {}
        self._comments: dict[int, str] = {}

    def day(self, moment: datetime) -> str:
        """The day in the town's zone."""
        day = moment.astimezone(self._zone).date()
        if day not in self._days:
            self._days[day] = day_short(day)
        return self._days[day]

    def supports(self, count: int) -> str:
        """How many supports."""
        if count not in self._supports:
            said = npgettext("proposals", "%(num)s support", "%(num)s supports", count)
            self._supports[count] = said.replace(" ", "\u00a0")
        return self._supports[count]

    def comments(self, count: int) -> str:
        """How many comments; nothing for none."""
        if count and count not in self._comments:
            said = npgettext("proposals", "%(num)s comment", "%(num)s comments", count)
            self._comments[count] = said.replace(" ", "\u00a0")
        return self._comments[count] if count else ""


def cards(
    session: Session,
    rows: Iterable[Row[Any]],
    at: datetime,
    *,
    tags: Mapping[int, Sequence[Option]] | None = None,
    supported: frozenset[int] = frozenset(),
    quartiers: Mapping[int, Option] | None = None,
) -> list[Card]:
    """The rows of a query of `queries`, in their order."""
    prefix, words, by_state = url_for("proposals.index"), Words(), marks(session)
    return [
        Card(
            id=row.id,
            href=f"{prefix}{row.number}" if row.number else url_for("proposals.draft", item_id=row.id),
            number=words.number % {"number": row.number} if row.number else "",
            title=pick(row.title, row.language) or words.untitled,
            sentence=row.summary,
            meta=_meta(row, words, (quartiers or {}).get(row.quartier_id)),
            language=row.language,
            tags=[pick(tag.name, words.language) for tag in (tags or {}).get(row.id, ())],
            mark=by_state[row.state],
            late=is_late(by_state[row.state].state, row.due_at, at),
            supported=row.id in supported,
        )
        for row in rows
    ]


def _meta(row: Row[Any], words: Words, quartier: Option | None) -> str:
    """Who, where, when, how many, in one line."""
    parts = (
        words.by % {"author": row.author} if row.author else words.erased,
        pick(quartier.name, words.language) if quartier else row.place,
        words.day(row.published_at or row.state_at),
        words.supports(row.support_count) if row.number else "",
        words.comments(row.comment_count),
    )
    return "\u00a0· ".join(part for part in parts if part)
