# SPDX-License-Identifier: AGPL-3.0-or-later
"""The `civic` command: each group in its own file."""

import sys
from pathlib import Path

import click

from civic.cli.database import db
from civic.cli.demo import demo
from civic.cli.doctor import doctor
from civic.cli.faults import sentence_of
from civic.cli.journal import journal
from civic.cli.modules import module
from civic.cli.permissions import permissions
from civic.cli.serve import serve, worker
from civic.cli.territory import territory
from civic.cli.users import user
from civic.cli.workflow import workflow
from civic.core import CORE
from civic.loader import discover


class Commands(click.Group):
    """The core's own commands, then those of modules: `civic <module> <command>`."""

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """A group of ours, or the commands a module declares."""
        return super().get_command(context, name) or self._of_module(name)

    def _of_module(self, name: str) -> click.Command | None:
        """Modules are loaded only for a name that is not ours."""
        found = discover(CORE).modules.get(name)
        if found is None or not found.commands:
            return None
        return click.Group(name, {str(command.name): command for command in found.commands}, help=str(found.summary))


@click.group(cls=Commands)
@click.option(
    "--instance",
    type=click.Path(path_type=Path),
    envvar="CIVIC_INSTANCE",
    help="Instance folder (default: ./instance).",
)
@click.pass_context
def civic(context: click.Context, instance: Path | None) -> None:
    """Run and look after a participation server."""
    context.obj = instance


for command in (serve, worker, demo, db, user, journal, permissions, workflow, territory, module, doctor):
    civic.add_command(command)


def main() -> None:
    """Entry point: faults of whoever installs are said in one sentence."""
    try:
        civic()
    except Exception as error:
        sentence = sentence_of(error)
        if not sentence:
            raise
        click.echo(f"civic: {sentence}", err=True)
        sys.exit(2)
