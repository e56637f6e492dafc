# SPDX-License-Identifier: AGPL-3.0-or-later
"""The town's own figures: inhabitants by quartier and age band, with where they come from."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.db.base import Base, Key


class TownFigures(Base):
    """One import of the figures; the next one takes its place."""

    __tablename__ = "civic_town_figures"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(200))
    """Who published them: "Insee, recensement de la population"."""
    year: Mapped[int]
    imported_at: Mapped[datetime]
    lines: Mapped[list["TownFigure"]] = relationship(lazy="selectin", cascade="all, delete-orphan")


class TownFigure(Base):
    """Inhabitants of one age band in one quartier."""

    __tablename__ = "civic_town_figure"
    __table_args__ = (
        UniqueConstraint("figures_id", "quartier_id", "band"),
        CheckConstraint("inhabitants >= 0", name="inhabitants"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    figures_id: Mapped[int] = mapped_column(ForeignKey("civic_town_figures.id", ondelete="CASCADE"))
    quartier_id: Mapped[int] = mapped_column(ForeignKey("civic_quartier.id"), index=True)
    band: Mapped[str] = mapped_column(Key)
    """Key of `civic.reach.bands.BANDS`."""
    inhabitants: Mapped[int]
