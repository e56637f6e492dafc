# SPDX-License-Identifier: AGPL-3.0-or-later
"""The themes found when the process started: those that can be used, and those set aside with the reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from civic.config import Config
from civic.themes.theme import Theme, ThemeError, load_theme

FOLDER = Path(__file__).resolve().parents[2] / "themes"


@dataclass(frozen=True)
class Gallery:
    """Themes by the name of their folder; `default` is the one of the configuration."""

    default: str
    themes: Mapping[str, Theme]
    set_aside: Mapping[str, str] = field(default_factory=dict)
    """Why a folder is no usable theme: file, key and remedy."""
    overriding: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Path of a template: names of the themes that have one of their own there."""

    def chosen(self, name: str) -> Theme:
        """The theme of that name; the configuration's when none was chosen or it is no longer there."""
        return self.themes.get(name) or self.themes[self.default]


def find_themes(config: Config) -> Gallery:
    """Read every folder of `themes/`, then of the instance's `themes/`, which wins.

    Raises ThemeError when the configured theme cannot be used; another that cannot be used is set aside.
    """
    themes: dict[str, Theme] = {}
    set_aside: dict[str, str] = {}
    for parent in (FOLDER, config.instance / "themes"):
        for folder in sorted(path.parent for path in parent.glob("*/theme.toml")):
            try:
                themes[folder.name] = load_theme(folder)
                set_aside.pop(folder.name, None)
            except ThemeError as error:
                if folder.name == config.theme:
                    raise
                set_aside[folder.name] = str(error)
    if config.theme not in themes:
        raise ThemeError(f"{FOLDER / config.theme / 'theme.toml'} is missing; a theme is a folder with a theme.toml.")
    return Gallery(config.theme, themes, set_aside, _overriding(themes))


def _overriding(themes: Mapping[str, Theme]) -> dict[str, frozenset[str]]:
    """Which themes have a template of their own, by its path."""
    found: dict[str, frozenset[str]] = {}
    for name, theme in themes.items():
        if theme.templates is not None:
            for file in theme.templates.rglob("*"):
                path = file.relative_to(theme.templates).as_posix()
                found[path] = found.get(path, frozenset()) | {name}
    return found
