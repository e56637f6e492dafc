# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every module of ours is held to the contract, on both databases."""

import importlib
from pathlib import Path

import pytest

from civic.loader import FIRST_PARTY
from civic.testing.contract import ModuleContract

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(path.parent.name for path in FIRST_PARTY.glob("*/module.py"))


@pytest.mark.parametrize("name", MODULES)
def test_a_module_runs_the_contract_suite(name):
    """`tests/modules/<name>/test_contract.py` inherits ModuleContract; tests/modules/conftest.py gives it both databases."""
    assert (ROOT / "tests" / "modules" / name / "test_contract.py").is_file(), (
        f"write tests/modules/{name}/test_contract.py"
    )
    suite = importlib.import_module(f"tests.modules.{name}.test_contract").TestContract
    assert issubclass(suite, ModuleContract)
    assert suite.module == name
