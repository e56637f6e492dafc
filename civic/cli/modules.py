# SPDX-License-Identifier: AGPL-3.0-or-later
"""`civic module`: what is installed, a new one, the checks."""

from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from civic.cli.application import build
from civic.db.session import db
from civic.loader import FIRST_PARTY
from civic.registry import EXTENSION, Registry
from civic.settings.store import portal_state
from civic.testing.scaffold import CannotWrite, write_first_party, write_package


@click.group()
def module() -> None:
    """Modules: what a town can switch on."""


@module.command("list")
@click.pass_context
def list_command(context: click.Context) -> None:
    """Say which modules are installed, on or off, and which were set aside and why."""
    app = build(context)
    registry: Registry = app.extensions[EXTENSION]
    with app.app_context():
        try:
            on = portal_state(db.session()).modules_on
        except SQLAlchemyError:
            on = frozenset()
            click.echo("The database does not answer or has no tables yet: what is on is not known.", err=True)
    for one in registry.modules.values():
        origin = "first party" if one.first_party else one.source
        click.echo(f"{one.name:<16} {one.version:<8} {'on' if one.name in on else 'off':<4} {origin}")
    for left in registry.set_aside:
        click.echo(f"{left.name:<16} {'':<8} set aside: {left.problem}")


@module.command("check")
@click.pass_context
def check_command(context: click.Context) -> None:
    """Load every manifest; exit 1 when a module was set aside (a fault of ours stops any command)."""
    registry: Registry = build(context).extensions[EXTENSION]
    for left in registry.set_aside:
        click.echo(f"{left.name}: {left.problem}", err=True)
    click.echo(f"{len(registry.modules)} modules can run, {len(registry.set_aside)} set aside.")
    context.exit(1 if registry.set_aside else 0)


@module.command("new")
@click.argument("name")
@click.option("--title", default="", help="Name shown to residents, in English (default: the module's name).")
@click.option(
    "--package",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write a package of its own in this folder, to be installed with pip.",
)
@click.option("--checkout", type=click.Path(path_type=Path, file_okay=False), default=FIRST_PARTY.parent, hidden=True)
def new_command(name: str, title: str, package: Path | None, checkout: Path) -> None:
    """Write a module that works and passes the contract suite at once."""
    title = title or name.capitalize()
    try:
        written = write_package(name, package, title) if package else write_first_party(name, checkout, title)
    except CannotWrite as error:
        raise click.ClickException(str(error)) from error
    for path in written:
        click.echo(path)
    if package:
        click.echo(f"Next: pip install {package / f'civic_{name}'}, civic db upgrade, then switch it on at the desk.")
    else:
        click.echo("Next: make messages, civic db upgrade, then switch it on at the desk (Settings, Modules).")
