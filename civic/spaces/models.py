# SPDX-License-Identifier: AGPL-3.0-or-later
"""Spaces, the frame of a process, its phases, and modules placed in them as components."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.db.base import Base, Key
from civic.db.types import PerLanguage
from civic.items.models import Item


class Space(Base):
    """Where participation is framed; shares the id of its item (title, state, follows and documents stand there)."""

    __tablename__ = "civic_space"

    id: Mapped[int] = mapped_column(ForeignKey("civic_item.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(Key)
    """root, process or body."""
    slug: Mapped[str] = mapped_column(Key, unique=True)
    visibility: Mapped[str] = mapped_column(Key, default="preview")
    """public, preview (by secret link), members, staff (S46)."""
    preview_token: Mapped[str] = mapped_column(String(64), default="")
    summary: Mapped[PerLanguage] = mapped_column(default=dict)
    whole_town: Mapped[bool] = mapped_column(default=True)
    item: Mapped[Item] = relationship(foreign_keys=[id], lazy="joined", innerjoin=True)


class OldSlug(Base):
    """A former address of a space: it redirects for ever."""

    __tablename__ = "civic_old_slug"

    slug: Mapped[str] = mapped_column(Key, primary_key=True)
    space_id: Mapped[int] = mapped_column(ForeignKey("civic_space.id"), index=True)


class ProcessFrame(Base):
    """The frame of a process (S40) and the four fields of CRPA L131-1; empty legal fields block its opening."""

    __tablename__ = "civic_process_frame"

    space_id: Mapped[int] = mapped_column(ForeignKey("civic_space.id"), primary_key=True)
    presentation: Mapped[PerLanguage] = mapped_column(default=dict)
    what: Mapped[PerLanguage] = mapped_column(default=dict)
    why: Mapped[PerLanguage] = mapped_column(default=dict)
    who_decides: Mapped[PerLanguage] = mapped_column(default=dict)
    level: Mapped[str] = mapped_column(Key, default="")
    """inform, consult, concert, cobuild, decide."""
    with_whom: Mapped[PerLanguage] = mapped_column(default=dict)
    when: Mapped[PerLanguage] = mapped_column(default=dict)
    not_negotiable: Mapped[PerLanguage] = mapped_column(default=dict)
    use_of_results: Mapped[PerLanguage] = mapped_column(default=dict)
    procedure: Mapped[PerLanguage] = mapped_column(default=dict)
    information: Mapped[PerLanguage] = mapped_column(default=dict)
    reasonable_time: Mapped[PerLanguage] = mapped_column(default=dict)
    follow_up: Mapped[PerLanguage] = mapped_column(default=dict)
    outcome: Mapped[PerLanguage] = mapped_column(default=dict)
    """What was done with the results, required at closing."""
    contact: Mapped[str] = mapped_column(String(254), default="")
    version: Mapped[int] = mapped_column(default=1)


class SpaceQuartier(Base):
    """The quartiers a process is about, when it is not the whole town."""

    __tablename__ = "civic_space_quartier"

    space_id: Mapped[int] = mapped_column(ForeignKey("civic_space.id"), primary_key=True)
    quartier_id: Mapped[int] = mapped_column(ForeignKey("civic_quartier.id"), primary_key=True, index=True)


class SpaceMember(Base):
    """Someone admitted to a space kept for its members."""

    __tablename__ = "civic_space_member"

    space_id: Mapped[int] = mapped_column(ForeignKey("civic_space.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("civic_person.id"), primary_key=True, index=True)


class Component(Base):
    """A module placed in a space; several of one module may stand in the same space."""

    __tablename__ = "civic_component"
    __table_args__ = (UniqueConstraint("space_id", "slug"), Index(None, "module"))

    id: Mapped[int] = mapped_column(primary_key=True)
    space_id: Mapped[int] = mapped_column(ForeignKey("civic_space.id"))
    module: Mapped[str] = mapped_column(Key)
    slug: Mapped[str] = mapped_column(Key)
    title: Mapped[PerLanguage] = mapped_column(default=dict)
    position: Mapped[int] = mapped_column(default=0)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    """Own dates, used where the space has no phase; half open."""
    space: Mapped[Space] = relationship(lazy="joined", innerjoin=True)


class Phase(Base):
    """A dated part of a process; half-open interval, compared with the clock at each request."""

    __tablename__ = "civic_phase"
    __table_args__ = (
        Index(None, "space_id", "opens_at"),
        CheckConstraint("closes_at > opens_at", name="dates"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    space_id: Mapped[int] = mapped_column(ForeignKey("civic_space.id"))
    title: Mapped[PerLanguage]
    description: Mapped[PerLanguage] = mapped_column(default=dict)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    verbs: Mapped[list["PhaseVerb"]] = relationship(lazy="selectin", cascade="all, delete-orphan")


class PhaseVerb(Base):
    """What a phase opens: a verb (`submit`, `comment`, `support`) for one component, or for all when it names none."""

    __tablename__ = "civic_phase_verb"
    __table_args__ = (UniqueConstraint("phase_id", "component_id", "verb"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    phase_id: Mapped[int] = mapped_column(ForeignKey("civic_phase.id", ondelete="CASCADE"))
    component_id: Mapped[int | None] = mapped_column(ForeignKey("civic_component.id"))
    verb: Mapped[str] = mapped_column(Key)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
