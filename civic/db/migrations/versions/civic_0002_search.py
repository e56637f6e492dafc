# SPDX-License-Identifier: AGPL-3.0-or-later
"""Full-text index over folded texts: FTS5 fed by triggers on SQLite, GIN on PostgreSQL."""

from alembic import op

revision = "civic_0002"
down_revision = "civic_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE INDEX ix_civic_search_document_words ON civic_search_document USING gin (to_tsvector('simple', folded))"
        )
        return
    op.execute(
        "CREATE VIRTUAL TABLE fts_search USING fts5(folded, content='civic_search_document', content_rowid='item_id')"
    )
    op.execute(
        "CREATE TRIGGER fts_search_insert AFTER INSERT ON civic_search_document BEGIN "
        "INSERT INTO fts_search(rowid, folded) VALUES (new.item_id, new.folded); END"
    )
    op.execute(
        "CREATE TRIGGER fts_search_delete AFTER DELETE ON civic_search_document BEGIN "
        "INSERT INTO fts_search(fts_search, rowid, folded) VALUES ('delete', old.item_id, old.folded); END"
    )
    op.execute(
        "CREATE TRIGGER fts_search_update AFTER UPDATE ON civic_search_document BEGIN "
        "INSERT INTO fts_search(fts_search, rowid, folded) VALUES ('delete', old.item_id, old.folded); "
        "INSERT INTO fts_search(rowid, folded) VALUES (new.item_id, new.folded); END"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX ix_civic_search_document_words")
        return
    for name in ("insert", "delete", "update"):
        op.execute(f"DROP TRIGGER fts_search_{name}")
    op.execute("DROP TABLE fts_search")
