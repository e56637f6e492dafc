# SPDX-License-Identifier: AGPL-3.0-or-later
"""A migrated database per test, on SQLite and on PostgreSQL: migrated once, then copied."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.portal import run_civic
from tests.servers.postgres import Cluster
from tests.sharing import made_once

BACKENDS = ("sqlite", "postgresql")
both_databases = pytest.mark.parametrize("backend", BACKENDS, indirect=True)
"""Runs a test on both databases: `@both_databases`, or `pytestmark = both_databases` for a file."""

FILE = "civic.sqlite3"
DEMONSTRATION = ("demonstration", (("demo",),))
"""The state of an instance with the demonstration town, for `Templates.copy`."""


def write_instance(folder: Path, database_url: str, **values: str | int | bool) -> Path:
    """An instance folder whose `civic.toml` names the database and these values."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f'database_url = "{database_url}"', 'base_url = "http://127.0.0.1"']
    for key, value in values.items():
        lines.append(f"{key} = {str(value).lower()}" if isinstance(value, bool | int) else f'{key} = "{value}"')
    (folder / "civic.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


class Templates:
    """Databases brought to a state once in a run, copied for each test.

    A state is a name and the `civic` commands that lead to it from nothing. It is kept in the folder
    `<backend>-<state>`, whose `civic.toml` names the database.
    """

    def __init__(self, folder: Path, postgres: Callable[[], Cluster]) -> None:
        self.folder = folder
        self.postgres = postgres

    def copy(
        self, backend: str, target: Path, state: str = "migrated", commands: tuple[tuple[str, ...], ...] = ()
    ) -> Path:
        """Make the instance folder `target` in this state, with a database of its own."""
        origin = self.folder / f"{backend}-{state}"
        source = made_once(self.folder / f"{origin.name}.source", lambda: self._make(backend, origin, commands))
        shutil.copytree(origin, target, ignore=shutil.ignore_patterns("*.log", f"{FILE}*"), dirs_exist_ok=True)
        if backend == "sqlite":
            shutil.copyfile(source, target / FILE)
            return write_instance(target, f"sqlite:///{target / FILE}")
        server = self.postgres()
        return write_instance(target, server.url(server.create(source)))

    def _make(self, backend: str, folder: Path, commands: tuple[tuple[str, ...], ...]) -> str:
        """Bring an instance to its state, a new one or a migrated one; gives the file or the database that holds it."""
        if commands:
            self.copy(backend, folder)
            source = str(folder / FILE) if backend == "sqlite" else url_of(folder).rsplit("/", 1)[1]
        else:
            source = str(folder / FILE) if backend == "sqlite" else self.postgres().create()
            write_instance(folder, f"sqlite:///{source}" if backend == "sqlite" else self.postgres().url(source))
        for command in commands or (("db", "upgrade"),):
            run_civic(folder, *command)
        if backend == "sqlite":
            with closing(sqlite3.connect(source)) as connection:
                connection.execute("pragma wal_checkpoint(truncate)")  # a copy of the file is then whole
        return source


@pytest.fixture(scope="session")
def templates(shared_folder: Path, request: pytest.FixtureRequest) -> Templates:
    """The states of this run; PostgreSQL starts only if a test asks for it."""
    return Templates(shared_folder, lambda: request.getfixturevalue("postgres_server"))


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> str:
    """The database of this test: SQLite, unless the test says `both_databases`."""
    return getattr(request, "param", "sqlite")


@pytest.fixture
def instance(templates: Templates, backend: str, tmp_path: Path) -> Iterator[Path]:
    """The folder of an empty, migrated instance of the test's own."""
    folder = templates.copy(backend, tmp_path / "instance")
    yield folder
    drop_database(templates, folder)


@pytest.fixture
def town(templates: Templates, backend: str, tmp_path: Path) -> Iterator[Path]:
    """The folder of an instance with the demonstration town, the test's own; loaded once per test process."""
    folder = templates.copy(backend, tmp_path / "town", *DEMONSTRATION)
    yield folder
    drop_database(templates, folder)


@pytest.fixture
def database_url(instance: Path) -> str:
    """The address of the test's own migrated database."""
    return url_of(instance)


@pytest.fixture
def empty_database_url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database without any table, for tests of migrations."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    server = request.getfixturevalue("postgres_server")
    name = server.create()
    yield server.url(name)
    server.drop(name)


def url_of(instance: Path) -> str:
    """The database address an instance was written with."""
    return (instance / "civic.toml").read_text(encoding="utf-8").splitlines()[0].split('"')[1]


def drop_database(templates: Templates, instance: Path) -> None:
    """Delete the copy when it is a database of the server; files go with the test's folder."""
    url = url_of(instance)
    if url.startswith("postgresql"):
        templates.postgres().drop(url.rsplit("/", 1)[1])
