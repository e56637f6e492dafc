# SPDX-License-Identifier: AGPL-3.0-or-later
"""First tables."""

import sqlalchemy as sa
from alembic import op

revision = "parking_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "parking_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["civic_item.id"], name=op.f("fk_parking_entry_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parking_entry")),
    )


def downgrade() -> None:
    op.drop_table("parking_entry")
