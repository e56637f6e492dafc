# SPDX-License-Identifier: AGPL-3.0-or-later
"""`civic permissions`: the permission tables as a page of the documentation."""

from collections.abc import Iterator
from pathlib import Path

import click
from flask_babel import force_locale

from civic.cli.application import build
from civic.permissions.policy import Policy
from civic.permissions.tables import markdown, tables
from civic.registry import EXTENSION, Registry


@click.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("docs/permissions.md"),
    show_default=True,
    help="File to write.",
)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when the file differs from the code.")
@click.pass_context
def permissions(context: click.Context, output: Path, check: bool) -> None:
    """Write docs/permissions.md from the policies of the core and of the modules shipped with it."""
    app = build(context)
    with app.app_context(), force_locale("en"):
        text = markdown(tables(_shipped(app.extensions[EXTENSION])))
    if not check:
        output.write_text(text, encoding="utf-8")
        click.echo(f"Written: {output}")
    elif not output.exists() or output.read_text(encoding="utf-8") != text:
        click.echo(f"{output} differs from the code. Run: civic permissions", err=True)
        context.exit(1)


def _shipped(registry: Registry) -> Iterator[Policy]:
    """Policies of the core and of the modules of this repository; what else is installed has its own documentation."""
    for module in registry:
        if module is registry.core or module.folder.parent.name == "modules":
            yield from module.policies
            yield from (resource.policy for resource in module.resources)
