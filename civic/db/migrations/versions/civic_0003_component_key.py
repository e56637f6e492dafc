# SPDX-License-Identifier: AGPL-3.0-or-later
"""The foreign key of an item's component on PostgreSQL: the first revision leaves it out there.

Items and components lean on each other, so the key is added once both tables stand; SQLite took it with the table.
"""

from alembic import op

revision = "civic_0003"
down_revision = "civic_0002"
branch_labels = None
depends_on = None

NAME = "fk_civic_item_component_id"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.create_foreign_key(NAME, "civic_item", "civic_component", ["component_id"], ["id"])


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(NAME, "civic_item", type_="foreignkey")
