# SPDX-License-Identifier: AGPL-3.0-or-later
"""The town's own figures: inhabitants by quartier and age band."""

import sqlalchemy as sa
from alembic import op

from civic.db.types import UtcDateTime

revision = "civic_0013"
down_revision = "civic_0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "civic_town_figures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("imported_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_civic_town_figures")),
    )
    op.create_table(
        "civic_town_figure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("figures_id", sa.Integer(), nullable=False),
        sa.Column("quartier_id", sa.Integer(), nullable=False),
        sa.Column("band", sa.String(length=60), nullable=False),
        sa.Column("inhabitants", sa.Integer(), nullable=False),
        sa.CheckConstraint("inhabitants >= 0", name=op.f("ck_civic_town_figure_inhabitants")),
        sa.ForeignKeyConstraint(
            ["figures_id"],
            ["civic_town_figures.id"],
            name=op.f("fk_civic_town_figure_figures_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["quartier_id"], ["civic_quartier.id"], name=op.f("fk_civic_town_figure_quartier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_civic_town_figure")),
        sa.UniqueConstraint(
            "figures_id", "quartier_id", "band", name=op.f("uq_civic_town_figure_figures_id_quartier_id_band")
        ),
    )
    op.create_index(op.f("ix_civic_town_figure_quartier_id"), "civic_town_figure", ["quartier_id"])


def downgrade() -> None:
    op.drop_table("civic_town_figure")
    op.drop_table("civic_town_figures")
