# SPDX-License-Identifier: AGPL-3.0-or-later
"""A third-party package, installed with pip once, copied for each test that breaks it."""

import shutil
from pathlib import Path

import pytest

from tests.civic.modules.installing import SOURCE, importable, pip_install


@pytest.fixture(scope="session")
def installed_once(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("third-party")
    pip_install(SOURCE, folder / "site", folder)
    return folder / "site"


@pytest.fixture
def site(installed_once, tmp_path, monkeypatch, instance):
    """A folder of installed packages that this process and its children see; the instance is without it so far."""
    folder = tmp_path / "site"
    shutil.copytree(installed_once, folder)
    with importable(monkeypatch, folder):
        yield folder
