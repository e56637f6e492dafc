# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whose migrations, and where they are; apart from upgrade.py so that a web process never loads Alembic."""

from dataclasses import dataclass
from pathlib import Path

SCRIPTS = Path(__file__).parent / "migrations"


@dataclass(frozen=True)
class Lineage:
    """Whose migrations, and where they are. Tables and version table begin with `<name>_`."""

    name: str
    folder: Path


CORE = Lineage("civic", SCRIPTS / "versions")
