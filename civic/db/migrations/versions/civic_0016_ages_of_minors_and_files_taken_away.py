# SPDX-License-Identifier: AGPL-3.0-or-later
"""The age for which the day of a minor was worked out; who took a file away, so that it can be put back."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from civic.db.types import type_json

revision = "civic_0016"
down_revision = "civic_0015"
branch_labels = None
depends_on = None

BY_LAW = 15


def upgrade() -> None:
    with op.batch_alter_table("civic_minor") as batch:
        batch.add_column(sa.Column("age", sa.Integer(), nullable=True))
    minors = sa.table("civic_minor", sa.column("age", sa.Integer()))
    op.execute(minors.update().values(age=_present_age()))
    with op.batch_alter_table("civic_minor") as batch:
        batch.alter_column("age", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("civic_file") as batch:
        batch.add_column(sa.Column("taken_by_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(batch.f("fk_civic_file_taken_by_id"), "civic_account", ["taken_by_id"], ["id"])
        batch.create_index(batch.f("ix_civic_file_taken_by_id"), ["taken_by_id"])


def _present_age() -> int:
    """What the town set, or the law's where it asks for none now."""
    settings = sa.table("civic_settings", sa.column("scope"), sa.column("values", type_json))
    found: Any = op.get_bind().scalar(sa.select(settings.c["values"]).where(settings.c.scope == "people"))
    return int((found or {}).get("minor_age", BY_LAW)) or BY_LAW


def downgrade() -> None:
    with op.batch_alter_table("civic_file") as batch:
        batch.drop_index(batch.f("ix_civic_file_taken_by_id"))
        batch.drop_constraint(batch.f("fk_civic_file_taken_by_id"), type_="foreignkey")
        batch.drop_column("taken_by_id")
    with op.batch_alter_table("civic_minor") as batch:
        batch.drop_column("age")
