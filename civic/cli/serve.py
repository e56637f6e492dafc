# SPDX-License-Identifier: AGPL-3.0-or-later
"""`civic serve`: the embedded server with its job runner. `civic worker`: the runner in a process of its own."""

import signal
import sys
from types import FrameType
from typing import Any

import click
from flask import Flask
from waitress import create_server

from civic.cli.application import build, config_of, require_database
from civic.cli.demo import refused_address, say_accounts
from civic.config import Config, ConfigError, load_config
from civic.jobs.runner import Runner

EVERYWHERE = {"0.0.0.0", "::", ""}  # noqa: S104 - refused below unless the public address is known
"""Addresses that mean all those of the machine."""


@click.command()
@click.option("--host", default="127.0.0.1", envvar="HOST", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, envvar="PORT", show_default=True)
@click.option("--threads", default=8, show_default=True)
@click.option("--no-runner", is_flag=True, help="Leave jobs and mail to a separate `civic worker`.")
@click.pass_context
def serve(context: click.Context, host: str, port: int, threads: int, no_runner: bool) -> None:
    """Serve the portal on one machine."""
    app = build(context, bind_host=host, **_address(context, host, port))
    require_database(app)
    problem = refused_address(app)
    if problem:
        click.echo(f"civic: {problem}", err=True)
        sys.exit(2)
    server = _listen(app, host, port, threads)
    runner = Runner(app)
    if not no_runner:
        runner.start()
    click.echo(f"The portal is at {config_of(app).base_url} (Ctrl+C to stop)")
    say_accounts(app)
    try:
        server.run()
    finally:
        runner.stop()


def _listen(app: Flask, host: str, port: int, threads: int) -> Any:
    """Waitress at this address. Raises ClickException when nothing can listen there."""
    try:
        return create_server(app, host=host, port=port, threads=threads, ident="civic")
    except (OSError, ValueError) as error:
        raise click.ClickException(
            f"nothing can listen at {host}, port {port} ({error}). Choose another with --host and --port, or with "
            "HOST= and PORT=."
        ) from error


@click.command()
@click.pass_context
def worker(context: click.Context) -> None:
    """Send mail and run periodic jobs, until stopped."""
    app = build(context)
    require_database(app)
    runner = Runner(app)

    def _end(_signal: int, _frame: FrameType | None) -> None:
        runner.stop()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, _end)
    click.echo("The worker runs (Ctrl+C to stop)")
    runner.run()


def _address(context: click.Context, host: str, port: int) -> dict[str, str]:
    """The address of a local server is where it listens, unless the configuration names a public one."""
    configured = load_config(context.find_root().obj).base_url
    if configured != Config.base_url:
        return {}
    if host in EVERYWHERE:
        raise ConfigError(
            f"base_url: {host} listens on every address of this machine, and pages must name the one that visitors "
            f"use. Write it in civic.toml or in CIVIC_BASE_URL, as http://192.168.1.20:{port}."
        )
    return {"base_url": f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"}
