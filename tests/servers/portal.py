# SPDX-License-Identifier: AGPL-3.0-or-later
"""The product itself as a child process: `civic serve` on a free port, as in a town."""

import os
import signal
import subprocess
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

from tests.servers.civic_process import start_civic
from tests.servers.process import Child, end, free_port, tail, wait_until
from tests.speed import TEMPLATE_CACHE

OURS = ("CIVIC_", "REDIS_URL", "PORT", "HOST")


def clean_environment() -> dict[str, str]:
    """The environment without anything that would configure an instance, but for the templates all have compiled."""
    ours = {name for name in os.environ if name.startswith(OURS)} - {TEMPLATE_CACHE}
    return {name: value for name, value in os.environ.items() if name not in ours}


def run_civic(instance: Path, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the `civic` command on an instance; with `check`, a failure shows what it printed."""
    environment = clean_environment() | {"CIVIC_INSTANCE": str(instance)}
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        out.touch()
        err.touch()
        child = start_civic(arguments, environment, out, err)
        child.wait()
        done = subprocess.CompletedProcess(
            child.args, child.returncode or 0, out.read_text("utf-8"), err.read_text("utf-8")
        )
    if check and done.returncode != 0:
        raise AssertionError(f"civic {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done


class Portal:
    """One serving process of an instance; several may share an instance."""

    def __init__(self, instance: Path, **environment: str) -> None:
        self.instance = instance
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = instance / f"serve-{self.port}.log"
        self.environment = environment
        self.child: Child | None = None

    def start(self) -> "Portal":
        """Start serving and wait for the first answer."""
        environment = clean_environment() | self._settings() | self.environment
        self.child = start_civic(("serve", "--host", "127.0.0.1", "--port", str(self.port)), environment, self.log)
        wait_until(self._is_ready, self.child, self.log, seconds=30)
        return self

    def stop(self) -> None:
        """Stop as a service manager would."""
        if self.child is not None:
            end(self.child)

    def crash(self) -> None:
        """Stop as a power cut would."""
        if self.child is not None:
            end(self.child, signal.SIGKILL)

    def output(self) -> str:
        """The end of what it printed."""
        return tail(self.log, 200)

    def _settings(self) -> dict[str, str]:
        return {"CIVIC_INSTANCE": str(self.instance), "CIVIC_BASE_URL": self.url, "PYTHONUNBUFFERED": "1"}

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/", timeout=10):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
