# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asking the full-text index: every word must be there, the last one may be unfinished. Hits are never counted."""

from sqlalchemy import ColumnElement, Select, and_, bindparam, column, false, func, literal_column, select, table, text
from sqlalchemy.orm import Session

from civic.items.models import Item
from civic.search.folding import words
from civic.search.models import SearchDocument

MAX_WORDS = 12
SHORTEST_PREFIX = 3
"""A prefix of one or two letters matches nearly everything and costs as much."""
NEWEST = 1_000
"""Ranking looks at so many of the newest hits: the rank of all of them costs a hundred times more (docs/search.md)."""

_FTS = table("fts_search", column("rowid"), column("fts_search"), column("rank"))


def asked(text_typed: str) -> list[str]:
    """The words asked for, folded; at most MAX_WORDS."""
    return words(text_typed[:400])[:MAX_WORDS]


def matches(session: Session, text_typed: str) -> ColumnElement[bool] | None:
    """Condition on Item for a list with its own order; None when nothing was typed that can be looked for."""
    wanted = asked(text_typed)
    if not wanted:
        return None if not text_typed.strip() else false()
    if session.get_bind().dialect.name == "postgresql":
        return Item.id.in_(select(SearchDocument.item_id).where(_postgresql_match(wanted)))
    return Item.id.in_(_sqlite_hits(wanted))


def newest_hits(session: Session, text_typed: str) -> Select[tuple[int, float]] | None:
    """Ids and rank (smaller is better) of the newest hits, for pages that put the best first; None when no word."""
    wanted = asked(text_typed)
    if not wanted:
        return None
    if session.get_bind().dialect.name == "postgresql":
        vector, query = _postgresql_parts(wanted)
        newest = (
            select(SearchDocument.item_id, SearchDocument.folded)
            .where(vector.op("@@")(query))
            .order_by(SearchDocument.item_id.desc())
            .limit(NEWEST)
            .subquery()
        )
        rank = -func.ts_rank(func.to_tsvector(text("'simple'"), newest.c.folded), query)
        return select(newest.c.item_id, rank.label("rank"))
    newest = _sqlite_hits(wanted).order_by(_FTS.c.rowid.desc()).limit(NEWEST).subquery()
    return select(_FTS.c.rowid.label("item_id"), _FTS.c.rank).where(
        and_(_FTS.c.fts_search.op("MATCH")(_sqlite_expression(wanted)), _FTS.c.rowid.in_(select(newest.c.rowid)))
    )


def _sqlite_hits(wanted: list[str]) -> Select[tuple[int]]:
    """Row ids that hold every word. MATCH has a syntax: each word is quoted, so that none of it is reached."""
    return select(_FTS.c.rowid).where(_FTS.c.fts_search.op("MATCH")(_sqlite_expression(wanted)))


def _sqlite_expression(wanted: list[str]) -> str:
    """FTS5 expression of folded words (letters and digits only)."""
    quoted = [f'"{word}"' for word in wanted]
    if len(wanted[-1]) >= SHORTEST_PREFIX:
        quoted[-1] += "*"
    return " ".join(quoted)


def _postgresql_match(wanted: list[str]) -> ColumnElement[bool]:
    """Condition on SearchDocument, answered by its GIN index."""
    vector, query = _postgresql_parts(wanted)
    return vector.op("@@")(query)


def _postgresql_parts(wanted: list[str]) -> tuple[ColumnElement[object], ColumnElement[object]]:
    """The indexed expression and the query."""
    terms = [*wanted[:-1], f"{wanted[-1]}:*" if len(wanted[-1]) >= SHORTEST_PREFIX else wanted[-1]]
    vector = func.to_tsvector(literal_column("'simple'"), SearchDocument.folded)
    return vector, func.to_tsquery(literal_column("'simple'"), bindparam(None, " & ".join(terms), unique=True))
