# SPDX-License-Identifier: AGPL-3.0-or-later
"""The town's look on the web: style sheet, logo, and the order in which templates are looked for."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, has_request_context
from flask.templating import Environment
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PrefixLoader, Template

from civic.config import Config, ConfigError
from civic.db.session import db
from civic.settings.store import portal_state
from civic.themes.gallery import Gallery, find_themes
from civic.themes.look import LOOK_SCOPE, LookSettings, dressed, stored_logo
from civic.themes.theme import Theme, ThemeError

EXTENSION = "civic.themes"
OF_THEME = "@theme"
"""Stands before the path of a template that is a theme's own."""
FOR_LONG = 31536000

bp = Blueprint("themes", __name__)


class ThemedEnvironment(Environment):
    """Takes the chosen theme's own template where it has one; each keeps its name in Jinja's cache."""

    def get_template(self, name: str | Template, parent: str | None = None, globals: Any = None) -> Template:
        """The template of that path, as the chosen theme has it."""
        if isinstance(name, str) and (owners := self._owners(name)):
            chosen = current_theme().folder.name
            name = f"{OF_THEME}/{chosen}/{name}" if chosen in owners else name
        return super().get_template(name, parent, globals)

    def _owners(self, name: str) -> frozenset[str]:
        """Themes that have this template; none while the town's instance has it, whose word is last."""
        gallery: Gallery | None = self.app.extensions.get(EXTENSION)
        owners = gallery.overriding.get(name, frozenset()) if gallery is not None else frozenset()
        config: Config = self.app.extensions["civic.config"]
        return frozenset() if owners and (config.instance / "templates" / name).is_file() else owners


def init_themes(app: Flask, config: Config) -> None:
    """Load the themes (their contrast is checked); look for templates in instance, chosen theme, core, modules.

    Raises ConfigError when the configured theme cannot be used.
    """
    try:
        gallery = find_themes(config)
    except ThemeError as error:
        raise ConfigError(f"theme: {error}") from error
    app.extensions[EXTENSION] = gallery
    app.jinja_loader = ChoiceLoader(list(_loaders(app, config, gallery)))
    app.register_blueprint(bp)

    @app.context_processor
    def _context() -> dict[str, Any]:
        return {"town_logo": stored_logo(portal_state(db.session()))} if has_request_context() else {}


def _loaders(app: Flask, config: Config, gallery: Gallery) -> Iterator[BaseLoader]:
    """Folders in order; the first that has the template wins."""
    if (config.instance / "templates").is_dir():
        yield FileSystemLoader(config.instance / "templates")
    own = {
        name: FileSystemLoader(theme.templates) for name, theme in gallery.themes.items() if theme.templates is not None
    }
    yield PrefixLoader({OF_THEME: PrefixLoader(own)})
    yield FileSystemLoader(Path(app.root_path) / "templates")


def current_gallery() -> Gallery:
    """The themes of the running application."""
    gallery: Gallery = current_app.extensions[EXTENSION]
    return gallery


def current_theme() -> Theme:
    """The theme of the town as it is set now, with the town's colours; worked out once per generation."""
    state = portal_state(db.session())
    return state.keep(EXTENSION, lambda: dressed(current_gallery(), state.settings(LOOK_SCOPE, LookSettings)))


@bp.get("/theme/<int:generation>.css")
def css(generation: int) -> Response:
    """Tokens of the theme as custom properties; the address changes with the town's settings, so it is kept for long."""
    return _kept(Response(current_theme().css(), mimetype="text/css"))


@bp.get("/theme/logo/<digest>.png")
def logo(digest: str) -> Response:
    """The town's logo, at the address of its content."""
    known = stored_logo(portal_state(db.session()))
    if known is None or known.digest != digest:
        abort(404)
    return _kept(Response(known.content, mimetype="image/png"))


def _kept(response: Response) -> Response:
    """Kept by browsers and proxies: another content has another address."""
    response.cache_control.public = True
    response.cache_control.max_age = FOR_LONG
    return response
