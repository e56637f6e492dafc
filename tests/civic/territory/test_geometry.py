# SPDX-License-Identifier: AGPL-3.0-or-later
"""Points and polygons: against another method, on borders, in holes, and with drawings that must be refused."""

import json
import math
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.territory.drawing import Frame
from civic.territory.geometry import Box, GeometryError, bbox, check, contains, crossing_of, inner_point

QUARTIERS = Path(__file__).resolve().parents[3] / "civic" / "demo" / "data" / "quartiers.geojson"
SQUARE = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0], [0.0, 0.0]]
HOLE = [[1.0, 1.0], [1.0, 2.0], [2.0, 2.0], [2.0, 1.0], [1.0, 1.0]]


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


def star(radii, shift=(0.0, 0.0)):
    """A polygon that turns once around its centre: it never crosses itself, whatever the radii."""
    count = len(radii)
    ring = [
        [shift[0] + r * math.cos(2 * math.pi * k / count), shift[1] + r * math.sin(2 * math.pi * k / count)]
        for k, r in enumerate(radii)
    ]
    return [*ring, ring[0]]


def winding(ring, x, y):
    """How often the ring turns around the point, by summing angles: another method than the one tested."""
    total = 0.0
    for (ax, ay), (bx, by) in pairwise(ring):
        angle = math.atan2(by - y, bx - x) - math.atan2(ay - y, ax - x)
        total += (angle + math.pi) % (2 * math.pi) - math.pi
    return round(total / (2 * math.pi))


def distance(ring, x, y):
    best = math.inf
    for (ax, ay), (bx, by) in pairwise(ring):
        length = (bx - ax) ** 2 + (by - ay) ** 2
        t = max(0, min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length)) if length else 0
        best = min(best, math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)))
    return best


radius = st.floats(0.2, 3, allow_nan=False)
coordinate = st.floats(-4, 4, allow_nan=False)


@given(st.lists(radius, min_size=3, max_size=25), coordinate, coordinate)
def test_inside_agrees_with_the_winding_number(radii, x, y):
    ring = star(radii)
    if distance(ring, x, y) > 1e-9:
        assert contains(polygon(ring), x, y) is (winding(ring, x, y) != 0)


@given(st.lists(radius, min_size=3, max_size=25), coordinate, coordinate)
def test_direction_and_starting_corner_change_nothing(radii, x, y):
    ring = star(radii)
    turned = [*ring[2:-1], *ring[:3]]
    assert contains(polygon(ring), x, y) == contains(polygon(ring[::-1]), x, y) == contains(polygon(turned), x, y)


@given(st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=8), st.floats(0, 1))
def test_a_point_of_a_shared_border_belongs_to_exactly_one_neighbour(middle, along):
    """Two halves of a rectangle, cut by any line from bottom to top."""
    cut = [[x, y] for y, x in sorted({y: x for x, y in middle}.items())]
    line = [[0.0, -5.0], *cut, [0.0, 5.0]]
    left = polygon([[-5.0, -5.0], *line, [-5.0, 5.0], [-5.0, -5.0]])
    right = polygon([*line, [5.0, 5.0], [5.0, -5.0], line[0]])
    for (ax, ay), (bx, by) in pairwise(line):
        x, y = ax + along * (bx - ax), ay + along * (by - ay)
        if -5 < y < 5:
            assert contains(left, x, y) + contains(right, x, y) == 1


def test_a_hole_is_outside_and_an_island_inside():
    assert contains(polygon(SQUARE, HOLE), 3, 3)
    assert not contains(polygon(SQUARE, HOLE), 1.5, 1.5)
    islands = {"type": "MultiPolygon", "coordinates": [[SQUARE, HOLE], [[[x + 10, y] for x, y in SQUARE]]]}
    check(islands)
    assert contains(islands, 12, 2)
    assert not contains(islands, 1.5, 1.5)
    assert not contains(islands, 7, 2)
    assert bbox([islands]) == Box(0, 0, 14, 4)


@pytest.mark.parametrize(
    ("geometry", "words"),
    [
        (None, "Polygon"),
        ({"type": "Point", "coordinates": [1, 2]}, "Polygon"),
        ({"type": "Polygon"}, "no ring"),
        ({"type": "MultiPolygon", "coordinates": []}, "no coordinates"),
        (polygon(SQUARE[:3]), "fewer than four"),
        (polygon([*SQUARE[:-1], [0.0, 0.1]]), "not closed"),
        (polygon([[0, 0], [4, 4], [4, 0], [0, 4], [0, 0]]), "crosses itself"),
        (polygon([[0, 0], [2, 0], [4, 0], [0, 0]]), "crosses itself"),
        (polygon([[0, 0], [4, 0], [4, 4], [2, 0], [0, 4], [0, 0]]), "crosses itself"),
        (polygon([[1, 1], [1, 1], [1, 1], [1, 1]]), "encloses nothing"),
        (polygon([[0, 0], ["4", 0], [4, 4], [0, 0]]), "two numbers"),
        (polygon([[0, 0], [True, 0], [4, 4], [0, 0]]), "two numbers"),
        (polygon([[0, 0], [float("nan"), 0], [4, 4], [0, 0]]), "two numbers"),
        (polygon([[652000, 6862000], [652100, 6862000], [652100, 6862100], [652000, 6862000]]), "WGS84"),
        (polygon(SQUARE, HOLE[:-1]), "Ring 2"),
    ],
)  # fmt: skip
def test_a_drawing_that_cannot_be_a_quartier_is_refused_in_words(geometry, words):
    with pytest.raises(GeometryError, match=words):
        check(geometry)


@given(st.lists(radius, min_size=3, max_size=40))
def test_a_simple_ring_is_never_said_to_cross_itself(radii):
    ring = star(radii)
    if len({tuple(point) for point in ring}) == len(ring) - 1:
        assert crossing_of([tuple(point) for point in ring]) is None


@given(st.lists(radius, min_size=6, max_size=20), st.data())
def test_swapping_two_far_corners_of_a_convex_ring_is_found(radii, data):
    ring = star([2.0] * len(radii))[:-1]
    one = data.draw(st.integers(0, len(ring) - 4))
    ring[one], ring[one + 2] = ring[one + 2], ring[one]
    closed = [tuple(point) for point in [*ring, ring[0]]]
    assert crossing_of(closed) is not None


@given(st.lists(radius, min_size=3, max_size=30))
def test_the_name_stands_inside(radii):
    geometry = polygon(star(radii, (2.0, 47.0)))
    assert contains(geometry, *inner_point(geometry))


def test_the_name_of_a_horseshoe_stands_on_it():
    shoe = polygon([[0, 0], [10, 0], [10, 10], [9, 10], [9, 1], [1, 1], [1, 10], [0, 10], [0, 0]])
    check(shoe)
    assert contains(shoe, *inner_point(shoe))


def test_the_drawing_keeps_proportions_and_puts_north_up():
    frame = Frame(Box(2.0, 47.0, 2.1, 47.05), width=600, margin=10)
    assert frame.project(2.0, 47.05) == (10, 10)
    east, south = frame.project(2.1, 47.0)
    assert east == 590
    assert south == pytest.approx(10 + 580 * 0.05 / (0.1 * math.cos(math.radians(47.025))), abs=0.1)
    assert frame.view_box == f"0 0 600 {frame.height}"
    lon, lat = frame.place(*frame.project(2.0371, 47.0222))
    assert lon == pytest.approx(2.0371, abs=2e-5)
    assert lat == pytest.approx(47.0222, abs=2e-5)


def test_a_path_draws_every_ring_closed():
    frame = Frame(Box(0, 0, 4, 4), width=100, margin=0)
    path = frame.path(polygon(SQUARE, HOLE))
    assert path.count("M") == path.count("Z") == 2
    assert path.startswith("M0 ")


def test_the_demonstration_quartiers_are_sound_and_do_not_overlap():
    shapes = [feature["geometry"] for feature in json.loads(QUARTIERS.read_text(encoding="utf-8"))["features"]]
    for shape in shapes:
        check(shape)
    around = bbox(shapes)
    for i in range(40):
        for j in range(40):
            lon = around.west + (around.east - around.west) * (i + 0.37) / 40
            lat = around.south + (around.north - around.south) * (j + 0.37) / 40
            assert sum(contains(shape, lon, lat) for shape in shapes) <= 1
