# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a town sets at the desk, and the generation number that makes every process follow."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from civic.db.base import Base, Key


class Portal(Base):
    """One row: changed with each change of modules, theme or settings, read at every request, part of every ETag."""

    __tablename__ = "civic_portal"

    id: Mapped[int] = mapped_column(primary_key=True)
    generation: Mapped[int] = mapped_column(default=1)


class ModuleSwitch(Base):
    """Whether an installed module is on. A newly installed one starts off; off keeps its data."""

    __tablename__ = "civic_module_switch"

    module: Mapped[str] = mapped_column(Key, primary_key=True)
    is_on: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]


class StoredSettings(Base):
    """Values of one typed settings class for one scope: `portal`, `module:proposals`, `workflow:proposals.proposal`."""

    __tablename__ = "civic_settings"

    scope: Mapped[str] = mapped_column(String(120), primary_key=True)
    values: Mapped[dict[str, Any]]


class SpentToken(Base):
    """An idempotency token of an unsafe form, spent in the act's own transaction: a replay gets the same redirect."""

    __tablename__ = "civic_spent_token"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("civic_account.id", ondelete="CASCADE"))
    location: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime] = mapped_column(index=True)
