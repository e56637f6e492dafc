# SPDX-License-Identifier: AGPL-3.0-or-later
"""Themes: a folder of `themes/` read into tokens, its contrast computed, written out as custom properties."""

from civic.themes.contrast import contrast_ratio
from civic.themes.theme import Palette, Theme, ThemeError, load_theme

__all__ = ["Palette", "Theme", "ThemeError", "contrast_ratio", "load_theme"]
