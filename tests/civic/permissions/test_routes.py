# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every address of the portal, asked by everyone who may come, answers as routes.toml says."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from civic.app import create_app
from civic.config_providers import ProviderConfig
from tests.civic.permissions.asking import Desk, asked, data_of, values_of
from tests.civic.permissions.town import COLUMNS, build
from tests.conftest import close
from tests.databases import drop_database

TABLE = tomllib.loads((Path(__file__).parent / "routes.toml").read_text(encoding="utf-8"))
WORDS = ("through", "refused", "sign in", "confirm", "forbidden", "absent")


def expected(group, column):
    """What a group says of one column."""
    return next((word for word in WORDS if column in group.get(word, ())), group["others"])


ON_POSTGRESQL = ("visitor", "owner", "agent", "clerk elsewhere", "clerk", "administrator")
"""The decision is the same code on both databases: there, the columns that reach most of the queries; the others in make attack."""
ASKED = [("sqlite", column) for column in COLUMNS] + [
    pytest.param("postgresql", column, marks=() if column in ON_POSTGRESQL else pytest.mark.thorough)
    for column in COLUMNS
]


SILENT = ProviderConfig("franceconnect", "FranceConnect", "http://127.0.0.1:9", "portail", "secret")
"""A provider that does not answer: what is asked here is who may go there."""


@pytest.fixture(scope="module")
def town(request, templates, tmp_path_factory):
    """The small town, built once for all columns, on each database."""
    instance = templates.copy(request.param, tmp_path_factory.mktemp("routes") / "town")
    app = create_app(instance, {"base_url": "http://localhost", "providers": (SILENT,)})
    app.testing = True
    built = build(app)
    app.config["WTF_CSRF_ENABLED"] = False  # a missing token must not hide a missing permission
    yield app, built, Desk(app)
    close(app)
    drop_database(templates, instance)


@pytest.mark.parametrize("town", ["sqlite"], indirect=True)
def test_the_table_lists_every_address_once(town):
    app, _built, _desk = town
    listed = Counter(address for group in TABLE["group"] for address in group["addresses"])
    assert [address for address, times in listed.items() if times > 1] == []
    known = set(asked(app))
    plain = {address.partition(" @")[0] for address in listed}
    assert sorted(known - set(listed)) == [], "write these into tests/civic/permissions/routes.toml"
    assert sorted(plain - known) == [], "these no longer exist: take them out of routes.toml"


def test_the_table_is_well_written():
    assert TABLE["columns"] == list(COLUMNS)
    for group in TABLE["group"]:
        assert set(group) <= {"title", "reason", "others", "addresses", *WORDS}
        assert group["title"].strip()
        named = [column for word in WORDS for column in group.get(word, ())]
        assert len(named) == len(set(named))
        assert set(named) <= set(COLUMNS)
        absent = any(expected(group, column) == "absent" for column in COLUMNS)
        assert bool(group.get("reason", "").strip()) == absent, f"{group['title']}: say why it is absent, and only then"


@pytest.mark.parametrize(("town", "column"), ASKED, indirect=["town"])
def test_everyone_is_let_in_where_the_table_says(town, column):
    app, built, desk = town
    routes = asked(app)
    wrong = []
    for group in TABLE["group"]:
        for address in group["addresses"]:
            rule, method = routes[address.partition(" @")[0]]
            values, data = values_of(address, rule, built.ids), data_of(address, built.ids)
            found = desk.ask(rule, method, values, built.tokens.get(column), data)
            if found != expected(group, column):
                wrong.append(f"{address}: {found}, not {expected(group, column)}")
    assert wrong == []
