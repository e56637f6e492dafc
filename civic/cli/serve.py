# SPDX-License-Identifier: AGPL-3.0-or-later
"""`civic serve`: the embedded server, with its job runner."""

import click
from waitress import create_server

from civic.cli.application import build, config_of


@click.command()
@click.option("--host", default="127.0.0.1", envvar="HOST", show_default=True)
@click.option("--port", default=8000, envvar="PORT", show_default=True)
@click.option("--threads", default=8, show_default=True)
@click.pass_context
def serve(context: click.Context, host: str, port: int, threads: int) -> None:
    """Serve the portal on one machine."""
    app = build(context, bind_host=host, base_url=f"http://{host}:{port}")
    server = create_server(app, host=host, port=port, threads=threads, ident="civic")
    click.echo(f"{config_of(app).base_url} (Ctrl+C to stop)")
    server.run()
