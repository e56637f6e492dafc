# SPDX-License-Identifier: AGPL-3.0-or-later
"""A theme on the web: its style sheet, and the order in which templates are looked for."""

from collections.abc import Iterator
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader

from civic.config import Config, ConfigError
from civic.themes.theme import Theme, ThemeError, load_theme

FOLDER = Path(__file__).resolve().parents[2] / "themes"
EXTENSION = "civic.theme"

bp = Blueprint("themes", __name__)


def init_themes(app: Flask, config: Config) -> None:
    """Load the theme (its contrast is checked) and put overriding templates first: instance, theme, core, modules.

    Raises ConfigError when the theme cannot be used.
    """
    folder = FOLDER / config.theme
    try:
        app.extensions[EXTENSION] = load_theme(folder)
    except ThemeError as error:
        raise ConfigError(f"theme: {error}") from error
    app.jinja_loader = ChoiceLoader(list(_loaders(app, config, folder)))
    app.register_blueprint(bp)


def _loaders(app: Flask, config: Config, folder: Path) -> Iterator[BaseLoader]:
    """Folders in order; the first that has the template wins."""
    for overriding in (config.instance / "templates", folder / "templates"):
        if overriding.is_dir():
            yield FileSystemLoader(overriding)
    yield FileSystemLoader(Path(app.root_path) / "templates")


@bp.get("/theme/<int:generation>.css")
def css(generation: int) -> Response:
    """Tokens of the theme as custom properties; the address changes with the town's settings, so it is kept for long."""
    theme: Theme = current_app.extensions[EXTENSION]
    response = Response(theme.css(), mimetype="text/css")
    response.cache_control.public = True
    response.cache_control.max_age = 31536000
    return response
