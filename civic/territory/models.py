# SPDX-License-Identifier: AGPL-3.0-or-later
"""Quartiers with geometry and validity dates, and the town's own gazetteer of addresses."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from civic.db.base import Base, Key
from civic.db.types import PerLanguage


class Quartier(Base):
    """A part of the town. A merge or a split ends one and begins others; the row stays, so history stays."""

    __tablename__ = "civic_quartier"
    __table_args__ = (CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="validity"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Key, unique=True)
    name: Mapped[PerLanguage]
    description: Mapped[PerLanguage] = mapped_column(default=dict)
    population: Mapped[int | None]
    geometry: Mapped[dict[str, Any]]
    """GeoJSON Polygon or MultiPolygon, WGS84."""
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]


class QuartierSuccession(Base):
    """Which quartier came from which: merges and splits without losing history."""

    __tablename__ = "civic_quartier_succession"

    predecessor_id: Mapped[int] = mapped_column(ForeignKey("civic_quartier.id"), primary_key=True)
    successor_id: Mapped[int] = mapped_column(ForeignKey("civic_quartier.id"), primary_key=True)
    on: Mapped[date]


class Address(Base):
    """One point of the town's gazetteer: a numbered address or a named place."""

    __tablename__ = "civic_address"
    __table_args__ = (Index(None, "folded_name", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    folded_name: Mapped[str] = mapped_column(String(200))
    """Name without case, accents or punctuation: what an address typed by a resident is compared with."""
    number: Mapped[str] = mapped_column(String(12), default="")
    postcode: Mapped[str] = mapped_column(String(10), default="")
    lon: Mapped[float] = mapped_column(Float)
    lat: Mapped[float] = mapped_column(Float)
