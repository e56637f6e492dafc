# SPDX-License-Identifier: AGPL-3.0-or-later
"""`civic demo`: the demonstration town, loaded into an empty instance."""

import time

import click
from flask import Flask

from civic.cli.application import build, config_of, require_database
from civic.clock import now
from civic.db.session import db, write
from civic.demo.accounts import PASSWORD, shown_accounts, withdraw_password
from civic.demo.loading import has_persons, is_loaded, load_town, mark_of
from civic.registry import EXTENSION


@click.command()
@click.option("--if-empty", is_flag=True, help="Leave an instance that knows people as it is, without complaint.")
@click.option("--check", is_flag=True, help="Only say whether the demonstration is loaded; exit 1 when it is not.")
@click.option("--without-passwords", is_flag=True, help="Give no account the known password; take it back if loaded.")
@click.pass_context
def demo(context: click.Context, if_empty: bool, check: bool, without_passwords: bool) -> None:
    """Load the demonstration town, dated relative to today, all or nothing."""
    app = build(context)
    require_database(app)
    with app.app_context():
        loaded, known = is_loaded(db.session()), has_persons(db.session())
        if check:
            click.echo("The demonstration town is loaded." if loaded else "The demonstration town is not loaded.")
            context.exit(0 if loaded else 1)
        if loaded:
            _already(without_passwords)
        elif known:
            click.echo("This instance already knows people: it is kept as it is, the demonstration needs an empty one.")
            context.exit(0 if if_empty else 2)
        else:
            _load(app, with_passwords=not without_passwords and config_of(app).is_local)


def _already(without_passwords: bool) -> None:
    """Nothing is loaded twice; the known password can be taken back at any time."""
    click.echo("The demonstration town is already there: kept as it is.")
    if without_passwords:
        with write() as session:
            count = withdraw_password(session, now())
        click.echo(f"The known password was taken from {count} accounts; staff need their second factor again.")


def _load(app: Flask, *, with_passwords: bool) -> None:
    """Load, and say with which accounts to look around."""
    began = time.monotonic()
    with write() as session:
        load_town(session, app.extensions[EXTENSION], now(), with_passwords=with_passwords)
    click.echo(f"The demonstration town is loaded ({time.monotonic() - began:.1f} s).")


def say_accounts(app: Flask) -> None:
    """The accounts of a demonstration, on the terminal of whoever started it; nothing on any other instance."""
    with app.app_context():
        if not mark_of(db.session()).shared_password:
            return
    click.echo(f"\nDemonstration accounts, password for all: {PASSWORD}")
    for account in shown_accounts():
        click.echo(f"  {account.email:<46} {account.name:<20} {account.role}")
    click.echo("Staff need no second factor here (a switch in Settings).\n")


def refused_address(app: Flask) -> str:
    """Why this instance may not be served at its address, or nothing: the known password stays on loopback."""
    with app.app_context():
        if config_of(app).is_local or not mark_of(db.session()).shared_password:
            return ""
    return (
        "this instance is the demonstration, whose accounts share a known password: it is served on loopback only. "
        "Run: civic demo --without-passwords"
    )
