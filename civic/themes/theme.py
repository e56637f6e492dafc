# SPDX-License-Identifier: AGPL-3.0-or-later
"""A theme: typed values read from `theme.toml`, refused when unreadable or hard to read, written out as tokens."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from civic.db.types import PerLanguage
from civic.themes.contrast import GROUNDS, HEX_COLOUR, STROKE_PAIRS, TEXT_PAIRS, floored, weak_pairs

#: Every colour a theme must give, in light and in dark.
COLOURS = tuple(
    sorted({name for pair in TEXT_PAIRS + STROKE_PAIRS for name in pair} | set(GROUNDS) | {"rule", "signal"})
)

SPACES = (0.25, 0.5, 0.75, 1, 1.5, 2.25, 3.5)  # rem, before density

_GENERIC_FAMILIES = {"system-ui", "sans-serif", "serif", "monospace", "ui-sans-serif", "ui-serif"}
_FAMILY = re.compile(r"[\w][\w .-]*\Z")


class ThemeError(ValueError):
    """A theme cannot be used; the sentence names the file, the key and what to change."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one scheme: token name to `#rrggbb`, complete and of sufficient contrast."""

    scheme: str
    colours: tuple[tuple[str, str], ...]

    def __getitem__(self, name: str) -> str:
        """Return the colour of a token."""
        return dict(self.colours)[name]

    def css(self) -> str:
        """Return the declarations of this palette."""
        return "".join(f"--{name}:{value};" for name, value in self.colours)


@dataclass(frozen=True, slots=True)
class Theme:
    """Everything a theme decides by value; its `templates/` and `theme.css`, where present, decide the rest."""

    name: str
    summary: PerLanguage
    folder: Path
    text_fonts: tuple[str, ...]
    title_fonts: tuple[str, ...]
    radius: float
    rule: float
    rule_strong: float
    body: float
    line: float
    measure: float
    space: float
    light: Palette
    dark: Palette
    extra_css: str

    @property
    def templates(self) -> Path | None:
        """The folder of overriding templates, or None."""
        folder = self.folder / "templates"
        return folder if folder.is_dir() else None

    @property
    def text_stack(self) -> str:
        """The families of the text, as CSS writes them."""
        return _stack(self.text_fonts)

    @property
    def title_stack(self) -> str:
        """The families of the titles, as CSS writes them."""
        return _stack(self.title_fonts)

    @property
    def digest(self) -> str:
        """Twelve characters that change with the sheet, for its address."""
        return hashlib.sha256(self.css().encode()).hexdigest()[:12]

    def css(self) -> str:
        """Return the sheet of tokens: light, then dark by the reader's preference, then the theme's own rules."""
        spaces = "".join(f"--s{step}:{_number(size * self.space)}rem;" for step, size in enumerate(SPACES, 1))
        shape = (
            f"--radius:{_number(self.radius / self.body)}rem;"
            f"--thin:{_number(self.rule)}px;--thick:{_number(self.rule_strong)}px;"
            f"--root:{_number(self.body / 16 * 100)}%;"
            f"--leading:{_number(self.line)};--measure:{_number(self.measure)}ch;"
        )
        fonts = f"--text:{self.text_stack};--title:{self.title_stack};"
        return (
            f":root{{color-scheme:light;{self.light.css()}{fonts}{shape}{spaces}}}\n"
            f"@media screen and (prefers-color-scheme:dark){{:root{{color-scheme:dark;{self.dark.css()}}}}}\n"
            f"{self.extra_css}"
        )


def _number(value: float) -> str:
    """Write a number as CSS likes it: at most four decimals, no trailing zero."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _stack(families: tuple[str, ...]) -> str:
    """Write a list of font families, names quoted, generic families bare."""
    return ",".join(name if name in _GENERIC_FAMILIES else f'"{name}"' for name in families)


class _Reader:
    """Reads typed values out of one parsed file; each refusal names file, key and remedy."""

    def __init__(self, path: Path, data: Mapping[str, Any]) -> None:
        self.path = path
        self.data = data

    def _value(self, key: str) -> object:
        """Return what stands under a dotted key."""
        value: object = self.data
        for part in key.split("."):
            if not isinstance(value, dict) or part not in value:
                raise ThemeError(f"{self.path}: `{key}` is missing; add it (themes/rive/theme.toml shows every key).")
            value = value[part]
        return value

    def sentence(self, key: str) -> str:
        """Return a text of one line that is not empty."""
        value = self._value(key)
        if not isinstance(value, str) or not value.strip() or "\n" in value:
            raise ThemeError(f"{self.path}: `{key}` must be a text of one line, got {value!r}.")
        return value

    def texts(self, key: str) -> PerLanguage:
        """Return a text of one line, or a table of them by language."""
        value = self._value(key)
        if not isinstance(value, dict):
            return {"": self.sentence(key)}
        return {language: self.sentence(f"{key}.{language}") for language in value}

    def number(self, key: str, low: float, high: float) -> float:
        """Return a number within bounds, both allowed."""
        value = self._value(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise ThemeError(f"{self.path}: `{key}` must be a number from {low:g} to {high:g}, got {value!r}.")
        return float(value)

    def families(self, key: str) -> tuple[str, ...]:
        """Return font family names, the last one generic, none able to leave its quotes in CSS."""
        value = self._value(key)
        if not isinstance(value, list) or not value or not all(isinstance(n, str) and _FAMILY.match(n) for n in value):
            raise ThemeError(f"{self.path}: `{key}` must be a list of font names (letters, digits, spaces, . and -).")
        if value[-1] not in _GENERIC_FAMILIES:
            raise ThemeError(f"{self.path}: `{key}` must end with a generic family, as sans-serif; got {value[-1]!r}.")
        return tuple(value)

    def palette(self, scheme: str) -> Palette:
        """Return the colours of one scheme; refuse a missing, unknown or unreadable one, and any weak pair."""
        key = f"colours.{scheme}"
        value = self._value(key)
        if not isinstance(value, dict):
            raise ThemeError(f"{self.path}: `{key}` must be a table of colours.")
        for name in COLOURS:
            colour = self._value(f"{key}.{name}")
            if not isinstance(colour, str) or not HEX_COLOUR.match(colour):
                raise ThemeError(
                    f"{self.path}: `{key}.{name}` must be a colour written #rrggbb in lower case, got {colour!r}."
                )
        if unknown := sorted(set(value) - set(COLOURS)):
            raise ThemeError(f"{self.path}: `{key}.{unknown[0]}` is not a token; the tokens are {', '.join(COLOURS)}.")
        colours = {name: str(value[name]) for name in COLOURS}
        if weak := weak_pairs(colours):
            front, ground, ratio, minimum = weak[0]
            raise ThemeError(
                f"{self.path}: `{key}`: {front} {colours[front]} on {ground} {colours[ground]} has a contrast of "
                f"{floored(ratio)}, under {minimum:g} (WCAG AA); move the two colours apart."
                + (f" {len(weak) - 1} other pairs are weak too." if len(weak) > 1 else "")
            )
        return Palette(scheme, tuple(colours.items()))


def load_theme(folder: Path) -> Theme:
    """Read `theme.toml` (and `theme.css` where there is one); raise ThemeError naming file, key and remedy."""
    path = folder / "theme.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ThemeError(f"{path} is missing; a theme is a folder with a theme.toml.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ThemeError(f"{path} cannot be read: {error}.") from error
    read = _Reader(path, data)
    extra = folder / "theme.css"
    return Theme(
        name=read.sentence("name"),
        summary=read.texts("summary"),
        folder=folder,
        text_fonts=read.families("fonts.text"),
        title_fonts=read.families("fonts.title"),
        radius=read.number("shape.radius", 0, 24),
        rule=read.number("shape.rule", 1, 4),
        rule_strong=read.number("shape.rule-strong", 1, 8),
        body=read.number("density.body", 16, 24),
        line=read.number("density.line", 1.4, 2),
        measure=read.number("density.measure", 45, 80),
        space=read.number("density.space", 0.6, 1.6),
        light=read.palette("light"),
        dark=read.palette("dark"),
        extra_css=extra.read_text(encoding="utf-8") if extra.is_file() else "",
    )
