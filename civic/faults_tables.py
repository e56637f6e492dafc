# SPDX-License-Identifier: AGPL-3.0-or-later
"""Faults of a module's tables: each lineage is told by the prefix of its tables."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import ClassManager

from civic.db.base import Base
from civic.module import Module


def own_tables(package: str) -> list[Table]:
    """Tables of the models that a package declares."""
    tables = {table.name: table for manager in _managers(package) if (table := _table(manager)) is not None}
    return [tables[name] for name in sorted(tables)]


def forget_tables(package: str) -> None:
    """Take the models of a module that was set aside out of sight: migrations and queries must not meet them.

    SQLAlchemy offers this for a whole registry only, hence the private names.
    """
    for manager in _managers(package):
        table = _table(manager)
        if table is not None:
            Base.metadata.remove(table)
        Base.registry._dispose_manager_and_mapper(manager)
        del Base.registry._managers[manager]


def _managers(package: str) -> list[ClassManager[Any]]:
    """What SQLAlchemy keeps about each class of a package, mapped whole or not."""
    return [one for one in list(Base.registry._managers) if _is_inside(one.class_.__module__, package)]


def _table(manager: ClassManager[Any]) -> Table | None:
    """The table of a class; None where its mapping failed, or where the table is another class's."""
    if not manager.is_mapped or "__tablename__" not in vars(manager.class_):
        return None
    table = manager.mapper.local_table
    return table if isinstance(table, Table) else None


def table_faults(module: Module) -> Iterator[tuple[str, str]]:
    """Names of tables, whom they lean on, and the folder of their migrations."""
    tables = own_tables(module.package) if module.package else []
    for table in tables:
        if not table.name.startswith(f"{module.name}_"):
            yield "models", f"has table {table.name!r}; its name must begin with {module.name}_"
        for key in sorted(table.foreign_keys, key=lambda key: key.target_fullname):
            target = key.target_fullname.partition(".")[0]
            if not target.startswith((f"{module.name}_", "civic_")):
                yield (
                    "models",
                    f"{table.name} leans on {target}, a table of another module. Use a link between items instead",
                )
    if tables and not any((module.folder / "migrations").glob("*.py")):
        yield "migrations", f"is empty though the module has tables. Run: civic db revision {module.name}"


def _is_inside(name: str, package: str) -> bool:
    """Whether a Python module belongs to a package."""
    return name == package or name.startswith(f"{package}.")
