# SPDX-License-Identifier: AGPL-3.0-or-later
"""Contrast between two colours as WCAG 2.2 defines it, and the pairs of tokens that meet on a page."""

import math
import re

HEX_COLOUR = re.compile(r"#[0-9a-f]{6}\Z")

TEXT_MINIMUM = 4.5  # WCAG 2.2, 1.4.3 (AA), text of ordinary size
STROKE_MINIMUM = 3.0  # WCAG 2.2, 1.4.11 (AA), borders of controls and parts of drawings

GROUNDS = ("paper", "surface", "brand-wash", "signal-wash", "yes-wash", "no-wash")

#: (foreground, background) wherever words are written.
TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    *((text, ground) for ground in GROUNDS for text in ("ink", "ink-soft", "brand", "brand-strong", "yes", "no")),
    ("brand-ink", "brand"),
    ("brand-ink", "brand-strong"),
    ("signal-ink", "signal"),
    ("paper", "ink"),
)

#: (stroke, ground) wherever a shape must be told from what it stands on. A present station is marigold inside a ring
#: of ink: it is the ring that carries the shape, and ink is checked above as text.
STROKE_PAIRS: tuple[tuple[str, str], ...] = tuple(
    (stroke, ground) for ground in GROUNDS for stroke in ("rule-strong", "focus")
)


def _channel(value: int) -> float:
    """Return one channel of sRGB made linear (WCAG 2.2, "relative luminance")."""
    share = value / 255
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def relative_luminance(colour: str) -> float:
    """Return the relative luminance, 0 to 1, of a colour written `#rrggbb`; raise ValueError on any other writing."""
    if not HEX_COLOUR.match(colour):
        raise ValueError(f"{colour!r} is not a colour written #rrggbb in lower case")
    red, green, blue = (_channel(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_ratio(first: str, second: str) -> float:
    """Return the contrast of two colours, 1 to 21, the same in both orders."""
    light, dark = sorted((relative_luminance(first), relative_luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def floored(ratio: float) -> str:
    """Return a contrast with two decimals, never rounded up to what it does not reach."""
    return f"{math.floor(ratio * 100) / 100:.2f}"


def weak_pairs(colours: dict[str, str]) -> list[tuple[str, str, float, float]]:
    """Return each pair under its minimum as (foreground, background, ratio, minimum), worst first."""
    checked = [(pair, TEXT_MINIMUM) for pair in TEXT_PAIRS] + [(pair, STROKE_MINIMUM) for pair in STROKE_PAIRS]
    found = []
    for (front, ground), minimum in checked:
        ratio = contrast_ratio(colours[front], colours[ground])
        if ratio < minimum:
            found.append((front, ground, ratio, minimum))
    return sorted(found, key=lambda weak: weak[2] / weak[3])
