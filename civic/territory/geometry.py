# SPDX-License-Identifier: AGPL-3.0-or-later
"""GeoJSON polygons without any library: checked when they come in, asked whether they hold a point."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from flask_babel import lazy_gettext as _

Position = tuple[float, float]
"""Longitude, latitude (WGS84, as GeoJSON orders them)."""
Ring = list[Position]
Polygon = list[Ring]
"""An outer ring, then its holes."""


class GeometryError(ValueError):
    """A drawing that cannot be a quartier; the message says what is wrong and where."""


@dataclass(frozen=True)
class Box:
    """The smallest rectangle of meridians and parallels around something."""

    west: float
    south: float
    east: float
    north: float


def polygons(geometry: Mapping[str, Any]) -> list[Polygon]:
    """The polygons of a Polygon or MultiPolygon that `check` accepted."""
    found = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[[(point[0], point[1]) for point in ring] for ring in polygon] for polygon in found]


def contains(geometry: Mapping[str, Any], lon: float, lat: float) -> bool:
    """Whether the point is inside; holes are outside.

    Even-odd rule, half open: a point on a border that two neighbours share belongs to exactly one of them.
    """
    inside = False
    for polygon in polygons(geometry):
        for ring in polygon:
            for start, end in pairwise(ring):
                if (start[1] > lat) != (end[1] > lat) and lon < _crossing(start, end, lat):
                    inside = not inside
    return inside


def _crossing(start: Position, end: Position, lat: float) -> float:
    """Longitude where the edge meets the parallel; the same to the last bit whichever way the edge is walked."""
    low, high = (start, end) if start <= end else (end, start)
    return low[0] + (lat - low[1]) * (high[0] - low[0]) / (high[1] - low[1])


def bbox(geometries: Iterable[Mapping[str, Any]]) -> Box:
    """The box around all of them. Raises ValueError when there is none."""
    points = [point for geometry in geometries for polygon in polygons(geometry) for ring in polygon for point in ring]
    if not points:
        raise ValueError("there is no geometry to draw a box around")
    lons, lats = [point[0] for point in points], [point[1] for point in points]
    return Box(min(lons), min(lats), max(lons), max(lats))


def signed_area(ring: Sequence[Position]) -> float:
    """Area in square degrees, positive when walked anticlockwise; compares sizes only."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2


def inner_point(geometry: Mapping[str, Any]) -> Position:
    """A point inside, for a name on the map: the centroid, or where it falls outside the middle of the widest part."""
    polygon = max(polygons(geometry), key=lambda rings: abs(signed_area(rings[0])))
    middle = _centroid(polygon[0])
    if contains(geometry, *middle):
        return middle
    crossings = sorted(
        _crossing(start, end, middle[1])
        for ring in polygon
        for start, end in pairwise(ring)
        if (start[1] > middle[1]) != (end[1] > middle[1])
    )
    spans = list(zip(crossings[::2], crossings[1::2], strict=False))
    west, east = max(spans, key=lambda span: span[1] - span[0])
    return ((west + east) / 2, middle[1])


def _centroid(ring: Ring) -> Position:
    """Centre of mass; computed around the first corner, because degrees with six decimals cancel badly."""
    x0, y0 = ring[0]
    moved = [(x - x0, y - y0) for x, y in ring]
    area = signed_area(moved)
    x = sum((a[0] + b[0]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairwise(moved)) / (6 * area)
    y = sum((a[1] + b[1]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairwise(moved)) / (6 * area)
    return (x0 + x, y0 + y)


def check(geometry: object) -> None:
    """Raise GeometryError for anything but a Polygon or MultiPolygon whose rings are closed and do not cross."""
    if not isinstance(geometry, Mapping) or geometry.get("type") not in {"Polygon", "MultiPolygon"}:
        raise GeometryError(_("The geometry must be a Polygon or a MultiPolygon."))
    multiple = geometry["type"] == "MultiPolygon"
    found = geometry.get("coordinates") if multiple else [geometry.get("coordinates")]
    if not isinstance(found, list) or not found:
        raise GeometryError(_("The geometry has no coordinates."))
    for polygon in found:
        if not isinstance(polygon, list) or not polygon:
            raise GeometryError(_("A polygon has no ring."))
        for number, ring in enumerate(polygon, 1):
            check_ring(ring, number)


def check_ring(ring: object, number: int) -> None:
    """Raise GeometryError when the ring is not a closed line of four positions or more that never crosses itself."""
    if not isinstance(ring, list) or len(ring) < 4:
        raise GeometryError(_("Ring %(number)s has fewer than four positions.", number=number))
    points = [_position(point, number) for point in ring]
    if points[0] != points[-1]:
        raise GeometryError(_("Ring %(number)s is not closed: its last position must repeat the first.", number=number))
    met = crossing_of(points)
    if met is not None:
        where = f"{met[0]:.6f}, {met[1]:.6f}"
        raise GeometryError(_("Ring %(number)s crosses itself near %(where)s.", number=number, where=where))
    if abs(signed_area([(x - points[0][0], y - points[0][1]) for x, y in points])) < 1e-12:
        raise GeometryError(_("Ring %(number)s encloses nothing.", number=number))


def _position(point: object, number: int) -> Position:
    """Longitude and latitude of one position; heights are ignored."""
    plain = isinstance(point, list | tuple) and len(point) >= 2 and all(_is_number(value) for value in point[:2])
    if not plain:
        raise GeometryError(_("Ring %(number)s has a position that is not two numbers.", number=number))
    assert isinstance(point, list | tuple)
    lon, lat = float(point[0]), float(point[1])
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise GeometryError(
            _(
                "Ring %(number)s holds %(lon)s, %(lat)s, which is not a longitude and a latitude. Export the file in WGS84 (EPSG:4326).",
                number=number,
                lon=lon,
                lat=lat,
            )
        )
    return (lon, lat)


def _is_number(value: object) -> bool:
    """A finite number; JSON's true and false are not."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def crossing_of(ring: Sequence[Position]) -> Position | None:
    """Where a closed ring meets itself, or None. Edges are compared only where they overlap from west to east."""
    corners = [point for place, point in enumerate(ring) if place == 0 or point != ring[place - 1]]
    count = len(corners) - 1
    edges = sorted(range(count), key=lambda edge: min(corners[edge][0], corners[edge + 1][0]))
    active: list[int] = []
    for edge in edges:
        a, b = corners[edge], corners[edge + 1]
        west = min(a[0], b[0])
        active = [other for other in active if max(corners[other][0], corners[other + 1][0]) >= west]
        for other in active:
            c, d = corners[other], corners[other + 1]
            apart = abs(edge - other)
            if apart in {1, count - 1}:
                if count > 2 and _folds_back(a, b, c, d):
                    return b if b in (c, d) else a
            elif _touch(a, b, c, d):
                return a
        active.append(edge)
    return None


def _turn(a: Position, b: Position, c: Position) -> float:
    """Positive when c lies left of the line from a to b, zero on it."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _between(a: Position, b: Position, point: Position) -> bool:
    """Whether a point of the line through a and b lies between them."""
    return min(a[0], b[0]) <= point[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= point[1] <= max(a[1], b[1])


def _touch(a: Position, b: Position, c: Position, d: Position) -> bool:
    """Whether the edges a-b and c-d have a point in common."""
    one, two, three, four = _turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)
    if (one > 0) != (two > 0) and (three > 0) != (four > 0) and one and two and three and four:
        return True
    return (
        (one == 0 and _between(a, b, c))
        or (two == 0 and _between(a, b, d))
        or (three == 0 and _between(c, d, a))
        or (four == 0 and _between(c, d, b))
    )


def _folds_back(a: Position, b: Position, c: Position, d: Position) -> bool:
    """Whether two edges that share a corner run over one another."""
    shared, one, two = (a, b, d if c == a else c) if a in (c, d) else (b, a, d if c == b else c)
    if _turn(shared, one, two) != 0:
        return False
    return (one[0] - shared[0]) * (two[0] - shared[0]) + (one[1] - shared[1]) * (two[1] - shared[1]) > 0
