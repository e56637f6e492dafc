# SPDX-License-Identifier: AGPL-3.0-or-later
"""The targets: gunicorn with the same class and number of workers for all, and what their processes used."""

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Target:
    """A running gunicorn."""

    process: subprocess.Popen[bytes]
    port: int

    def workers(self) -> list[int]:
        """Process ids of the workers."""
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(pid) for pid in found]

    def cpu_seconds(self) -> float:
        """Processor time the workers have used."""
        return sum(cpu_of(pid) for pid in self.workers())

    def memory_mb(self) -> float:
        """Resident memory of the largest worker, in MB."""
        return max(_resident_kb(pid) for pid in self.workers()) / 1024

    def stop(self) -> None:
        """End it and wait."""
        self.process.terminate()
        self.process.wait(15)


def start(application: str, workers: int, environ: dict[str, str]) -> Target:
    """Start gunicorn with sync workers on a free port and wait until it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", str(workers)]
    command += ["--worker-class", "sync", "--log-level", "error", "--no-control-socket", application]
    process = subprocess.Popen(command, env={**os.environ, **environ})
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{application} did not start")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return Target(process, port)
        time.sleep(0.05)
    process.kill()
    raise RuntimeError(f"{application} did not listen within 20 s")


def cpu_of(pid: int) -> float:
    """User and system seconds of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _resident_kb(pid: int) -> int:
    """VmRSS in kB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
