# SPDX-License-Identifier: AGPL-3.0-or-later
"""The `civic` command in a process of its own, forked from one that has loaded the product: it need not load again.

A run starts it some hundred times, and loading takes most of a second. The installed command itself is started where
a checkout of another place is to be run, and by tests/setup/test_harness.py.
"""

import io
import multiprocessing
import os
import subprocess
import sys
from functools import cache
from multiprocessing.context import ForkServerContext
from pathlib import Path

from civic.cli import main
from tests.servers.process import Child

LOADED = [__name__, "modules.proposals.module"]
"""What the process that forks loads: this file, with it the product, and the module that every town has."""


CIVIC = Path(sys.executable).with_name("civic")


def start_civic(arguments: tuple[str, ...], environment: dict[str, str], out: Path, err: Path | None = None) -> Child:
    """Start `civic`; what it prints goes to the files, at their end (errors to `out` too where there is no `err`)."""
    if not any(Path(place, "civic").exists() for place in _elsewhere(environment)):
        return CivicProcess(arguments, environment, out, err or out)
    with out.open("ab") as printed, (err or out).open("ab") as told:
        command = [str(CIVIC), *arguments]
        return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=printed, stderr=told)


class CivicProcess:
    """A running `civic`, with what `subprocess.Popen` has of use here."""

    def __init__(self, arguments: tuple[str, ...], environment: dict[str, str], out: Path, err: Path) -> None:
        """Start it; see `start_civic`."""
        self.args = ("civic", *arguments)
        self._process = _context().Process(target=_run, args=(self.args, environment, out, err))
        self._process.start()
        self.pid = self._process.pid

    @property
    def returncode(self) -> int | None:
        """How it ended; None while it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """How it ended; None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> None:
        """Wait until it ends. Raises TimeoutExpired."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)

    def send_signal(self, signal: int) -> None:
        """Send it a signal, if it runs."""
        if self.pid is not None and self.poll() is None:
            os.kill(self.pid, signal)

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()


@cache
def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(LOADED)
    return context


def _run(arguments: tuple[str, ...], environment: dict[str, str], out: Path, err: Path) -> None:
    """In the new process: what an interpreter does at its start, then the command."""
    for number, path in ((1, out), (2, err)):
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdout, sys.stderr = (
        io.TextIOWrapper(os.fdopen(number, "wb", 0), "utf-8", write_through=True) for number in (1, 2)
    )
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:0] = _elsewhere(environment)
    sys.argv = list(arguments)
    main()


def _elsewhere(environment: dict[str, str]) -> list[str]:
    """Where packages are looked for first."""
    return [place for place in environment.get("PYTHONPATH", "").split(os.pathsep) if place]
