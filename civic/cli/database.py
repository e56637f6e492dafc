# SPDX-License-Identifier: AGPL-3.0-or-later
"""`civic db`: migrations."""

import click

from civic.cli.application import build, config_of
from civic.db.lineage import CORE
from civic.db.upgrade import behind, make_revision, upgrade
from civic.journal.triggers import protect
from civic.registry import EXTENSION


@click.group()
def db() -> None:
    """The database's tables."""


@db.command("upgrade")
@click.pass_context
def upgrade_command(context: click.Context) -> None:
    """Bring the core and every installed module, on or off, to this release in one step."""
    app = build(context)
    upgrade(config_of(app).database_url, app.extensions[EXTENSION].lineages(), protect)
    click.echo("The database is up to date.")


@db.command("status")
@click.pass_context
def status_command(context: click.Context) -> None:
    """Say which lineages are behind; exit 1 when one is."""
    app = build(context)
    late = behind(config_of(app).database_url, app.extensions[EXTENSION].lineages())
    click.echo(f"Behind: {', '.join(late)}. Run: civic db upgrade" if late else "The database is up to date.")
    context.exit(1 if late else 0)


@db.command("revision")
@click.argument("lineage", default=CORE.name)
@click.option("--message", "-m", required=True)
@click.option("--revision", required=True, help="Identifier, as proposals_0002.")
@click.pass_context
def revision_command(context: click.Context, lineage: str, message: str, revision: str) -> None:
    """Write a migration from the difference between models and database (for developers)."""
    app = build(context)
    lineages = {known.name: known for known in app.extensions[EXTENSION].lineages()}
    if lineage not in lineages:
        raise click.BadParameter(f"unknown; one of {', '.join(lineages)}", param_hint="LINEAGE")
    make_revision(config_of(app).database_url, lineages[lineage], message, revision)
