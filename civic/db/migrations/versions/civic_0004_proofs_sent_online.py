# SPDX-License-Identifier: AGPL-3.0-or-later
"""Proofs of residence sent online, while they wait. SQLite never gives an id twice (AUTOINCREMENT)."""

import sqlalchemy as sa
from alembic import op

from civic.db.types import UtcDateTime

revision = "civic_0004"
down_revision = "civic_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "civic_proof_upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("proof_kind", sa.String(length=60), nullable=False),
        sa.Column("proof_on", sa.Date(), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", UtcDateTime(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("identity", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["civic_person.id"], name=op.f("fk_civic_proof_upload_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_civic_proof_upload")),
        sa.UniqueConstraint("person_id", name=op.f("uq_civic_proof_upload_person_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_civic_proof_upload_uploaded_at_id"), "civic_proof_upload", ["uploaded_at", "id"])


def downgrade() -> None:
    op.drop_table("civic_proof_upload")
