# SPDX-License-Identifier: AGPL-3.0-or-later
"""Identities of providers linked to accounts; ID tokens of open sessions."""

import sqlalchemy as sa
from alembic import op

from civic.db.types import UtcDateTime

revision = "civic_0006"
down_revision = "civic_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "civic_linked_identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identifier_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=60), nullable=False),
        sa.Column("linked_at", UtcDateTime(), nullable=False),
        sa.Column("last_used_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["civic_account.id"],
            name=op.f("fk_civic_linked_identity_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["identifier_id"],
            ["civic_person_identifier.id"],
            name=op.f("fk_civic_linked_identity_identifier_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_civic_linked_identity")),
        sa.UniqueConstraint("identifier_id", name=op.f("uq_civic_linked_identity_identifier_id")),
    )
    op.create_index(op.f("ix_civic_linked_identity_account_id"), "civic_linked_identity", ["account_id"])
    op.create_table(
        "civic_provider_session",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=60), nullable=False),
        sa.Column("id_token", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["civic_session.id"],
            name=op.f("fk_civic_provider_session_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_civic_provider_session")),
    )


def downgrade() -> None:
    op.drop_table("civic_provider_session")
    op.drop_table("civic_linked_identity")
