# SPDX-License-Identifier: AGPL-3.0-or-later
"""The town's drawing, on which a point may be set."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from civic.i18n.setup import current_zone
from civic.i18n.texts import text
from civic.territory.drawing import Shape, frame_of, shape_of
from civic.territory.services import quartiers_on


@dataclass(frozen=True)
class Drawing:
    """Shapes, and what longitudes and latitudes the edges stand for."""

    view_box: str
    west: float
    north: float
    east: float
    south: float
    shapes: Sequence[Shape]


def drawing(session: Session, at: datetime) -> Drawing | None:
    """The quartiers of the day, in one query; None where the town has none."""
    quartiers = quartiers_on(session, at.astimezone(current_zone()).date())
    if not quartiers:
        return None
    frame = frame_of(quartiers)
    west, north = frame.place(0, 0)
    east, south = frame.place(frame.width, frame.height)
    shapes = [shape_of(frame, quartier, text(quartier.name)) for quartier in quartiers]
    return Drawing(frame.view_box, west, north, east, south, shapes)
