# SPDX-License-Identifier: AGPL-3.0-or-later
"""Organisations, those who speak for them, what is said in their name; minors and the authorisation of a parent."""

import sqlalchemy as sa
from alembic import op

from civic.db.types import UtcDateTime

revision = "civic_0011"
down_revision = "civic_0010"
branch_labels = None
depends_on = None

NUMBERED = sa.text("state IN ('requested', 'accepted', 'closed')")


def upgrade() -> None:
    _organisations()
    op.create_table(
        "civic_minor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("of_age_on", sa.Date(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=False),
        sa.Column("guardian", sa.String(length=160), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("reference", sa.String(length=160), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["civic_person.id"], name=op.f("fk_civic_minor_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["civic_account.id"], name=op.f("fk_civic_minor_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_civic_minor")),
        sa.UniqueConstraint("person_id", name=op.f("uq_civic_minor_person_id")),
        sa.UniqueConstraint("code", name=op.f("uq_civic_minor_code")),
    )
    op.create_index(op.f("ix_civic_minor_told_at_id"), "civic_minor", ["told_at", "id"])
    for table in ("civic_item", "civic_comment"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("organisation_id", sa.Integer(), nullable=True))
            batch.create_foreign_key(
                batch.f(f"fk_{table}_organisation_id"), "civic_organisation", ["organisation_id"], ["id"]
            )
            batch.create_index(batch.f(f"ix_{table}_organisation_id_id"), ["organisation_id", "id"])


def _organisations() -> None:
    op.create_table(
        "civic_organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("number", sa.String(length=14), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["civic_person.id"], name=op.f("fk_civic_organisation_requested_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["civic_account.id"], name=op.f("fk_civic_organisation_decided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_civic_organisation")),
        sa.UniqueConstraint("slug", name=op.f("uq_civic_organisation_slug")),
    )
    op.create_index(
        "uq_civic_organisation_number",
        "civic_organisation",
        ["number"],
        unique=True,
        sqlite_where=NUMBERED,
        postgresql_where=NUMBERED,
    )
    op.create_index(op.f("ix_civic_organisation_requested_by_id"), "civic_organisation", ["requested_by_id"])
    op.create_index(
        op.f("ix_civic_organisation_state_requested_at_id"), "civic_organisation", ["state", "requested_at", "id"]
    )
    op.create_table(
        "civic_organisation_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("accepted_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["civic_organisation.id"], name=op.f("fk_civic_organisation_member_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["civic_person.id"], name=op.f("fk_civic_organisation_member_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["civic_account.id"], name=op.f("fk_civic_organisation_member_invited_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_civic_organisation_member")),
        sa.UniqueConstraint(
            "organisation_id", "person_id", name=op.f("uq_civic_organisation_member_organisation_id_person_id")
        ),
    )
    op.create_index(op.f("ix_civic_organisation_member_person_id"), "civic_organisation_member", ["person_id"])
    op.create_index(op.f("ix_civic_organisation_member_email"), "civic_organisation_member", ["email"])


def downgrade() -> None:
    for table in ("civic_comment", "civic_item"):
        with op.batch_alter_table(table) as batch:
            batch.drop_index(batch.f(f"ix_{table}_organisation_id_id"))
            batch.drop_constraint(batch.f(f"fk_{table}_organisation_id"), type_="foreignkey")
            batch.drop_column("organisation_id")
    op.drop_table("civic_minor")
    op.drop_table("civic_organisation_member")
    op.drop_table("civic_organisation")
