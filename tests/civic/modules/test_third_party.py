# SPDX-License-Identifier: AGPL-3.0-or-later
"""A third party's module: installed with pip, it shows up off; broken, it is set aside by name and the portal runs."""

import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from importlib import import_module

import pytest
from sqlalchemy import inspect, select

from civic.app import create_app
from civic.clock import now
from civic.db.base import Base
from civic.db.session import db, write
from civic.jobs.outbox import drain
from civic.jobs.schedules import run_due
from civic.permissions.actor import SYSTEM
from civic.registry import EXTENSION
from civic.settings.store import switch_module
from civic.testing.portal import PortalUnderTest
from tests.civic.modules.installing import SOURCE, entry_points_of
from tests.databases import both_databases
from tests.servers.portal import run_civic


def read(address):
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.fixture
def portal(site, instance, run_command):
    made = []

    def make():
        run_command("db", "upgrade")
        portal = PortalUnderTest(create_app(instance, {"base_url": "http://localhost"}))
        made.append(portal)
        return portal

    yield make
    for one in made:
        one.close()


def test_it_shows_up_after_pip_install_and_starts_off(site, instance):
    listed = run_civic(instance, "module", "list").stdout
    [line] = [line for line in listed.splitlines() if line.startswith("parking")]
    assert line.split() == ["parking", "0.1.0", "off", "civic-parking", "0.1.0"]
    run_civic(instance, "db", "upgrade")
    assert run_civic(instance, "parking", "count").stdout == "0 open requests\n"
    assert run_civic(instance, "proposals", "count", check=False).returncode == 2
    assert run_civic(instance, "module", "check").stdout.startswith("2 modules can run, 0 set aside")


@both_databases
def test_switched_on_it_is_followed_by_two_processes_without_restart_and_off_keeps_everything(
    site, instance, live_server, portal
):
    here = portal()
    first, second = live_server(instance), live_server(instance)
    for server in (first, second):
        status, page = read(f"{server.url}/parking/")
        assert status == 404
        assert "Stationnement des vélos" in page, "the page that explains names the module"
    here.switch_on("parking")
    for server in (first, second):
        status, page = read(f"{server.url}/parking/")
        assert status == 200
        assert "Stationnement des vélos" in page
        assert read(f"{server.url}/en/parking/")[0] == 200
        assert "/parking/" in read(f"{server.url}/")[1], "the menu leads to it"
    address = here.browser("resident").send("/parking/new", title="Arceaux près de l’école", body="Dix").location
    for server in (first, second):
        assert "Arceaux près de l’école" in read(f"{server.url}{address}")[1]
    here.switch_off("parking")
    for server in (first, second):
        assert read(f"{server.url}{address}")[0] == 404
        assert "/parking/" not in read(f"{server.url}/")[1]
    here.switch_on("parking")
    for server in (first, second):
        assert "Arceaux près de l’école" in read(f"{server.url}{address}")[1]


def test_what_it_declares_works_only_while_it_is_on(portal):
    here = portal()
    here.switch_on("parking")
    here.browser("resident").send("/parking/new", title="Arceaux")
    while drain(here.app):
        pass
    entry = import_module("civic_parking.models").Entry  # installed by these tests
    with here.app.app_context():
        assert db.session.scalars(select(entry.heard_at)).one() is not None
    assert "1 demandes attendent" in here.browser().get("/").text
    assert run_due(here.app) >= 1
    here.browser("resident").send("/parking/new", title="Autres arceaux")
    here.switch_off("parking")
    while drain(here.app):
        pass
    with here.app.app_context():
        assert None in db.session.scalars(select(entry.heard_at)).all()
    assert "demandes attendent" not in here.browser().get("/").text


def test_its_own_tests_pass_where_only_packages_are_installed(site, tmp_path):
    """The contract suite and the fixtures come from the installed `civic`, not from this repository's tests."""
    tests = shutil.copytree(SOURCE / "tests", tmp_path / "own")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        "-c",
        "/dev/null",
        str(tests),
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout[-3000:]
    assert "18 passed" in done.stdout


def replace_in(name, old, new):
    def change(site):
        file = site / "civic_parking" / name
        source = file.read_text(encoding="utf-8")
        assert old in source
        file.write_text(source.replace(old, new), encoding="utf-8")

    return change


def offer(line):
    def change(site):
        entry_points_of(site).write_text(f"[civic.modules]\n{line}\n", encoding="utf-8")

    return change


FAULTS = {
    "import error": (
        replace_in("module.py", "from .models", "import nowhere_to_be_found\nfrom .models"),
        "parking",
        "No module named 'nowhere_to_be_found'",
    ),
    "syntax error": (replace_in("services.py", "def write_entry(", "def write_entry(("), "parking", "SyntaxError"),
    "exit at import": (
        replace_in("settings.py", "from dataclasses", 'raise SystemExit("bye")\nfrom dataclasses'),
        "parking",
        "SystemExit: bye",
    ),
    "not a manifest": (offer("parking = civic_parking.module:Entry"), "parking", "is not a Module"),
    "absent attribute": (offer("parking = civic_parking.module:nothing"), "parking", "AttributeError"),
    "no package": (offer("parking = decimal:Decimal"), "parking", "does not stand in a package of its own"),
    "the core itself": (offer("parking = civic.core:CORE"), "parking", "does not stand in a package of its own"),
    "same name as ours": (
        replace_in("module.py", 'name="parking"', 'name="proposals"'),
        "parking",
        "name is 'proposals'; its entry point says 'parking'",
    ),
    "taken name": (
        lambda site: (
            replace_in("module.py", 'name="parking"', 'name="proposals"')(site),
            offer("proposals = civic_parking.module:module")(site),
        ),
        "proposals",
        "",
    ),
    "table prefix": (
        replace_in("models.py", '"parking_entry"', '"cars_entry"'),
        "parking",
        "'cars_entry'; its name must begin with parking_",
    ),
    "table of another": (
        replace_in(
            "models.py",
            "    heard_at",
            '    other_id: Mapped[int] = mapped_column(ForeignKey("proposals_proposal.id"))\n    heard_at',
        ),
        "parking",
        "leans on proposals_proposal",
    ),
    "table of the core": (replace_in("models.py", '"parking_entry"', '"civic_item"'), "parking", "already defined"),
    "broken relation": (
        replace_in("models.py", "relationship(foreign_keys=[id])", 'relationship("Nowhere")'),
        "parking",
        "Nowhere",
    ),
    "unknown slot": (replace_in("module.py", '"home.open"', '"home.nowhere"'), "parking", "which no page has"),
    "absent template": (
        replace_in("module.py", "_waiting.html", "_absent.html"),
        "parking",
        "_absent.html', which does not exist",
    ),
    "two endpoints": (replace_in("views/public.py", "def close(", "def show("), "parking", "cannot be registered"),
    "escape hatch": (
        replace_in("module.py", "jobs=(", "on_start=lambda app: 1 / 0,\n    jobs=("),
        "parking",
        "ZeroDivisionError",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_one_is_set_aside_by_name_and_the_portal_runs(site, instance, fault):
    break_it, name, problem = FAULTS[fault]
    break_it(site)
    app = create_app(instance, {"base_url": "http://localhost"})
    portal = PortalUnderTest(app)
    registry = app.extensions[EXTENSION]
    [left] = registry.set_aside
    assert (left.name, left.source) == (name, "civic-parking 0.1.0")
    assert problem in left.problem
    assert "proposals" in registry.modules
    assert registry.modules["proposals"].first_party
    assert "parking" not in registry.modules
    assert (
        not [table for table in Base.metadata.tables if table.startswith(("parking", "cars"))]
        or fault == "escape hatch"
    )
    portal.switch_on("proposals")
    assert portal.browser().get("/").status_code == 200
    assert portal.browser().get("/proposals/").status_code == 200
    assert portal.browser().get("/parking/").status_code == 404
    again = create_app(instance, {"base_url": "http://localhost"}).extensions[EXTENSION]
    assert [one.name for one in again.set_aside] == [name], "a second application of the process says the same"
    portal.close()


@both_databases
@pytest.mark.parametrize(
    "old, new",
    [
        ("count = open_entries(session)", "count = 1 / 0"),
        ("count = open_entries(session)", 'count = session.scalar(select(text("nothing FROM nowhere")))'),
    ],
)
def test_a_block_that_fails_does_not_take_the_home_page_with_it(site, portal, old, new):
    replace_in("queries.py", old, new)(site)
    replace_in("queries.py", "from sqlalchemy import", "from sqlalchemy import text,")(site)
    here = portal()
    here.switch_on("parking")
    here.browser("resident").send("/parking/new", title="Arceaux")
    assert here.browser().get("/").status_code == 200


def test_commands_name_the_broken_one(site, instance):
    FAULTS["import error"][0](site)
    run_civic(instance, "db", "upgrade")
    listed = run_civic(instance, "module", "list").stdout
    assert "parking                   set aside: civic-parking 0.1.0: import fails with ModuleNotFoundError" in listed
    checked = run_civic(instance, "module", "check", check=False)
    assert checked.returncode == 1
    assert "parking: civic-parking 0.1.0" in checked.stderr


@both_databases
def test_a_migration_that_fails_leaves_the_rest_up_to_date_and_the_portal_serves(site, instance, live_server):
    replace_in(
        "migrations/parking_0001_first_tables.py",
        '    op.create_table(\n        "parking_entry"',
        '    op.create_table("parking_half", sa.Column("id", sa.Integer()))\n    op.execute("NONSENSE")\n    op.create_table(\n        "parking_entry"',
    )(site)
    done = run_civic(instance, "db", "upgrade")
    assert "parking (civic-parking 0.1.0) could not be migrated" in done.stderr
    server = live_server(instance)
    assert read(f"{server.url}/")[0] == 200
    assert read(f"{server.url}/parking/")[0] == 404
    app = create_app(instance)
    with app.app_context():
        assert not [name for name in inspect(db.engines["writer"]).get_table_names() if name == "parking_half"]
    PortalUnderTest(app).close()


def test_a_newly_installed_one_that_is_not_migrated_does_not_stop_the_portal(site, instance, live_server):
    with create_app(instance).app_context(), write() as session:
        switch_module(session, SYSTEM, "parking", is_on=True, at=now())
    server = live_server(instance)
    assert read(f"{server.url}/")[0] == 200
    status, page = read(f"{server.url}/parking/")
    assert status == 404
    assert "Stationnement" in page
    assert "civic db upgrade" in server.output()
