# SPDX-License-Identifier: AGPL-3.0-or-later
"""`civic db`: migrations."""

import click

from civic.cli.application import build, config_of
from civic.db.lineage import CORE, Lineage
from civic.db.upgrade import behind, make_revision, upgrade
from civic.journal.triggers import protect
from civic.registry import EXTENSION, Registry


@click.group()
def db() -> None:
    """The database's tables."""


@db.command("upgrade")
@click.pass_context
def upgrade_command(context: click.Context) -> None:
    """Bring the core and every installed module, on or off, to this release in one step.

    The core and our modules move together or not at all; a third-party module that fails is named, and left as it was.
    """
    app = build(context)
    registry: Registry = app.extensions[EXTENSION]
    theirs = {module.name for module in registry.modules.values() if not module.first_party}
    url, lineages = config_of(app).database_url, registry.lineages()
    upgrade(url, [lineage for lineage in lineages if lineage.name not in theirs], protect)
    for lineage in lineages:
        if lineage.name in theirs:
            _upgrade_alone(url, lineage, registry.modules[lineage.name].source)
    click.echo("The database is up to date.")


def _upgrade_alone(url: str, lineage: Lineage, source: str) -> None:
    """Migrate a third-party module in a transaction of its own; say it when that fails."""
    try:
        upgrade(url, [lineage])
    except Exception as error:
        said = f"{type(error).__name__}: {error}".splitlines()[0]
        click.echo(f"civic: {lineage.name} ({source}) could not be migrated and is set aside: {said}", err=True)


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
