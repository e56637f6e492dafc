# SPDX-License-Identifier: AGPL-3.0-or-later
"""One environment for every lineage: the caller gives the connection and the lineage's name."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import JSON

from civic.db.base import Base
from civic.db.types import UtcDateTime

connection = context.config.attributes["connection"]
lineage: str = context.config.attributes["lineage"]
prefix = f"{lineage}_"
version_table = f"{prefix}alembic_version"


def include_name(name: str | None, type_: str, parents: Any) -> bool:
    """What is read from the database: this lineage's tables only."""
    return type_ != "table" or ((name or "").startswith(prefix) and name != version_table)


def include_object(thing: Any, name: str | None, type_: str, reflected: bool, compare_to: Any) -> bool:
    """What is read from the models: the same."""
    return type_ != "table" or (name or "").startswith(prefix)


def render_item(type_: str, thing: Any, autogen_context: Any) -> str | Literal[False]:
    """How our own column types are written in a revision."""
    if type_ == "type" and isinstance(thing, UtcDateTime):
        return "civic.db.types.UtcDateTime()"
    if type_ == "type" and isinstance(thing, JSON):
        return "civic.db.types.type_json"
    return False


context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    version_table=version_table,
    include_name=include_name,
    include_object=include_object,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_server_default=True,
    render_item=render_item,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
