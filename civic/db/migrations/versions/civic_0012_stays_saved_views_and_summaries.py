# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long files stood at each stage, saved views of the desk, who wants the weekly summary."""

import sqlalchemy as sa
from alembic import op

from civic.db.types import UtcDateTime

revision = "civic_0012"
down_revision = "civic_0011"
branch_labels = None
depends_on = None

# What the journal knows of the past: the moves of numbered files. The deadlines promised then are not known; the one
# that runs now stands on the file. The department is the one in charge today.
PAST_STAYS = """
INSERT INTO civic_stay (kind, subject_id, state, department_id, entered_at, due_at, left_at)
SELECT moved.subject_kind, moved.subject_id, moved.to_state,
       CASE WHEN moved.left_at IS NULL THEN NULL ELSE item.department_id END,
       moved.entered_at,
       CASE WHEN moved.left_at IS NULL THEN item.due_at ELSE NULL END,
       moved.left_at
FROM (
    SELECT id, subject_kind, subject_id, from_state, to_state, at AS entered_at,
           LEAD(at) OVER (PARTITION BY subject_kind, subject_id ORDER BY id) AS left_at
    FROM civic_journal WHERE to_state IS NOT NULL
) AS moved
JOIN civic_item AS item ON item.id = moved.subject_id AND item.kind = moved.subject_kind
WHERE item.number IS NOT NULL AND moved.from_state IS NOT NULL
ORDER BY moved.id
"""


def upgrade() -> None:
    op.create_table(
        "civic_stay",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("left_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["department_id"], ["civic_department.id"], name=op.f("fk_civic_stay_department_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_civic_stay")),
    )
    op.create_index("ix_civic_stay_subject", "civic_stay", ["kind", "subject_id", "left_at"])
    op.create_index("ix_civic_stay_left", "civic_stay", ["kind", "left_at"])
    op.execute(PAST_STAYS)
    op.create_table(
        "civic_saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("page", sa.String(length=60), nullable=False),
        sa.Column("filters", sa.String(length=400), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["civic_account.id"], name=op.f("fk_civic_saved_view_owner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_civic_saved_view")),
        sa.UniqueConstraint("owner_id", "name", name=op.f("uq_civic_saved_view_owner_id_name")),
    )
    op.create_index(op.f("ix_civic_saved_view_shared"), "civic_saved_view", ["shared"])
    op.create_table(
        "civic_summary_choice",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["civic_account.id"], name=op.f("fk_civic_summary_choice_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_civic_summary_choice")),
    )


def downgrade() -> None:
    op.drop_table("civic_summary_choice")
    op.drop_table("civic_saved_view")
    op.drop_table("civic_stay")
