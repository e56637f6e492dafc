# SPDX-License-Identifier: AGPL-3.0-or-later
"""Identities kept sealed beside their hashes, and pairs of persons who may be one."""

import sqlalchemy as sa
from alembic import op

from civic.db.types import UtcDateTime

revision = "civic_0008"
down_revision = "civic_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "civic_known_identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identifier_id", sa.Integer(), nullable=False),
        sa.Column("birth_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["identifier_id"],
            ["civic_person_identifier.id"],
            name=op.f("fk_civic_known_identity_identifier_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_civic_known_identity")),
        sa.UniqueConstraint("identifier_id", name=op.f("uq_civic_known_identity_identifier_id")),
    )
    op.create_index(op.f("ix_civic_known_identity_birth_hash"), "civic_known_identity", ["birth_hash"])
    op.create_table(
        "civic_doubtful_pair",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("low_id", sa.Integer(), nullable=False),
        sa.Column("high_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.Column("found_by_id", sa.Integer(), nullable=True),
        sa.Column("decision", sa.String(length=60), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("low_id < high_id", name=op.f("ck_civic_doubtful_pair_order")),
        sa.ForeignKeyConstraint(["low_id"], ["civic_person.id"], name=op.f("fk_civic_doubtful_pair_low_id")),
        sa.ForeignKeyConstraint(["high_id"], ["civic_person.id"], name=op.f("fk_civic_doubtful_pair_high_id")),
        sa.ForeignKeyConstraint(["found_by_id"], ["civic_account.id"], name=op.f("fk_civic_doubtful_pair_found_by_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["civic_account.id"], name=op.f("fk_civic_doubtful_pair_decided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_civic_doubtful_pair")),
        sa.UniqueConstraint("low_id", "high_id", name=op.f("uq_civic_doubtful_pair_low_id_high_id")),
    )
    op.create_index(op.f("ix_civic_doubtful_pair_high_id"), "civic_doubtful_pair", ["high_id"])
    op.create_index(
        op.f("ix_civic_doubtful_pair_decision_found_at_id"), "civic_doubtful_pair", ["decision", "found_at", "id"]
    )


def downgrade() -> None:
    op.drop_table("civic_doubtful_pair")
    op.drop_table("civic_known_identity")
