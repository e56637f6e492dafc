# SPDX-License-Identifier: AGPL-3.0-or-later
"""Quartiers in time: those of a day, the one of a point; made, merged and split without losing history."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from civic.db.types import PerLanguage
from civic.journal.entries import record
from civic.permissions.actor import Actor
from civic.permissions.core import CORE_POLICY
from civic.permissions.decision import Missing, Refusal, Refused
from civic.settings.store import next_generation
from civic.territory.geometry import GeometryError, check, contains
from civic.territory.models import Quartier, QuartierSuccession

KIND = "civic.quartier"
"""What the journal calls a quartier."""


@dataclass(frozen=True)
class QuartierData:
    """What one says of a quartier when it is made."""

    slug: str
    name: PerLanguage
    geometry: dict[str, Any]
    description: PerLanguage = field(default_factory=dict)
    population: int | None = None


def quartiers_on(session: Session, on: date) -> list[Quartier]:
    """The quartiers in force that day, by slug. `on` is a day of the town's zone."""
    in_force = (Quartier.valid_from <= on, or_(Quartier.valid_until.is_(None), Quartier.valid_until > on))
    return list(session.scalars(select(Quartier).where(*in_force).order_by(Quartier.slug)))


def quartier_of_point(session: Session, lon: float, lat: float, on: date) -> Quartier | None:
    """The quartier that held the point that day; None outside the town."""
    return next((one for one in quartiers_on(session, on) if contains(one.geometry, lon, lat)), None)


def create_quartier(session: Session, actor: Actor, data: QuartierData, *, on: date, at: datetime) -> Quartier:
    """A quartier in force from the day `on`.

    Raises Missing for fields that cannot be right (its drawing included), Denied without `territory:manage`.
    """
    _require(actor, at)
    quartier = _begin(session, data, on)
    record(
        session,
        actor,
        "create_quartier",
        kind=KIND,
        subject_id=quartier.id,
        at=at,
        details={"slug": data.slug, "from": on.isoformat()},
    )
    next_generation(session)  # what processes keep about quartiers is old
    return quartier


def merge_quartiers(
    session: Session, actor: Actor, quartier_ids: Sequence[int], data: QuartierData, *, on: date, at: datetime
) -> Quartier:
    """Several quartiers become one from the day `on`. Raises as `succeed` does."""
    if len(set(quartier_ids)) < 2:
        raise Refused(Refusal("merge_needs_two", _("A merge takes two quartiers or more.")))
    return succeed(session, actor, quartier_ids, [data], on=on, at=at)[0]


def split_quartier(
    session: Session, actor: Actor, quartier_id: int, parts: Sequence[QuartierData], *, on: date, at: datetime
) -> list[Quartier]:
    """One quartier becomes several from the day `on`. Raises as `succeed` does."""
    if len(parts) < 2:
        raise Refused(Refusal("split_needs_two", _("A split makes two quartiers or more.")))
    return succeed(session, actor, [quartier_id], parts, on=on, at=at)


def succeed(
    session: Session,
    actor: Actor,
    quartier_ids: Sequence[int],
    successors: Sequence[QuartierData],
    *,
    on: date,
    at: datetime,
) -> list[Quartier]:
    """End some quartiers and begin others the same day; rows, items and history of the old ones stay.

    Raises Refused when one is unknown or not in force the day before, Missing for faulty data, Denied without
    `territory:manage`.
    """
    _require(actor, at)
    query = select(Quartier).where(Quartier.id.in_(quartier_ids)).order_by(Quartier.id).with_for_update()
    ended = list(session.scalars(query))
    if len(ended) != len(set(quartier_ids)):
        raise Refused(Refusal("unknown_quartier", _("One of these quartiers does not exist.")))
    for quartier in ended:
        if not (quartier.valid_from < on and (quartier.valid_until is None or quartier.valid_until > on)):
            message = _("%(slug)s is not in force on that day: choose a day within its dates.", slug=quartier.slug)
            raise Refused(Refusal("not_in_force", message))
        quartier.valid_until = on
    begun = [_begin(session, data, on) for data in successors]
    for old in ended:
        session.add_all(QuartierSuccession(predecessor_id=old.id, successor_id=new.id, on=on) for new in begun)
        details = {"from": on.isoformat(), "into": [new.slug for new in begun]}
        record(session, actor, "replace_quartier", kind=KIND, subject_id=old.id, at=at, details=details)
    next_generation(session)
    return begun


def successors_of(session: Session, quartier_id: int) -> list[Quartier]:
    """What the quartier became, directly."""
    return _related(session, QuartierSuccession.predecessor_id, quartier_id, QuartierSuccession.successor_id)


def predecessors_of(session: Session, quartier_id: int) -> list[Quartier]:
    """What the quartier was made from, directly."""
    return _related(session, QuartierSuccession.successor_id, quartier_id, QuartierSuccession.predecessor_id)


def _related(session: Session, known: Any, quartier_id: int, other: Any) -> list[Quartier]:
    """The quartiers at the other end of the successions."""
    query = select(Quartier).join(QuartierSuccession, other == Quartier.id).where(known == quartier_id)
    return list(session.scalars(query.order_by(Quartier.slug)))


def _require(actor: Actor, at: datetime) -> None:
    """The command line may; anyone else needs the permission."""
    if actor.channel != "system":
        CORE_POLICY.require("territory:manage", actor, None, at)


def _begin(session: Session, data: QuartierData, on: date) -> Quartier:
    """Add the row. Raises Missing naming the faulty fields."""
    faults: dict[str, str] = {}
    if not data.slug.replace("-", "").isalnum() or data.slug != data.slug.lower() or len(data.slug) > 60:
        faults["slug"] = _("Write the short name with small letters, figures and hyphens, 60 at most.")
    elif session.scalar(select(Quartier.id).where(Quartier.slug == data.slug)) is not None:
        faults["slug"] = _("Another quartier, present or past, has the short name %(slug)s.", slug=data.slug)
    if not any(text.strip() for text in data.name.values()):
        faults["name"] = _("Give the quartier a name.")
    if data.population is not None and data.population < 0:
        faults["population"] = _("The number of inhabitants cannot be negative.")
    try:
        check(data.geometry)
    except GeometryError as error:
        faults["geometry"] = error.args[0]
    if faults:
        raise Missing(faults)
    quartier = Quartier(
        slug=data.slug,
        name=data.name,
        description=data.description,
        population=data.population,
        geometry={"type": data.geometry["type"], "coordinates": data.geometry["coordinates"]},
        valid_from=on,
        valid_until=None,
    )
    session.add(quartier)
    session.flush()
    return quartier
