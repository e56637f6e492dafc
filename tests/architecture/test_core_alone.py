# SPDX-License-Identifier: AGPL-3.0-or-later
"""The product imports nothing that only a test tool brought (a clean install of the base set would then fail)."""

import ast
import sys
from importlib.metadata import packages_distributions

from tests.architecture.source import sources
from tests.architecture.test_locks import canonical, pins

PRODUCTION_ONLY = {"psycopg", "gunicorn", "boto3", "botocore"}
"""Imported only where PostgreSQL, gunicorn or S3 is in use; the production extra brings them."""


def test_every_imported_package_is_in_the_base_lock():
    owners = packages_distributions()
    base = pins("base.txt")
    faults = set()
    for source in sources():
        if source.path.startswith("civic/testing/"):
            continue
        for node, name in source.imports:
            top = name.split(".")[0]
            if (
                (isinstance(node, ast.ImportFrom) and node.level)
                or top in sys.stdlib_module_names
                or top in {"civic", "modules"}
            ):
                continue
            if top not in PRODUCTION_ONLY and not any(canonical(owner) in base for owner in owners.get(top, ())):
                faults.add(f"{source.path}:{node.lineno}: {top} is not in requirements/base.txt")
    assert not faults, "\n".join(sorted(faults))
