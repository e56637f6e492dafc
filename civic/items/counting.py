# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many rows a filtered list holds, without a query whose cost grows with the table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, func, select, true
from sqlalchemy.orm import Session

LOOKED_AT = 1_000
"""Rows a count reads at most. Beyond, a list says "at least": nobody reads further, and a live count is what makes a
list slower as its table grows."""


@dataclass(frozen=True)
class Count:
    """What was counted: all of it, or as far as was looked."""

    rows: int
    whole: bool


def count_words(count: Count | None, shown: int, named: Callable[[int], str], *, is_whole: bool) -> str:
    """ "12 proposals", "At least 1,000 proposals"; nothing without a count or a row. `named` words a number.

    Never fewer than the page shows, and no "at least" where the list stands on it whole (`is_whole`), however far was
    looked.
    """
    if count is None or not shown:
        return ""
    things = named(max(count.rows, shown))
    return things if count.whole or is_whole else str(_("At least %(things)s", things=things))


def count_bounded(session: Session, kept: Select[Any], asked: Sequence[ColumnElement[bool]] = ()) -> Count:
    """Count the rows of `kept` that also meet `asked`, looking at LOOKED_AT rows of `kept` at most; one query.

    `kept` holds what an index answers by itself; what else is asked is looked at row by row.
    """
    wanted = and_(true(), *asked).label("wanted")
    rows = kept.with_only_columns(wanted, maintain_column_froms=True).order_by(None).limit(LOOKED_AT + 1).subquery()
    query = select(func.count(), func.count().filter(rows.c.wanted)).select_from(rows)
    seen, met = session.execute(query).one()
    return Count(min(met, LOOKED_AT), whole=seen <= LOOKED_AT)
