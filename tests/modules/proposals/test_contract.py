# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the core asks of every module."""

from civic.testing.contract import ModuleContract


class TestContract(ModuleContract):
    module = "proposals"
