# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pictures of the demonstration, drawn in code: flat scenes of an invented town, the same at each loading."""

from collections.abc import Callable, Iterable
from io import BytesIO
from math import cos, pi, sin
from random import Random
from typing import Any

WIDTH, HEIGHT = 1200, 800
FINE = 2
"""Drawn that many times larger, then made smaller: edges are smooth."""

Point = tuple[float, float]
Colour = tuple[int, int, int]

INK, CREAM, STONE, STONE_DARK = (43, 52, 64), (246, 238, 222), (201, 189, 170), (166, 152, 133)
SKY_HIGH, SKY_LOW, SUN = (150, 199, 221), (232, 240, 232), (250, 214, 120)
GRASS, GRASS_DARK, LEAF, LEAF_DARK = (142, 176, 104), (104, 145, 84), (88, 138, 92), (58, 104, 76)
WATER, WATER_LIGHT, WATER_DARK = (92, 150, 168), (140, 189, 198), (62, 116, 138)
WOOD, WOOD_DARK, ROOF, ROOF_DARK = (176, 126, 82), (128, 88, 58), (190, 92, 66), (150, 68, 52)


class Scene:
    """A sheet in points of 1200 × 800."""

    def __init__(self, seed: int) -> None:
        # Loaded where a scene is drawn: the start of a web process does not need it.
        from PIL import Image, ImageDraw  # noqa: PLC0415 - as said above

        self.chance = Random(seed)  # noqa: S311 - a drawing, the same each time
        self._image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), SKY_LOW)
        self._draw: Any = ImageDraw.Draw(self._image)

    def area(self, colour: Colour, *points: Point) -> None:
        """A filled outline."""
        self._draw.polygon([(x * FINE, y * FINE) for x, y in points], fill=colour)

    def box(self, colour: Colour, left: float, top: float, right: float, bottom: float) -> None:
        """An upright rectangle."""
        self._draw.rectangle([left * FINE, top * FINE, right * FINE, bottom * FINE], fill=colour)

    def disc(self, colour: Colour, x: float, y: float, across: float, tall: float | None = None) -> None:
        """A disc, or an oval."""
        a, b = across * FINE, (tall or across) * FINE
        self._draw.ellipse([x * FINE - a, y * FINE - b, x * FINE + a, y * FINE + b], fill=colour)

    def stroke(self, colour: Colour, thick: float, *points: Point) -> None:
        """A line through points."""
        self._draw.line(
            [(x * FINE, y * FINE) for x, y in points], fill=colour, width=round(thick * FINE), joint="curve"
        )

    def fade(self, above: Colour, below: Colour, top: int, bottom: int) -> None:
        """One colour becoming another."""
        for line in range(top, bottom):
            share = (line - top) / (bottom - top)
            mixed = tuple(round(a + (b - a) * share) for a, b in zip(above, below, strict=True))
            self._draw.rectangle([0, line * FINE, WIDTH * FINE, (line + 1) * FINE], fill=mixed)

    def hills(self, colour: Colour, level: float, swing: float, phase: float) -> None:
        """A soft skyline down to the bottom."""
        line = [
            (x, level + swing * sin(x / 190 + phase) + swing / 3 * sin(x / 61 + phase)) for x in range(0, WIDTH + 1, 8)
        ]
        self.area(colour, (0, HEIGHT), *line, (WIDTH, HEIGHT))

    def tree(self, x: float, ground: float, size: float) -> None:
        """A round tree."""
        self.box(WOOD_DARK, x - size * 0.06, ground - size * 0.8, x + size * 0.06, ground)
        for dx, dy, across, colour in (
            *((-0.22, 1.0, 0.34, LEAF_DARK), (0.24, 1.02, 0.32, LEAF_DARK)),
            *((0.0, 1.25, 0.4, LEAF), (-0.12, 1.35, 0.2, GRASS)),
        ):
            self.disc(colour, x + dx * size, ground - dy * size, across * size)

    def poplar(self, x: float, ground: float, size: float, colour: Colour) -> None:
        """A slender tree of river banks."""
        self.disc(colour, x, ground - size * 0.5, size * 0.11, size * 0.52)

    def house(self, x: float, ground: float, wide: float, tall: float, wall: Colour) -> None:
        """A house with its roof, door and windows."""
        self.box(wall, x, ground - tall, x + wide, ground + 60)
        self.area(ROOF, (x - 10, ground - tall), (x + wide / 2, ground - tall - wide * 0.42), (x + wide + 10, ground - tall))  # fmt: skip
        self.area(ROOF_DARK, (x + wide / 2, ground - tall - wide * 0.42), (x + wide + 10, ground - tall), (x + wide * 0.62, ground - tall))  # fmt: skip
        for left in (0.16, 0.6):
            for top in (0.14, 0.5):
                self.box(CREAM, x + wide * left - 4, ground - tall * (1 - top) - 4, x + wide * (left + 0.22) + 4, ground - tall * (0.72 - top))  # fmt: skip
                self.box(WATER_DARK, x + wide * left, ground - tall * (1 - top), x + wide * (left + 0.22), ground - tall * (0.72 - top) - 4)  # fmt: skip

    def ripples(self, colours: Iterable[Colour], top: float, bottom: float, count: int) -> None:
        """Light on water."""
        shades = list(colours)
        for _ in range(count):
            y = self.chance.uniform(top, bottom)
            long = 20 + 110 * (y - top) / (bottom - top) * self.chance.random()
            x = self.chance.uniform(-40, WIDTH)
            self.stroke(self.chance.choice(shades), 2.4, (x, y), (x + long, y))

    def finished(self) -> bytes:
        """The picture as a file."""
        out = BytesIO()
        self._image.reduce(FINE).save(out, "JPEG", quality=92)
        return out.getvalue()


def _bench(scene: Scene, x: float, y: float, size: float) -> None:
    """A bench with arm rests."""
    for dx in (0, 1):
        scene.box(INK, x + dx * size * 0.86, y - size * 0.3, x + dx * size * 0.86 + size * 0.06, y)
        scene.box(INK, x + dx * size * 0.86, y - size * 0.48, x + dx * size * 0.86 + size * 0.06, y - size * 0.3)
    for level, tall in ((0.34, 0.09), (0.5, 0.06), (0.6, 0.06)):
        scene.box(WOOD, x - size * 0.06, y - size * level, x + size, y - size * (level - tall))


def steep_street() -> bytes:
    """A steep street, and half-way up a flat place with a bench."""
    scene = Scene(1)
    scene.fade(SKY_HIGH, SKY_LOW, 0, 560)
    scene.disc(SUN, 210, 150, 62)
    scene.hills(GRASS, 520, 36, 0.4)
    scene.area(GRASS, (300, 640), (420, 520), (1200, 250), (1200, 640))
    walls = ((238, 218, 190), (226, 200, 176), (243, 229, 204), (218, 206, 190), (235, 210, 182))
    for place, wall in enumerate(walls):
        scene.house(330 + place * 178, 560 - place * 62, 150, 170, wall)
    scene.area(STONE, (0, 690), (520, 560), (760, 560), (1200, 400), (1200, 560), (780, 690), (520, 700), (0, 800))
    scene.area((122, 124, 130), (0, 800), (520, 700), (780, 690), (1200, 560), (1200, 800))
    scene.stroke(CREAM, 5, (0, 800), (520, 700), (780, 690), (1200, 560))
    for begin, end in (((20, 655), (500, 535)), ((790, 520), (1190, 374))):
        scene.stroke(INK, 7, begin, end)
        for share in (0, 0.25, 0.5, 0.75, 1):
            x, y = begin[0] + (end[0] - begin[0]) * share, begin[1] + (end[1] - begin[1]) * share
            scene.stroke(INK, 6, (x, y), (x, y + 74))
    scene.tree(728, 604, 150)
    _bench(scene, 540, 640, 130)
    return scene.finished()


def footbridge() -> bytes:
    """A footbridge over the river with a ramp, and the mill."""
    scene = Scene(2)
    scene.fade(SKY_HIGH, SKY_LOW, 0, 470)
    scene.hills(GRASS, 400, 30, 2.1)
    for x in (60, 130, 190, 470, 540, 600, 1120):
        scene.poplar(x, 470, 170 + x % 60, LEAF_DARK if x % 20 else LEAF)
    scene.area(GRASS_DARK, (0, 470), (1200, 450), (1200, 800), (0, 800))
    scene.area(WATER, (0, 520), (1200, 500), (1200, 740), (0, 800))
    scene.ripples((WATER_LIGHT, WATER_DARK), 525, 740, 90)
    scene.box((228, 212, 186), 840, 250, 1070, 520)
    scene.area(ROOF, (815, 255), (955, 150), (1095, 255))
    for x in (875, 940, 1005):
        scene.box(WATER_DARK, x, 300, x + 34, 352)
    scene.area(STONE, (640, 478), (1200, 470), (1200, 530), (640, 545))
    scene.area(STONE_DARK, (640, 520), (1200, 506), (1200, 530), (640, 545))
    _wheel(scene, 872, 552, 96)
    deck = [(x, 470.0 - 56 * sin((x - 90) / 550 * pi)) for x in range(90, 641, 22)]
    scene.area(STONE_DARK, (0, 560), (90, 470), *deck, (720, 480), (720, 506), *[(x, y + 26) for x, y in reversed(deck)], (90, 500), (0, 590))  # fmt: skip
    for foot, level in deck[::2]:
        scene.stroke(INK, 4, (foot, level), (foot, level - 58))
    for lift in (58, 34):
        scene.stroke(INK, 5, *[(x, y - lift) for x, y in deck])
    scene.area(GRASS, (0, 800), (0, 700), (420, 760), (640, 800))
    scene.tree(150, 760, 130)
    return scene.finished()


def _wheel(scene: Scene, x: float, y: float, across: float) -> None:
    """The wheel of a mill."""
    scene.disc(WOOD_DARK, x, y, across)
    scene.disc(WATER_LIGHT, x, y, across - 16)
    for step in range(12):
        turn = step * pi / 6
        scene.stroke(WOOD, 9, (x, y), (x + across * cos(turn), y + across * sin(turn)))
    scene.disc(INK, x, y, 14)


def jetty() -> bytes:
    """A wooden jetty on the river in the evening."""
    scene = Scene(3)
    scene.fade((92, 116, 158), (246, 202, 160), 0, 400)
    scene.disc((252, 226, 170), 820, 340, 58)
    scene.hills((96, 118, 112), 372, 20, 1.2)
    for x in range(20, 1200, 74):
        scene.poplar(x + x % 31, 410, 120 + (x * 7) % 80, (64, 92, 90))
    scene.fade((214, 178, 154), (70, 104, 132), 405, 800)
    scene.ripples(((240, 208, 176), (96, 130, 152), (58, 90, 118)), 420, 780, 150)
    for level in (440, 470, 505, 545):
        long = (level - 400) * 0.35
        scene.stroke((252, 226, 170), 6, (820 - long, level), (820 + long, level))
    scene.area(WOOD_DARK, (330, 800), (512, 500), (640, 500), (860, 800))
    for step in range(17):
        y = 500 + 300 * (step / 16) ** 1.5
        share = (y - 500) / 300
        scene.stroke(WOOD, 5 + 15 * share, (512 - 182 * share, y + 4), (640 + 220 * share, y + 4))
    for x, y, tall in ((500, 506, 46), (652, 506, 46), (424, 640, 76), (740, 640, 76)):
        scene.box(WOOD_DARK, x - 7, y - tall, x + 7, y + 24)
    _two_seated(scene, 556, 506)
    for place in range(46):
        foot = scene.chance.uniform(-10, 270) if place % 2 else scene.chance.uniform(930, 1210)
        top = 800 - scene.chance.uniform(90, 230)
        scene.stroke((58, 84, 66), 5, (foot, 800), (foot + scene.chance.uniform(-26, 26), top))
    return scene.finished()


def _two_seated(scene: Scene, x: float, y: float) -> None:
    """Two people seen from behind."""
    for dx, coat in ((0, (178, 74, 62)), (46, (52, 74, 104))):
        scene.disc(coat, x + dx, y - 14, 21, 30)
        scene.disc((70, 50, 42), x + dx, y - 56, 13, 15)


def old_bridge() -> bytes:
    """The old bridge, swallows, and nest boxes under its arches."""
    scene = Scene(4)
    scene.fade(SKY_HIGH, SKY_LOW, 0, 520)
    scene.hills(GRASS, 470, 26, 4.2)
    for x in (80, 180, 1060, 1150):
        scene.tree(x, 520, 120 + x % 40)
    scene.fade(WATER_LIGHT, WATER_DARK, 520, 800)
    scene.area(STONE, (0, 430), (600, 360), (1200, 430), (1200, 600), (0, 600))
    scene.area(STONE_DARK, (0, 412), (600, 342), (1200, 412), (1200, 432), (600, 362), (0, 432))
    for centre, across, top in ((230, 120, 470), (600, 150, 430), (970, 120, 470)):
        scene.disc((86, 108, 116), centre, top + across, across)
        scene.box((86, 108, 116), centre - across, top + across, centre + across, 600)
        scene.box(WATER, centre - across, 590, centre + across, 604)
        for dx in (-0.45, 0.0, 0.45):
            scene.box(WOOD, centre + dx * across - 17, top + 46, centre + dx * across + 17, top + 84)
            scene.disc(INK, centre + dx * across, top + 62, 8)
    scene.area(WATER, (0, 600), (1200, 600), (1200, 800), (0, 800))
    scene.ripples((WATER_LIGHT, WATER_DARK, STONE), 606, 790, 110)
    for _ in range(15):
        _swallow(scene, scene.chance.uniform(90, 1110), scene.chance.uniform(60, 330), scene.chance.uniform(16, 34))
    return scene.finished()


def _swallow(scene: Scene, x: float, y: float, size: float) -> None:
    """A bird with a forked tail."""
    scene.area(INK, (x - size * 1.5, y - size * 0.6), (x, y - size * 0.12), (x + size * 1.5, y - size * 0.6), (x + size * 0.2, y + size * 0.26), (x - size * 0.2, y + size * 0.26))  # fmt: skip
    scene.stroke(INK, 3, (x, y), (x - size * 0.36, y + size), (x, y + size * 0.4), (x + size * 0.36, y + size))


SCENES: dict[str, Callable[[], bytes]] = {
    "steep-street": steep_street,
    "footbridge": footbridge,
    "jetty": jetty,
    "old-bridge": old_bridge,
}
