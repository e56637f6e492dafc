# SPDX-License-Identifier: AGPL-3.0-or-later
"""`civic workflow diagram`: the drawings and tables of docs/generated, from the declarations."""

from collections.abc import Iterator
from pathlib import Path

import click
from flask_babel import force_locale

from civic.cli.application import build
from civic.registry import EXTENSION, Registry
from civic.workflow.diagram import diagram, table
from civic.workflow.engine import Setup

OUTPUT = Path("docs/generated")


@click.group()
def workflow() -> None:
    """The lives of proposals, processes and answers."""


@workflow.command("diagram")
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), default=OUTPUT, show_default=True)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when a file differs from the code.")
@click.pass_context
def diagram_command(context: click.Context, output: Path, check: bool) -> None:
    """Write an SVG and a table for each workflow shipped here, as declared (a town's settings are its own)."""
    app = build(context)
    with app.app_context(), force_locale("en"):
        files = dict(generated(app.extensions[EXTENSION]))
    drifted = [name for name, text in files.items() if _read(output / name) != text]
    if check:
        if drifted:
            click.echo(f"{', '.join(drifted)}: differ from the code. Run: civic workflow diagram", err=True)
        context.exit(1 if drifted else 0)
    output.mkdir(parents=True, exist_ok=True)
    for name in drifted:
        (output / name).write_text(files[name], encoding="utf-8")
    click.echo(f"Written: {', '.join(drifted)}" if drifted else "Nothing changed.")


def generated(registry: Registry) -> Iterator[tuple[str, str]]:
    """File names and contents, for the core and the modules of this repository."""
    for kind, resource in registry.resources():
        owner = registry.modules.get(kind.partition(".")[0])
        if owner is not None and owner.folder.parent.name != "modules":
            continue
        title = f"{resource.title}: states and what can follow"
        yield f"{kind}.svg", str(diagram(resource.workflow, Setup(), title, standalone=True)) + "\n"
        heading = (
            f"# {resource.plural}\n\nWritten by `civic workflow diagram`; do not edit.\n\n![{title}]({kind}.svg)\n\n"
        )
        yield f"{kind}.md", heading + table(resource.workflow, Setup())


def _read(path: Path) -> str | None:
    """What the file holds now."""
    return path.read_text(encoding="utf-8") if path.exists() else None
