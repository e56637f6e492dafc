# SPDX-License-Identifier: AGPL-3.0-or-later
"""What `make serve` does once everything is installed, in one process: tables, demonstration town, server.

Three commands one after the other would load the product three times.
"""

import os
import sys

import click

from civic.cli import civic
from civic.cli.faults import sentence_of

COMMANDS = (["db", "upgrade"], ["demo", "--if-empty"], ["serve"])


def main() -> int:
    """Run each command on the instance of CIVIC_INSTANCE; stop at the first that fails, with its code."""
    # Known before the demonstration is loaded: its shared password is given out on loopback only.
    os.environ.setdefault("CIVIC_BIND_HOST", os.environ.get("HOST") or "127.0.0.1")
    for arguments in COMMANDS:
        try:
            code = civic(arguments, prog_name="civic", standalone_mode=False)
        except click.ClickException as error:
            error.show()
            return error.exit_code
        except (KeyboardInterrupt, click.Abort):
            return 0
        except Exception as error:
            sentence = sentence_of(error)
            if not sentence:
                raise
            click.echo(f"civic: {sentence}", err=True)
            return 2
        if isinstance(code, int) and code != 0:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
