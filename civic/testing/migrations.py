# SPDX-License-Identifier: AGPL-3.0-or-later
"""Walking a lineage revision by revision on a populated database."""

from collections.abc import Iterator, Mapping
from typing import Any

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table, func, insert, inspect, literal_column, select, table

from civic.clock import now
from civic.comments.models import Comment
from civic.db.lineage import CORE, Lineage
from civic.db.types import UtcDateTime
from civic.db.upgrade import alembic_config, migration_connection
from civic.events.models import OutboxMessage
from civic.follows.models import Follow
from civic.items.models import CountDelta, Document, Item, ItemTag, Tag
from civic.people.models import Account, Person


def revisions(database_url: str, lineage: Lineage) -> list[str]:
    """Identifiers from the first to the head."""
    with migration_connection(database_url) as connection:
        scripts = ScriptDirectory.from_config(alembic_config(connection, lineage))
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


def up(database_url: str, lineage: Lineage, revision: str) -> None:
    """Upgrade to a revision, in a transaction of its own."""
    with migration_connection(database_url) as connection:
        command.upgrade(alembic_config(connection, lineage), revision)


def down(database_url: str, lineage: Lineage, revision: str) -> None:
    """Downgrade to a revision; `base` is before the first."""
    with migration_connection(database_url) as connection:
        command.downgrade(alembic_config(connection, lineage), revision)


def counts(database_url: str, prefix: str) -> dict[str, int]:
    """Rows of every table whose name begins so."""
    with migration_connection(database_url) as connection:
        names = [name for name in inspect(connection).get_table_names() if name.startswith(prefix)]
        return {
            name: connection.scalar(select(func.count()).select_from(table(name))) or 0
            for name in names
            if not name.endswith("_alembic_version")
        }


def populate(database_url: str, lineage: Lineage, samples: Mapping[str, Mapping[str, Any]] | None = None) -> int:
    """An item with a row in each table that leans on it, in the core and in the lineage; gives the item's id.

    `samples` gives, by table, values that the column's type does not tell (a CHECK constraint, a format).
    """
    with migration_connection(database_url) as connection:
        item_id = _populate_core(connection)
        if lineage != CORE:
            _populate_own(connection, lineage, item_id, samples or {})
        return item_id


def _populate_core(connection: Connection) -> int:
    """An item with its author and rows that the database deletes with their item: a careless rebuild of a table empties them."""
    at = now()
    person = _add(connection, Person, created_at=at)
    account = _add(connection, Account, person_id=person, email="zoe@ville.example", created_at=at)
    item = _add(
        connection,
        Item,
        kind="test.test",
        state="open",
        state_at=at,
        title={"fr": "Œuvre"},
        author_id=person,
        created_at=at,
    )
    number = connection.scalar(select(func.count()).select_from(Tag.__table__)) or 0
    tag = _add(connection, Tag, slug=f"tag-{number}", name={"fr": "Arbres"})
    connection.execute(insert(ItemTag).values(item_id=item, tag_id=tag))
    _add(connection, Comment, item_id=item, author_id=person, body="Oui", created_at=at)
    _add(connection, CountDelta, item_id=item, counter="support", amount=1)
    _add(connection, Document, item_id=item, nature="news", title={"fr": "Été"}, published_at=at)
    connection.execute(insert(Follow).values(item_id=item, account_id=account, at=at))
    _add(connection, OutboxMessage, kind="mail", payload={}, created_at=at, due_at=at)
    return item


def _add(connection: Connection, model: type[Any], **values: Any) -> int:
    """Insert a row of the core and give its id."""
    key = connection.scalar(insert(model).values(**values).returning(model.id))
    assert isinstance(key, int)
    return key


def _populate_own(
    connection: Connection, lineage: Lineage, item_id: int, samples: Mapping[str, Mapping[str, Any]]
) -> None:
    """A row in each table of the lineage as the database has them at this revision."""
    metadata = MetaData()
    names = [name for name in inspect(connection).get_table_names() if name.startswith(f"{lineage.name}_")]
    metadata.reflect(
        connection, only=[name for name in names if not name.endswith("_alembic_version")], resolve_fks=False
    )
    for own in _parents_first(list(metadata.tables.values())):
        values = dict(_values(connection, own, item_id))
        connection.execute(insert(own).values(**{**values, **samples.get(own.name, {})}))


def _parents_first(tables: list[Table]) -> Iterator[Table]:
    """The tables in an order in which each one's parents, if they are among them, come before it."""
    left = {one.name: one for one in tables}
    while left:
        for name, one in list(left.items()):
            parents = {key.target_fullname.split(".")[-2] for key in one.foreign_keys} - {name}
            if not parents & set(left):
                yield left.pop(name)


def _values(connection: Connection, own: Table, item_id: int) -> Iterator[tuple[str, Any]]:
    """A value for each column that needs one."""
    for column in own.columns:
        parents = [key.target_fullname.split(".")[-2:] for key in column.foreign_keys]
        if parents:
            parent, key = parents[0]
            yield column.name, item_id if parent == "civic_item" else _newest(connection, parent, key)
        elif not column.nullable and not (column.primary_key and column.autoincrement in (True, "auto")):
            yield column.name, _value(connection, own, column)


def _newest(connection: Connection, parent: str, key: str) -> Any:
    """The last row of the parent table."""
    return connection.scalar(select(func.max(literal_column(key))).select_from(table(parent)))


def _value(connection: Connection, own: Table, column: Any) -> Any:
    """Something of the column's type, different on each call where it counts rows."""
    if isinstance(column.type, UtcDateTime):
        return now()
    try:
        kind = column.type.python_type
    except NotImplementedError:
        kind = dict
    count = connection.scalar(select(func.count()).select_from(own)) or 0
    plain = {int: count + 1, float: 1.5, bool: False, dict: {}, list: [], bytes: b"x"}
    if kind in plain:
        return plain[kind]
    if kind is str:
        return f"é{count}"[: getattr(column.type, "length", None) or 200]
    return now().date() if kind.__name__ == "date" else now()
