# SPDX-License-Identifier: AGPL-3.0-or-later
"""Full-text index over folded texts, in the table `fts_search` fed by triggers: FTS5 on SQLite, words and GIN on PostgreSQL.

The words are kept, not computed when asked: reading a text into words takes 0.14 ms, which a list read row by row pays
for each row it leaves out.
"""

from alembic import op

revision = "civic_0002"
down_revision = "civic_0001"
branch_labels = None
depends_on = None

POSTGRESQL = (
    "CREATE TABLE fts_search (item_id integer PRIMARY KEY REFERENCES civic_search_document ON DELETE CASCADE, words tsvector NOT NULL)",
    "CREATE INDEX ix_fts_search_words ON fts_search USING gin (words)",
    "CREATE FUNCTION fts_search_words() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "INSERT INTO fts_search VALUES (NEW.item_id, to_tsvector('simple', NEW.folded)) "
    "ON CONFLICT (item_id) DO UPDATE SET words = EXCLUDED.words; RETURN NULL; END $$",
    "CREATE TRIGGER fts_search_words AFTER INSERT OR UPDATE ON civic_search_document "
    "FOR EACH ROW EXECUTE FUNCTION fts_search_words()",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for statement in POSTGRESQL:
            op.execute(statement)
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
        op.execute("DROP TRIGGER fts_search_words ON civic_search_document")
        op.execute("DROP FUNCTION fts_search_words()")
        op.execute("DROP TABLE fts_search")
        return
    for name in ("insert", "delete", "update"):
        op.execute(f"DROP TRIGGER fts_search_{name}")
    op.execute("DROP TABLE fts_search")
