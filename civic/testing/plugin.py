# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pytest plugin for authors of modules: fixtures of a portal that has every installed module, all of them off.

Override `civic_database_url` to run the same tests on another database.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from civic.app import create_app
from civic.db.upgrade import upgrade
from civic.journal.triggers import protect
from civic.registry import EXTENSION
from civic.testing.portal import PortalUnderTest


@pytest.fixture
def civic_database_url(tmp_path: Path) -> str:
    """The address of an empty database."""
    return f"sqlite:///{tmp_path / 'contract.sqlite3'}"


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
