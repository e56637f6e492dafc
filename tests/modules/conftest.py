# SPDX-License-Identifier: AGPL-3.0-or-later
"""The contract suite of our modules runs on both databases."""

import pytest

from tests.databases import BACKENDS


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whoever asks for the portal of `civic.testing` gets it on SQLite and on PostgreSQL."""
    if "civic_database_url" in metafunc.fixturenames and "backend" in metafunc.fixturenames:
        metafunc.parametrize("backend", BACKENDS, indirect=True)


@pytest.fixture
def civic_database_url(database_url: str) -> str:
    """A migrated copy on the backend: quicker than migrating anew."""
    return database_url
