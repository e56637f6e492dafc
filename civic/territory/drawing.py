# SPDX-License-Identifier: AGPL-3.0-or-later
"""From longitudes and latitudes to the drawing of a town: what the map macro takes."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from civic.territory.geometry import Box, bbox, inner_point, polygons
from civic.territory.models import Quartier


@dataclass(frozen=True)
class Frame:
    """A drawing of a part of the world: degrees of longitude are shortened as at its middle latitude, north is up."""

    box: Box
    width: int = 600
    margin: int = 12

    @property
    def _shrink(self) -> float:
        """How much shorter a degree of longitude is than one of latitude."""
        return math.cos(math.radians((self.box.south + self.box.north) / 2))

    @property
    def _scale(self) -> float:
        """Units of the drawing per degree of latitude."""
        span = (self.box.east - self.box.west) * self._shrink
        return (self.width - 2 * self.margin) / span if span else 1.0

    @property
    def height(self) -> int:
        """Height of the drawing, following the shape of the box."""
        return math.ceil((self.box.north - self.box.south) * self._scale) + 2 * self.margin

    @property
    def view_box(self) -> str:
        """The SVG attribute."""
        return f"0 0 {self.width} {self.height}"

    def project(self, lon: float, lat: float) -> tuple[float, float]:
        """Where a point stands in the drawing, to a tenth of a unit."""
        x = self.margin + (lon - self.box.west) * self._shrink * self._scale
        y = self.margin + (self.box.north - lat) * self._scale
        return (round(x, 1), round(y, 1))

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Longitude and latitude of a point of the drawing (a click on the map without script)."""
        lon = self.box.west + (x - self.margin) / (self._shrink * self._scale)
        lat = self.box.north - (y - self.margin) / self._scale
        return (round(lon, 6), round(lat, 6))

    def path(self, geometry: Mapping[str, Any]) -> str:
        """SVG path data; holes are rings of the same path (drawn with the even-odd rule or opposite turns)."""
        return " ".join(self._ring(ring) for polygon in polygons(geometry) for ring in polygon)

    def _ring(self, ring: Sequence[tuple[float, float]]) -> str:
        """One closed line; neighbours that fall on the same tenth of a unit are drawn once."""
        points = [self.project(*point) for point in ring[:-1]]
        kept = [point for place, point in enumerate(points) if place == 0 or point != points[place - 1]]
        return "M" + "L".join(f"{x:g} {y:g}" for x, y in kept) + "Z"


@dataclass(frozen=True)
class Shape:
    """A quartier as the macro `town_map` draws it."""

    name: str
    path_d: str
    label_x: float | None
    label_y: float | None
    url: str | None = None
    current: bool = False
    note: str = ""


def frame_of(quartiers: Iterable[Quartier], width: int = 600) -> Frame:
    """The frame around these quartiers. Raises ValueError when there is none."""
    return Frame(bbox(quartier.geometry for quartier in quartiers), width)


def shape_of(
    frame: Frame, quartier: Quartier, name: str, *, url: str | None = None, current: bool = False, note: str = ""
) -> Shape:
    """One quartier in the frame, its name where it lies."""
    x, y = frame.project(*inner_point(quartier.geometry))
    return Shape(name, frame.path(quartier.geometry), x, y, url, current, note)
