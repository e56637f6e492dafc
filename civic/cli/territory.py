# SPDX-License-Identifier: AGPL-3.0-or-later
"""`civic territory`: the town's own quartiers and addresses, from files."""

from datetime import datetime
from pathlib import Path

import click

from civic.adapters.address_import import import_addresses
from civic.cli.application import build
from civic.clock import now
from civic.db.session import write
from civic.i18n.setup import current_zone
from civic.permissions.actor import SYSTEM
from civic.territory.importing import ImportRefused, import_quartiers

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def territory() -> None:
    """Quartiers and addresses of the town."""


@territory.command("quartiers")
@click.argument("file", type=FILE)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="First day on which they hold (default: today).")
@click.pass_context
def quartiers_command(context: click.Context, file: Path, on: datetime | None) -> None:
    """Make the quartiers of a GeoJSON file (WGS84; properties name, slug, population): all of them or none."""
    with build(context).app_context():
        day = on.date() if on else now().astimezone(current_zone()).date()
        try:
            with write() as session:
                made = import_quartiers(session, SYSTEM, file.read_bytes(), on=day, at=now())
        except ImportRefused as refused:
            _refuse(context, refused, "feature")
        else:
            click.echo(f"{len(made)} quartiers in force from {day}: {', '.join(one.slug for one in made)}.")


@territory.command("addresses")
@click.argument("file", type=FILE)
@click.pass_context
def addresses_command(context: click.Context, file: Path) -> None:
    """Replace the gazetteer by a CSV file (name, number, postcode, lon, lat, or the national base's own columns)."""
    with build(context).app_context():
        try:
            with write() as session:
                count = import_addresses(session, SYSTEM, file.read_bytes(), at=now())
        except ImportRefused as refused:
            _refuse(context, refused, "line")
        else:
            click.echo(f"{count} addresses.")


def _refuse(context: click.Context, refused: ImportRefused, place: str) -> None:
    """Each error with its place; exit 1."""
    for number, sentence in refused.errors:
        click.echo(f"{place} {number}: {sentence}" if number else sentence, err=True)
    click.echo("Nothing was imported.", err=True)
    context.exit(1)
