# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pytest plugin for authors of modules: fixtures of a portal that has every installed module, all of them off.

Override `civic_database_url` to run the same tests on another database, migrated or empty.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from civic.app import create_app
from civic.db.upgrade import upgrade
from civic.journal.triggers import protect
from civic.registry import EXTENSION
from civic.testing.portal import PortalUnderTest


@pytest.fixture(scope="session")
def civic_migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("civic")
    file = folder / "migrated.sqlite3"
    app = create_app(folder, {"database_url": f"sqlite:///{file}"})
    upgrade(f"sqlite:///{file}", app.extensions[EXTENSION].lineages(), protect)
    PortalUnderTest(app).close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    return file


@pytest.fixture
def civic_database_url(tmp_path: Path, civic_migrated: Path) -> str:
    """The address of the test's own database."""
    return f"sqlite:///{shutil.copyfile(civic_migrated, tmp_path / 'contract.sqlite3')}"


@pytest.fixture
def civic_portal(tmp_path: Path, civic_database_url: str) -> Iterator[PortalUnderTest]:
    """A migrated portal."""
    instance = tmp_path / "portal"
    instance.mkdir()
    app = create_app(instance, {"database_url": civic_database_url, "base_url": "http://localhost"})
    app.testing = True
    upgrade(civic_database_url, app.extensions[EXTENSION].lineages(), protect)
    portal = PortalUnderTest(app)
    yield portal
    portal.close()
