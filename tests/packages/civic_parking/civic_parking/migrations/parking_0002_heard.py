# SPDX-License-Identifier: AGPL-3.0-or-later
"""When an entry was heard of."""

import sqlalchemy as sa
from alembic import op

import civic.db.types

revision = "parking_0002"
down_revision = "parking_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("parking_entry") as batch:
        batch.add_column(sa.Column("heard_at", civic.db.types.UtcDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("parking_entry") as batch:
        batch.drop_column("heard_at")
