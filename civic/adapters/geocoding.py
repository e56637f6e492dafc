# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which geocoder finds addresses: the town's own table, or the class that `civic.toml` names (docs/installation.md)."""

import importlib
from collections.abc import Callable

from flask import Flask, current_app
from sqlalchemy.orm import Session

from civic.adapters.gazetteer import Gazetteer
from civic.config import Config, ConfigError
from civic.ports.geocoder import Geocoder

EXTENSION = "civic.geocoder"

Maker = Callable[[Session], Geocoder]
"""Makes a geocoder for one request; one that needs no database leaves the session alone."""


def current_geocoder(session: Session) -> Geocoder:
    """The geocoder of the running application: whoever looks for an address asks it."""
    maker: Maker = current_app.extensions[EXTENSION]
    return maker(session)


def init_geocoder(app: Flask, config: Config) -> None:
    """Make it the application's. Raises ConfigError when the class named cannot be used."""
    app.extensions[EXTENSION] = _named(config.geocoder) if config.geocoder else Gazetteer


def _named(address: str) -> Maker:
    """The class of `package.module:Class`."""
    place, _, name = address.partition(":")
    try:
        found = getattr(importlib.import_module(place), name, None)
    except Exception as error:
        raise ConfigError(
            f"geocoder: {place!r} cannot be imported ({type(error).__name__}: {error}). Install or correct it, or remove "
            "the key to use the town's own table of addresses."
        ) from error
    if not callable(found) or not callable(getattr(found, "find", None)):
        raise ConfigError(
            f"geocoder: {address!r} is not a class with a method `find`. Correct the name, or remove the key to use the "
            "town's own table of addresses."
        )
    maker: Maker = found
    return maker
