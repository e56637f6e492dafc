# SPDX-License-Identifier: AGPL-3.0-or-later
"""The application: one line per step."""

import gc
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from civic.adapters.geocoding import init_geocoder
from civic.config import Config, load_config
from civic.core import CORE
from civic.db.session import init_database
from civic.faces import register_faces
from civic.i18n.catalogue import init_catalogue
from civic.i18n.setup import FIRST_PARTY, init_languages
from civic.keys import init_keys
from civic.loader import discover
from civic.pages.letterbox import init_letterbox
from civic.registry import Registry, init_registry
from civic.settings.store import init_settings
from civic.themes.web import ThemedEnvironment, init_themes
from civic.web.actors import init_actors
from civic.web.acts import init_acts
from civic.web.caching import init_caching
from civic.web.csrf import init_csrf
from civic.web.errors import init_errors
from civic.web.incoming import init_incoming
from civic.web.language import LanguagePrefix
from civic.web.modules import register_modules
from civic.web.portal import init_portal
from civic.web.security import init_security
from civic.web.static_files import init_static_files
from civic.web.template_cache import init_template_cache
from civic.web.templating import init_templating
from civic.web.uploads import init_uploads


def create_app(instance: Path | None = None, overrides: dict[str, Any] | None = None) -> Flask:
    """Build the application of one instance.

    `overrides` replaces configuration values (tests). Raises ConfigError or ContractError with a sentence that names
    what to correct.
    """
    config = replace(load_config(instance), **(overrides or {}))
    app = Flask("civic", instance_path=str(config.instance))
    app.jinja_environment = ThemedEnvironment
    app.extensions["civic.config"] = config
    registry = discover(CORE)
    init_registry(app, registry)
    init_incoming(app)
    init_keys(app, config.instance)
    init_database(app, config)
    init_settings(app)
    init_geocoder(app, config)
    init_security(app, config)
    init_caching(app)
    init_static_files(app)
    init_languages(app, config, _domains(registry))
    init_catalogue(app)
    init_templating(app)
    init_template_cache(app, config)
    init_csrf(app)
    init_uploads(app)
    init_actors(app)
    init_acts(app)
    init_errors(app)
    init_themes(app, config)
    init_portal(app, config)
    register_faces(app)
    init_letterbox(app, config)
    register_modules(app, registry)
    _wrap(app, config)
    return app


def _domains(registry: Registry) -> list[tuple[str, Path]]:
    """Where each module's translations stand: ours in `translations/`, a third party's in its own folder."""
    return [
        (module.name, FIRST_PARTY if module.first_party else module.folder / "translations")
        for module in registry.modules.values()
    ]


def _wrap(app: Flask, config: Config) -> None:
    """What stands around the application: trusted proxies, the host's name, the language prefix."""
    host = urlsplit(config.base_url).hostname or ""
    app.config["TRUSTED_HOSTS"] = [host, "127.0.0.1", "localhost"] if host in {"127.0.0.1", "localhost"} else [host]
    app.wsgi_app = LanguagePrefix(app.wsgi_app, config.languages, config.default_language)  # type: ignore[method-assign]  # Flask's documented way
    if config.trusted_proxies:
        n = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]  # the same


# Everything is loaded: the collector works from here on (see civic/__init__.py), and leaves alone what stays.
gc.freeze()
gc.enable()
