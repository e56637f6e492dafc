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
from civic.registry import EXTENSION


def build(context: click.Context, **overrides: Any) -> Flask:
    """The application of `--instance`."""
    instance: Path | None = context.find_root().obj
    return create_app(instance, overrides or None)


def config_of(app: Flask) -> Config:
    """The configuration the application was built with."""
    config: Config = app.extensions["civic.config"]
    return config


def require_database(app: Flask) -> None:
    """Refuse to work on tables of another release."""
    late = behind(config_of(app).database_url, app.extensions[EXTENSION].lineages())
    if late:
        click.echo(
            f"civic: the tables of {', '.join(late)} are not those of this release. Run: civic db upgrade", err=True
        )
        sys.exit(2)
