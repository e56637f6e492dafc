# SPDX-License-Identifier: AGPL-3.0-or-later
"""Redis as a child process, keeping nothing on disk."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import redis

from tests.servers.process import ServerMissing, answers, end, free_port, wait_until


class RedisServer:
    """One server in a folder of its own. `stop` and `start` again: it comes back empty, on the same port."""

    def __init__(self) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="civic-redis-")
        self.folder = Path(self._temporary.name)
        self.port = free_port()
        self.child: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        """Its address, as REDIS_URL takes it."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> "RedisServer":
        """Start it and wait until it answers."""
        program = shutil.which("redis-server")
        if program is None:
            raise ServerMissing(
                "Redis is not installed. Install it (`make setup-tests` says how): apt-get install redis-server"
            )
        log = self.folder / "log"
        command = [
            program,
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--dir",
            str(self.folder),
            "--save",
            "",
            "--appendonly",
            "no",
        ]
        with log.open("ab") as output:
            self.child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        wait_until(lambda: answers(self.port), self.child, log)
        return self

    def empty(self) -> None:
        """Forget everything."""
        with redis.Redis.from_url(self.url) as connection:
            connection.flushall()

    def stop(self) -> None:
        """Stop it."""
        if self.child is not None:
            end(self.child)

    def remove(self) -> None:
        """Stop it and delete its folder."""
        self.stop()
        self._temporary.cleanup()
