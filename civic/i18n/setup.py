# SPDX-License-Identifier: AGPL-3.0-or-later
"""Babel: one domain per module, the core's last but for the town's own overrides, which win."""

from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask, current_app, has_request_context, request

from civic.config import Config
from civic.i18n.catalogue import KeptBabel, current_language

FIRST_PARTY = Path(__file__).resolve().parents[2] / "translations"
__all__ = ["FIRST_PARTY", "LANGUAGE_KEY", "current_language", "current_zone", "init_languages"]

LANGUAGE_KEY = "civic.language"


def init_languages(app: Flask, config: Config, domains: Sequence[tuple[str, Path]]) -> None:
    """Set Babel up. `domains` are the modules' (name, folder of translations); the last domain wins for a message."""
    ordered = [*domains, ("civic", FIRST_PARTY), ("town", config.instance / "translations")]
    KeptBabel(
        app,
        default_locale=config.default_language,
        default_timezone=config.timezone,
        default_domain=";".join(name for name, _folder in ordered),
        default_translation_directories=";".join(str(folder) for _name, folder in ordered),
        locale_selector=lambda: _requested(config),
    )


def _requested(config: Config) -> str:
    """The language of the address; never Accept-Language, so that a page has one content."""
    if has_request_context():
        return str(request.environ.get(LANGUAGE_KEY, config.default_language))
    return config.default_language


def current_zone() -> ZoneInfo:
    """The town's time zone."""
    config: Config = current_app.extensions["civic.config"]
    return ZoneInfo(config.timezone)
