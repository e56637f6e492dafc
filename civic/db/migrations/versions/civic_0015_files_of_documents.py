# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that come with a document of a process; on SQLite, ids of items that are never given twice."""

import sqlalchemy as sa
from alembic import op

revision = "civic_0015"
down_revision = "civic_0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("civic_file") as batch:
        batch.add_column(sa.Column("document_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            batch.f("fk_civic_file_document_id"), "civic_document", ["document_id"], ["id"], ondelete="SET NULL"
        )
        batch.create_index(batch.f("ix_civic_file_document_id_id"), ["document_id", "id"])
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_items(sqlite_autoincrement=True)
        # What was discarded before keeps its entries: ids go on after the highest one the journal knows.
        op.execute("DELETE FROM sqlite_sequence WHERE name = 'civic_item'")
        op.execute(
            "INSERT INTO sqlite_sequence (name, seq) SELECT 'civic_item', max("
            "(SELECT coalesce(max(id), 0) FROM civic_item), (SELECT coalesce(max(subject_id), 0) FROM civic_journal))"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_items(sqlite_autoincrement=False)
    with op.batch_alter_table("civic_file") as batch:
        batch.drop_index(batch.f("ix_civic_file_document_id_id"))
        batch.drop_constraint(batch.f("fk_civic_file_document_id"), type_="foreignkey")
        batch.drop_column("document_id")


def _rebuild_items(*, sqlite_autoincrement: bool) -> None:
    """The same table, made again: SQLite has no other way to change how it gives ids."""
    options = {"sqlite_autoincrement": sqlite_autoincrement}
    with op.batch_alter_table("civic_item", recreate="always", table_kwargs=options):
        pass
