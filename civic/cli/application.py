# SPDX-License-Identifier: AGPL-3.0-or-later
"""What commands share: the application of the instance they were called for."""

from pathlib import Path
from typing import Any

import click
from flask import Flask

from civic.app import create_app
from civic.config import Config


def build(context: click.Context, **overrides: Any) -> Flask:
    """The application of `--instance`."""
    instance: Path | None = context.find_root().obj
    return create_app(instance, overrides or None)


def config_of(app: Flask) -> Config:
    """The configuration the application was built with."""
    config: Config = app.extensions["civic.config"]
    return config
