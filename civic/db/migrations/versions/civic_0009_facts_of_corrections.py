# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a correction changed beside the text: cost, number of the decision, planned date."""

import sqlalchemy as sa
from alembic import op

from civic.db.types import type_json

revision = "civic_0009"
down_revision = "civic_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "civic_answer_correction", sa.Column("former_facts", type_json, nullable=False, server_default=sa.text("'{}'"))
    )


def downgrade() -> None:
    with op.batch_alter_table("civic_answer_correction") as table:
        table.drop_column("former_facts")
