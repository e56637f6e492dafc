# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands: `civic parking count`."""

import click

from civic.cli.application import build
from civic.db.session import db

from .queries import open_entries


@click.command()
@click.pass_context
def count(context: click.Context) -> None:
    """Say how many requests are open."""
    with build(context).app_context():
        click.echo(f"{open_entries(db.session())} open requests")
