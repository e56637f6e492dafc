# SPDX-License-Identifier: AGPL-3.0-or-later
"""What commands share: the application of the instance they were called for."""

import sys
from pathlib import Path
from typing import Any

import click
from flask import Flask

from civic.app import create_app
from civic.config import Config
from civic.db.upgrade import behind
from civic.registry import EXTENSION, Registry, init_registry


def build(context: click.Context, **overrides: Any) -> Flask:
    """The application of `--instance`."""
    instance: Path | None = context.find_root().obj
    return create_app(instance, overrides or None)


def config_of(app: Flask) -> Config:
    """The configuration the application was built with."""
    config: Config = app.extensions["civic.config"]
    return config


def require_database(app: Flask) -> None:
    """Refuse to work on tables of another release; a third-party module whose tables are not there is set aside."""
    registry: Registry = app.extensions[EXTENSION]
    late = behind(config_of(app).database_url, registry.lineages())
    theirs = [name for name in late if name in registry.modules and not registry.modules[name].first_party]
    for name in theirs:
        click.echo(
            f"civic: {name} is set aside: its tables are not those of its release. Run: civic db upgrade", err=True
        )
        registry = registry.without(name, "its tables are not those of its release. Run: civic db upgrade")
    init_registry(app, registry)
    ours = [name for name in late if name not in theirs]
    if ours:
        click.echo(
            f"civic: the tables of {', '.join(ours)} are not those of this release. Run: civic db upgrade", err=True
        )
        sys.exit(2)
