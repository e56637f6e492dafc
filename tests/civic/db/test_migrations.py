# SPDX-License-Identifier: AGPL-3.0-or-later
"""Migrations lose nothing, leave nothing half done, and can be run by two nodes at once."""

import shutil
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from civic.core import CORE as MANIFEST
from civic.db.base import Base
from civic.db.lineage import CORE, Lineage
from civic.db.upgrade import behind, check, upgrade
from civic.journal.triggers import protect, unprotected
from civic.loader import discover
from civic.testing.migrations import counts, down, populate, revisions, up
from tests.databases import both_databases

pytestmark = both_databases
CHILDREN = ("civic_comment", "civic_count_delta", "civic_document", "civic_follow", "civic_item_tag")


def asked(url, statement):
    engine = create_engine(url)
    with engine.begin() as connection:
        found = connection.execute(text(statement))
        rows = found.fetchall() if found.returns_rows else []
    engine.dispose()
    return rows


def tables(url):
    engine = create_engine(url)
    names = inspect(engine).get_table_names()
    engine.dispose()
    return set(names)


def lineage_with(tmp_path, body):
    """The core's lineage with one more revision."""
    folder = tmp_path / "versions"
    shutil.copytree(CORE.folder, folder, ignore=shutil.ignore_patterns("__pycache__"))
    script = f'''
import sqlalchemy as sa
from alembic import op

revision = "civic_9999"
down_revision = "{HEAD}"
branch_labels = None
depends_on = None


def upgrade() -> None:
{body}


def downgrade() -> None:
    pass
'''
    (folder / "civic_9999_test.py").write_text(script)
    return Lineage("civic", folder)


HEAD = sorted(path.stem for path in Path(CORE.folder).glob("civic_*.py"))[-1][: len("civic_0000")]


def test_the_core_s_models_and_migrations_agree(database_url):
    check(database_url, CORE)
    assert behind(database_url, discover(MANIFEST).lineages()) == []


def test_every_revision_of_the_core_goes_up_down_and_up_with_data(empty_database_url):
    url, before = empty_database_url, "base"
    for revision in revisions(url, CORE):
        up(url, CORE, revision)
        if before != "base":
            kept = counts(url, "civic_")
            down(url, CORE, before)
            there = counts(url, "civic_")
            assert there == {name: kept[name] for name in there}, f"going down from {revision} lost rows"
            up(url, CORE, revision)
            after = counts(url, "civic_")
            assert {name: after[name] for name in there} == there, f"going up to {revision} lost rows"
        if revision == HEAD or before == "base":
            populate_when_possible(url)
        before = revision
    down(url, CORE, "base")
    assert {name for name in tables(url) if name.startswith("civic_")} <= {"civic_alembic_version"}
    up(url, CORE, "head")
    check(url, CORE)


def populate_when_possible(url):
    """Rows of today's models fit the first tables as long as no later revision added a column to them."""
    try:
        populate(url, CORE)
    except DBAPIError:
        asked(url, "INSERT INTO civic_portal (id, generation) VALUES (1, 1)")


def test_rebuilding_a_table_keeps_its_children(database_url, tmp_path):
    populate(database_url, CORE)
    before = counts(database_url, "civic_")
    assert all(before[name] == 1 for name in CHILDREN)
    rebuild = '    with op.batch_alter_table("civic_item") as batch:\n        batch.alter_column("place", type_=sa.String(300))'
    upgrade(database_url, [lineage_with(tmp_path, rebuild)], protect)
    assert counts(database_url, "civic_") == before
    engine = create_engine(database_url)
    [place] = [column for column in inspect(engine).get_columns("civic_item") if column["name"] == "place"]
    engine.dispose()
    assert place["type"].length == 300


def test_rebuilding_the_journal_brings_its_triggers_back(database_url, tmp_path):
    rebuild = '    with op.batch_alter_table("civic_journal") as batch:\n        batch.alter_column("channel", type_=sa.String(80))'
    upgrade(database_url, [lineage_with(tmp_path, rebuild)], protect)
    engine = create_engine(database_url)
    with engine.connect() as connection:
        assert unprotected(connection) == []
    engine.dispose()


def test_a_revision_that_fails_leaves_nothing_behind(database_url, tmp_path):
    before = tables(database_url)
    half = (
        '    op.create_table("civic_half", sa.Column("id", sa.Integer(), primary_key=True))\n    op.execute("NONSENSE")'
    )
    with pytest.raises(DBAPIError):
        upgrade(database_url, [lineage_with(tmp_path, half)], protect)
    assert tables(database_url) == before
    assert asked(database_url, "SELECT version_num FROM civic_alembic_version") == [(HEAD,)]


def test_a_revision_that_orphans_rows_is_refused_whole(database_url, tmp_path):
    populate(database_url, CORE)
    with pytest.raises((RuntimeError, DBAPIError), match=r"without their parent|violates foreign key"):
        upgrade(database_url, [lineage_with(tmp_path, '    op.execute("DELETE FROM civic_item")')], protect)
    assert counts(database_url, "civic_")["civic_item"] == 1
    assert behind(database_url, [CORE]) == []


def test_two_nodes_may_upgrade_at_once(empty_database_url):
    lineages = discover(MANIFEST).lineages()
    ready, faults = Barrier(2), []

    def node():
        ready.wait(10)
        try:
            upgrade(empty_database_url, lineages, protect)
        except BaseException as error:
            faults.append(error)

    nodes = [Thread(target=node) for _ in range(2)]
    for one in nodes:
        one.start()
    for one in nodes:
        one.join(120)
    assert faults == []
    assert behind(empty_database_url, lineages) == []


def test_what_is_behind_is_named(empty_database_url):
    lineages = discover(MANIFEST).lineages()
    assert behind(empty_database_url, lineages) == [lineage.name for lineage in lineages]


def test_ids_of_items_go_on_after_those_the_journal_knows(empty_database_url):
    """A draft that was discarded before the upgrade keeps its entries to itself afterwards."""
    up(empty_database_url, CORE, "civic_0013")
    kept = "(12, 'test.test', 'open', '2026-01-01', 1, '{}', 'fr', '', 'web', '2026-01-01', false, 0, 0, 0)"
    columns = "id, kind, state, state_at, version, title, language, place, channel, created_at, visible, support_count, comment_count, follow_count"  # fmt: skip
    asked(empty_database_url, f"INSERT INTO civic_item ({columns}) VALUES {kept}")
    entry = "('e', '2026-01-01', 'resident', 'discard', 'test.test', 40, 'web', '', '{}', '', '')"
    names = "uid, at, role, act, subject_kind, subject_id, channel, request_id, details, commitment, mac"
    asked(empty_database_url, f"INSERT INTO civic_journal ({names}) VALUES {entry}")
    up(empty_database_url, CORE, "head")
    assert asked(empty_database_url, "SELECT id, kind, state FROM civic_item") == [(12, "test.test", "open")]
    if empty_database_url.startswith("sqlite"):
        assert asked(empty_database_url, "SELECT seq FROM sqlite_sequence WHERE name = 'civic_item'") == [(40,)]


def test_ids_never_given_twice_are_so_in_the_migrated_tables(database_url):
    """SQLite alone gives an id again, and a table that is made again there forgets the option unless it is said again."""
    asking = [one for one in Base.metadata.tables.values() if one.dialect_options["sqlite"]["autoincrement"]]
    assert "civic_item" in {one.name for one in asking}
    if database_url.startswith("sqlite"):
        for one in asking:
            [(made,)] = asked(database_url, f"SELECT sql FROM sqlite_master WHERE name = '{one.name}'")
            assert "AUTOINCREMENT" in made, one.name
