# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counter: mandates, sittings, sheets, acts; questions among comments."""

import sqlalchemy as sa
from alembic import op

from civic.db.types import UtcDateTime, type_json

revision = "civic_0005"
down_revision = "civic_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "civic_counter_mandate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("helper_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=60), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("kinds", type_json, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["helper_id"], ["civic_account.id"], name=op.f("fk_civic_counter_mandate_helper_id")),
        sa.ForeignKeyConstraint(["person_id"], ["civic_person.id"], name=op.f("fk_civic_counter_mandate_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_civic_counter_mandate")),
    )
    with op.batch_alter_table("civic_counter_mandate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_civic_counter_mandate_helper_id"), ["helper_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_civic_counter_mandate_person_id"), ["person_id"], unique=False)

    op.create_table(
        "civic_counter_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("helper_id", sa.Integer(), nullable=False),
        sa.Column("item_ids", type_json, nullable=False),
        sa.Column("channel", sa.String(length=60), nullable=False),
        sa.Column("occasion", sa.String(length=120), nullable=False),
        sa.Column("paper_on", sa.Date(), nullable=False),
        sa.Column("paper_reference", sa.String(length=80), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["helper_id"], ["civic_account.id"], name=op.f("fk_civic_counter_sheet_helper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_civic_counter_sheet")),
    )
    with op.batch_alter_table("civic_counter_sheet", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_civic_counter_sheet_helper_id_closed_at"), ["helper_id", "closed_at"], unique=False
        )

    op.create_table(
        "civic_counter_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("outcome", type_json, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["civic_person.id"], name=op.f("fk_civic_counter_line_person_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["civic_counter_sheet.id"], name=op.f("fk_civic_counter_line_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_civic_counter_line")),
        sa.UniqueConstraint("sheet_id", "token", name=op.f("uq_civic_counter_line_sheet_id_token")),
    )
    with op.batch_alter_table("civic_counter_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_civic_counter_line_person_id"), ["person_id"], unique=False)

    op.create_table(
        "civic_counter_sitting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("helper_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("mandate_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=60), nullable=False),
        sa.Column("occasion", sa.String(length=120), nullable=False),
        sa.Column("paper_on", sa.Date(), nullable=True),
        sa.Column("paper_reference", sa.String(length=80), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["helper_id"], ["civic_account.id"], name=op.f("fk_civic_counter_sitting_helper_id")),
        sa.ForeignKeyConstraint(
            ["mandate_id"], ["civic_counter_mandate.id"], name=op.f("fk_civic_counter_sitting_mandate_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["civic_person.id"], name=op.f("fk_civic_counter_sitting_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_civic_counter_sitting")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("civic_counter_sitting", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_civic_counter_sitting_helper_id_opened_on"), ["helper_id", "opened_on"], unique=False
        )
        batch_op.create_index(
            "ix_civic_counter_sitting_open",
            ["helper_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_civic_counter_sitting_person_id"), ["person_id"], unique=False)

    op.create_table(
        "civic_counter_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=True),
        sa.Column("sheet_id", sa.Integer(), nullable=True),
        sa.Column("helper_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("mandate_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=60), nullable=False),
        sa.Column("occasion", sa.String(length=120), nullable=False),
        sa.Column("paper_on", sa.Date(), nullable=True),
        sa.Column("paper_reference", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(sitting_id IS NULL) <> (sheet_id IS NULL)", name=op.f("ck_civic_counter_act_from")),
        sa.ForeignKeyConstraint(["comment_id"], ["civic_comment.id"], name=op.f("fk_civic_counter_act_comment_id")),
        sa.ForeignKeyConstraint(["helper_id"], ["civic_account.id"], name=op.f("fk_civic_counter_act_helper_id")),
        sa.ForeignKeyConstraint(["item_id"], ["civic_item.id"], name=op.f("fk_civic_counter_act_item_id")),
        sa.ForeignKeyConstraint(
            ["mandate_id"], ["civic_counter_mandate.id"], name=op.f("fk_civic_counter_act_mandate_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["civic_person.id"], name=op.f("fk_civic_counter_act_person_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["civic_counter_sheet.id"], name=op.f("fk_civic_counter_act_sheet_id")),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["civic_counter_sitting.id"], name=op.f("fk_civic_counter_act_sitting_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_civic_counter_act")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_civic_counter_act_code_hash")),
    )
    with op.batch_alter_table("civic_counter_act", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_civic_counter_act_comment_id"), ["comment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_civic_counter_act_day_id"), ["day", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_civic_counter_act_helper_id_day"), ["helper_id", "day"], unique=False)
        batch_op.create_index(batch_op.f("ix_civic_counter_act_item_id_kind"), ["item_id", "kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_civic_counter_act_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_civic_counter_act_sheet_id"), ["sheet_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_civic_counter_act_sitting_id"), ["sitting_id"], unique=False)

    with op.batch_alter_table("civic_comment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("nature", sa.String(length=60), server_default="comment", nullable=False))
        batch_op.add_column(sa.Column("for_town", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("helper_id", sa.Integer(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_civic_comment_nature_item_id_id"), ["nature", "item_id", "id"], unique=False
        )
        batch_op.create_foreign_key(batch_op.f("fk_civic_comment_helper_id"), "civic_account", ["helper_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("civic_comment", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_civic_comment_helper_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_civic_comment_nature_item_id_id"))
        batch_op.drop_column("helper_id")
        batch_op.drop_column("for_town")
        batch_op.drop_column("nature")

    op.drop_table("civic_counter_act")
    op.drop_table("civic_counter_sitting")
    op.drop_table("civic_counter_line")
    op.drop_table("civic_counter_sheet")
    op.drop_table("civic_counter_mandate")
