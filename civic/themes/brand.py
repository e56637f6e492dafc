# SPDX-License-Identifier: AGPL-3.0-or-later
"""The town's own main colour in a theme: what follows from it, and every pair computed again."""

from dataclasses import dataclass, replace

from civic.themes.contrast import HEX_COLOUR, floored, weak_pairs
from civic.themes.theme import Palette, Theme

BLACK, WHITE = "#000000", "#ffffff"
STRONG_LIGHT, STRONG_DARK = 0.3, 0.35
"""How far `brand-strong` goes from the main colour: towards black in light, towards white in dark."""
WASH_LIGHT, WASH_DARK = (0.1, 0.07, 0.04), (0.16, 0.1, 0.05)
"""How much of the main colour `brand-wash` has on the paper: the first that leaves what stands on it readable."""
STEPS = 20


@dataclass(frozen=True)
class WeakPair:
    """Two colours too near one another to be read."""

    scheme: str
    front: str
    front_colour: str
    ground: str
    ground_colour: str
    ratio: float
    minimum: float


class WeakColour(ValueError):
    """A main colour cannot be read in this theme; `pairs` says where, worst first, in the scheme of the typed colour."""

    def __init__(self, pairs: tuple[WeakPair, ...]) -> None:
        worst = pairs[0]
        super().__init__(f"{worst.scheme}: {worst.front} on {worst.ground} has a contrast of {floored(worst.ratio)}")
        self.pairs = pairs


def mix(first: str, second: str, share: float) -> str:
    """The colour that has `share` of the second in it, channel by channel in sRGB."""
    channels = (
        round(int(first[at : at + 2], 16) * (1 - share) + int(second[at : at + 2], 16) * share) for at in (1, 3, 5)
    )
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def with_brand(theme: Theme, light: str = "", dark: str = "") -> Theme:
    """The theme with the town's main colours; an empty one is the theme's own, or in dark one drawn from the light one.

    Raises WeakColour when a pair falls under WCAG AA, ValueError when a colour is not written #rrggbb.
    """
    for colour in (light, dark):
        if colour and not HEX_COLOUR.match(colour):
            raise ValueError(f"{colour!r} is not a colour written #rrggbb in lower case")
    dressed = theme
    if light:
        dressed = replace(dressed, light=_checked(_in_light(theme.light, light)))
    if dark or light:
        palette = _in_dark(theme.dark, dark) if dark else _lightened(theme.dark, light)
        dressed = replace(dressed, dark=_checked(palette))
    return dressed


def _in_light(palette: Palette, brand: str) -> Palette:
    """The light palette around another main colour."""
    strong = mix(brand, BLACK, STRONG_LIGHT)
    return _readable([_around(palette, brand, strong, mix(palette["paper"], brand, share)) for share in WASH_LIGHT])


def _in_dark(palette: Palette, brand: str) -> Palette:
    """The dark palette around another main colour."""
    strong = mix(brand, WHITE, STRONG_DARK)
    return _readable([_around(palette, brand, strong, mix(palette["paper"], brand, share)) for share in WASH_DARK])


def _readable(tried: list[Palette]) -> Palette:
    """The first that holds every contrast, else the last."""
    return next((one for one in tried if not weak_pairs(dict(one.colours))), tried[-1])


def _around(palette: Palette, brand: str, strong: str, wash: str) -> Palette:
    """A palette with its three tokens of the main colour replaced."""
    changed = dict(palette.colours) | {"brand": brand, "brand-strong": strong, "brand-wash": wash}
    return Palette(palette.scheme, tuple(changed.items()))


def _lightened(palette: Palette, brand: str) -> Palette:
    """The dark palette around the light main colour, as little lightened as it takes to be read."""
    return _readable([_in_dark(palette, mix(brand, WHITE, step / STEPS)) for step in range(STEPS)])


def _checked(palette: Palette) -> Palette:
    """The palette. Raises WeakColour with every pair under its minimum."""
    colours = dict(palette.colours)
    weak = tuple(
        WeakPair(palette.scheme, front, colours[front], ground, colours[ground], ratio, minimum)
        for front, ground, ratio, minimum in weak_pairs(colours)
    )
    if weak:
        raise WeakColour(weak)
    return palette
