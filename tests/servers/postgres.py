# SPDX-License-Identifier: AGPL-3.0-or-later
"""PostgreSQL as a child process, also when the tests run as root."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psycopg

from tests.servers.process import ServerMissing, answers, end, free_port, wait_until
from tests.speed import MEMORY, ROOM

INSTALL = "Install it (`make setup-tests` says how): apt-get install postgresql"


def programs() -> Path:
    """The newest installed version's programs; Debian does not put initdb on the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if not found:
        raise ServerMissing(f"PostgreSQL is not installed. {INSTALL}")
    return found[-1].parent


def as_postgres_user(folder: Path) -> dict[str, object]:
    """Arguments for subprocess: PostgreSQL refuses to run as root, so it runs as its own user there."""
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    options: dict[str, object] = {"cwd": folder, "env": environment, "stdin": subprocess.DEVNULL}
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        options.update(user=user.pw_uid, group=user.pw_gid, extra_groups=[])
    return options


def _memory() -> str | None:
    """Where files are held in memory, if there is room: a copy of a database is seven hundred files."""
    return str(MEMORY) if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM else None


@dataclass
class Cluster:
    """A running PostgreSQL on loopback, which trusts whoever reaches it."""

    port: int = 0

    def url(self, name: str) -> str:
        """The address of one database, as the configuration takes it."""
        return f"postgresql+psycopg://civic@127.0.0.1:{self.port}/{name}"

    def create(self, template: str = "template0") -> str:
        """A new database, copied from `template`; gives its name."""
        name = f"civic_{secrets.token_hex(6)}"
        # Copying files beats writing them through the log (the default) three times over, where nothing waits for a disk.
        self._administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return name

    def drop(self, name: str) -> None:
        """Delete a database, ending whoever is still connected."""
        self._administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def execute(self, statement: str, database: str = "postgres") -> None:
        """One statement outside any transaction."""
        with psycopg.connect(self._address(database), autocommit=True) as connection:
            connection.execute(statement)

    def _administer(self, statement: str) -> None:
        """One statement about databases, through the connection that this process keeps for them."""
        _connection(self._address("postgres")).execute(statement)

    def _address(self, database: str) -> str:
        return f"postgresql://civic@127.0.0.1:{self.port}/{database}"


@cache
def _connection(address: str) -> psycopg.Connection:
    """A connection to a server."""
    return psycopg.connect(address, autocommit=True)


class PostgresServer(Cluster):
    """A cluster in a folder of its own, started here.

    `durable=True` keeps fsync on: for crash tests and commit rates.
    """

    def __init__(self, durable: bool = False) -> None:
        super().__init__()
        self.durable = durable
        place = None if durable else _memory()
        self.folder = Path(tempfile.mkdtemp("", "civic-postgres-", place))
        self.log = self.folder / "log"
        self.child: subprocess.Popen | None = None

    def start(self) -> "PostgresServer":
        """Make the cluster (first time) and start it on a free port."""
        options = as_postgres_user(self.folder)
        data = self.folder / "data"
        if not data.exists():
            command = [
                programs() / "initdb",
                "-D",
                data,
                "-U",
                "civic",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
            ]
            made = subprocess.run([*command, "--no-sync"], **options, capture_output=True, text=True, check=False)
            if made.returncode != 0:
                raise ServerMissing(f"initdb failed: {made.stderr}")
        self.port = self.port or free_port()
        settings = {"listen_addresses": "127.0.0.1", "max_connections": "300", "timezone": "UTC"}
        if not self.durable:
            settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "autovacuum": "off"}
            settings |= {"wal_level": "minimal", "max_wal_senders": "0", "min_wal_size": "32MB"}
        command = [programs() / "postgres", "-D", data, "-p", str(self.port), "-k", self.folder]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(command, **options, stdout=log, stderr=subprocess.STDOUT)
        wait_until(self._is_ready, self.child, self.log)
        return self

    def stop(self, how: int = signal.SIGINT) -> None:
        """Stop it: SIGINT is a fast shutdown, SIGQUIT a crash that keeps nothing in order."""
        if self.child is not None:
            end(self.child, how)

    def remove(self) -> None:
        """Stop it and delete its files."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _is_ready(self) -> bool:
        if not answers(self.port):
            return False
        try:
            psycopg.connect(self._address("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:  # "the database system is starting up"
            return False
        return True


def start_postgres() -> dict[str, object]:
    """Start one for several processes; gives what `remove_postgres` and `Cluster` need."""
    server = PostgresServer().start()
    assert server.child is not None
    return {"port": server.port, "pid": server.child.pid, "folder": str(server.folder)}


def remove_postgres(pid: int, folder: str, **_more: object) -> None:
    """Stop it, whichever process started it, and delete its files."""
    os.kill(pid, signal.SIGINT)
    limit = time.monotonic() + 10
    while (Path(folder) / "data" / "postmaster.pid").exists() and time.monotonic() < limit:
        time.sleep(0.02)
    shutil.rmtree(folder, ignore_errors=True)
