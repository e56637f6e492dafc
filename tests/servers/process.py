# SPDX-License-Identifier: AGPL-3.0-or-later
"""Child processes on loopback: free ports, waiting until one answers, ending one for good."""

import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol


class Child(Protocol):
    """What `subprocess.Popen` has of use here."""

    args: Any
    returncode: int | None

    def poll(self) -> int | None:
        """How it ended; None while it runs."""

    def wait(self, timeout: float | None = None) -> object:
        """Wait until it ends. Raises TimeoutExpired."""

    def send_signal(self, signal: int) -> None:
        """Send it a signal, if it runs."""

    def kill(self) -> None:
        """End it at once."""


class ServerMissing(Exception):
    """A server that the tests need is not installed or did not start: a failure, never a skip."""


def free_port() -> int:
    """A port that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port: int) -> bool:
    """Whether something accepts connections on this port of the loopback address."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(is_ready: Callable[[], bool], child: Child, log: Path, seconds: float = 20) -> None:
    """Wait until the child is ready; raise ServerMissing with the end of its log when it ends or takes too long."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if child.poll() is not None:
            raise ServerMissing(f"{child.args[0]} ended with {child.returncode}:\n{tail(log)}")
        if is_ready():
            return
        time.sleep(0.02)
    end(child)
    raise ServerMissing(f"{child.args[0]} was not ready after {seconds} s:\n{tail(log)}")


def tail(log: Path, lines: int = 30) -> str:
    """The last lines of a log."""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def end(child: Child, how: int = signal.SIGTERM, seconds: float = 10) -> None:
    """Ask the child to stop, then make it."""
    if child.poll() is None:
        child.send_signal(how)
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            child.kill()
    child.wait()
