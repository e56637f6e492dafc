# SPDX-License-Identifier: AGPL-3.0-or-later
"""First tables."""

import sqlalchemy as sa
from alembic import op

import civic.db.types

revision = "proposals_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposals_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("summary", sa.String(length=240), nullable=False),
        sa.Column("planned_for", sa.String(length=120), nullable=False),
        sa.Column("edit_until", civic.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("edited_at", civic.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("draft_key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["civic_item.id"], name=op.f("fk_proposals_proposal_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals_proposal")),
        sa.UniqueConstraint("draft_key", name=op.f("uq_proposals_proposal_draft_key")),
    )


def downgrade() -> None:
    op.drop_table("proposals_proposal")
