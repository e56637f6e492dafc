# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asking the full-text index: every word must be there, the last one may be unfinished. Hits are never counted.

A list in its own order finds common words fast by walking its rows, and rare words fast by their hits. The planners
cannot tell which it is (14 s for a rare prefix in 100,000 texts, measured), so a first look is taken: few hits are
handed over as ids, many are left to the walk.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, column, false, func, literal_column, select, table
from sqlalchemy.orm import Session

from civic.items.models import Item
from civic.search.folding import words

MAX_LENGTH = 400
MAX_WORDS = 12
SHORTEST_PREFIX = 3
"""A prefix of one or two letters matches nearly everything and costs as much."""
FEW = 1_000

_SQLITE = table("fts_search", column("rowid"), column("fts_search"))
_POSTGRESQL = table("fts_search", column("item_id"), column("words"))


@dataclass(frozen=True)
class Hits:
    """What was typed as a condition on Item; `few` when no more than FEW items hold it."""

    condition: ColumnElement[bool]
    few: bool


def matches(session: Session, typed: str) -> ColumnElement[bool] | None:
    """Condition on Item for what was typed, at the cost of one small query; None when nothing was typed.

    What holds no letter and no figure finds nothing.
    """
    hits = look_up(session, typed)
    return hits.condition if hits is not None else None


def look_up(session: Session, typed: str) -> Hits | None:
    """The same, with whether the hits are few enough to be counted."""
    if not typed.strip():
        return None
    wanted = words(typed[:MAX_LENGTH])[:MAX_WORDS]
    if not wanted:
        return Hits(false(), few=True)
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    hits = _postgresql_hits(wanted) if is_postgresql else _sqlite_hits(wanted)
    first = session.scalars(hits.limit(FEW + 1)).all()
    few = len(first) <= FEW
    return Hits(Item.id.in_(first) if few else Item.id.in_(hits), few)


def _is_prefix(word: str) -> bool:
    """Whether the last word may be unfinished."""
    return len(word) >= SHORTEST_PREFIX


def _sqlite_hits(wanted: list[str]) -> Select[int]:
    """Row ids that hold every word. MATCH has a syntax: words are quoted, so that none of it is reached."""
    expression = " ".join(f'"{word}"' for word in wanted) + ("*" if _is_prefix(wanted[-1]) else "")
    return select(_SQLITE.c.rowid).where(_SQLITE.c.fts_search.op("MATCH")(expression))


def _postgresql_hits(wanted: list[str]) -> Select[int]:
    """Ids of the items that hold every word; folded words hold letters and figures only, so none is an operator."""
    expression = " & ".join(wanted) + (":*" if _is_prefix(wanted[-1]) else "")
    simple: ColumnElement[str] = literal_column("'simple'")
    return select(_POSTGRESQL.c.item_id).where(_POSTGRESQL.c.words.op("@@")(func.to_tsquery(simple, expression)))
