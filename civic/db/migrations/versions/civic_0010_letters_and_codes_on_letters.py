# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters and codes on letters."""

import sqlalchemy as sa
from alembic import op

from civic.db.types import UtcDateTime

revision = "civic_0010"
down_revision = "civic_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "civic_letter_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("prepared_at", UtcDateTime(), nullable=False),
        sa.Column("prepared_by_id", sa.Integer(), nullable=True),
        sa.Column("letter_count", sa.Integer(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["prepared_by_id"], ["civic_account.id"], name=op.f("fk_civic_letter_batch_prepared_by_id")
        ),
        sa.ForeignKeyConstraint(["sent_by_id"], ["civic_account.id"], name=op.f("fk_civic_letter_batch_sent_by_id")),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["civic_account.id"], name=op.f("fk_civic_letter_batch_withdrawn_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_civic_letter_batch")),
    )
    op.create_table(
        "civic_letter_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("civil_hash", sa.String(length=64), nullable=False),
        sa.Column("birth_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("quartier_id", sa.Integer(), nullable=True),
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("wrong_count", sa.Integer(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["civic_letter_batch.id"], name=op.f("fk_civic_letter_code_batch_id")),
        sa.ForeignKeyConstraint(["person_id"], ["civic_person.id"], name=op.f("fk_civic_letter_code_person_id")),
        sa.ForeignKeyConstraint(["quartier_id"], ["civic_quartier.id"], name=op.f("fk_civic_letter_code_quartier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_civic_letter_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_civic_letter_code_code_hash")),
    )
    op.create_index(op.f("ix_civic_letter_code_batch_id"), "civic_letter_code", ["batch_id"])
    op.create_index(op.f("ix_civic_letter_code_person_id"), "civic_letter_code", ["person_id"])
    op.create_index(
        "uq_civic_letter_code_living",
        "civic_letter_code",
        ["civil_hash"],
        unique=True,
        sqlite_where=sa.text("used_at IS NULL AND revoked_at IS NULL"),
        postgresql_where=sa.text("used_at IS NULL AND revoked_at IS NULL"),
    )
    op.create_table(
        "civic_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=60), nullable=False),
        sa.Column("queued_at", UtcDateTime(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("settled_by", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["civic_letter_batch.id"], name=op.f("fk_civic_letter_batch_id")),
        sa.ForeignKeyConstraint(["item_id"], ["civic_item.id"], name=op.f("fk_civic_letter_item_id")),
        sa.ForeignKeyConstraint(["person_id"], ["civic_person.id"], name=op.f("fk_civic_letter_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_civic_letter")),
        sa.UniqueConstraint("person_id", "item_id", "event", name=op.f("uq_civic_letter_person_id_item_id_event")),
    )
    op.create_index(op.f("ix_civic_letter_item_id"), "civic_letter", ["item_id"])
    op.create_index("ix_civic_letter_waiting", "civic_letter", ["batch_id", "settled_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_civic_letter_waiting", table_name="civic_letter")
    op.drop_index(op.f("ix_civic_letter_item_id"), table_name="civic_letter")
    op.drop_table("civic_letter")
    op.drop_index(
        "uq_civic_letter_code_living",
        table_name="civic_letter_code",
        sqlite_where=sa.text("used_at IS NULL AND revoked_at IS NULL"),
        postgresql_where=sa.text("used_at IS NULL AND revoked_at IS NULL"),
    )
    op.drop_index(op.f("ix_civic_letter_code_person_id"), table_name="civic_letter_code")
    op.drop_index(op.f("ix_civic_letter_code_batch_id"), table_name="civic_letter_code")
    op.drop_table("civic_letter_code")
    op.drop_table("civic_letter_batch")
