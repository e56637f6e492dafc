# SPDX-License-Identifier: AGPL-3.0-or-later
"""`civic territory`: a town loads its own map and addresses."""

import json

from civic.adapters.gazetteer import Gazetteer
from civic.db.session import db
from civic.territory.services import quartiers_on
from tests.civic.territory.test_services import START, collection, feature


def test_quartiers_are_loaded_or_each_fault_is_named(run_command, app, tmp_path):
    file = tmp_path / "quartiers.geojson"
    file.write_bytes(collection(feature("Nord", 5), feature("Sud", 6)))
    assert (
        "2 quartiers in force from 2020-01-01: nord, sud."
        in run_command("territory", "quartiers", str(file), "--on", "2020-01-01").output
    )
    again = run_command("territory", "quartiers", str(file), code=1).output
    assert "feature 1: " in again
    assert "feature 2: " in again
    assert "Nothing was imported." in again
    file.write_text(json.dumps([]))
    run_command("territory", "quartiers", str(file), code=1)
    with app.app_context():
        assert [one.slug for one in quartiers_on(db.session(), START)] == ["nord", "sud"]


def test_addresses_are_loaded_or_each_fault_is_named(run_command, app, tmp_path):
    file = tmp_path / "addresses.csv"
    file.write_text("name,number,postcode,lon,lat\nquai Neuf,4,99210,2.04,47.2\n", encoding="utf-8")
    assert "1 addresses." in run_command("territory", "addresses", str(file)).output
    file.write_text("name,number,postcode,lon,lat\nquai Neuf,4,99210,ici,47.2\n", encoding="utf-8")
    assert "line 2: " in run_command("territory", "addresses", str(file), code=1).output
    with app.app_context():
        assert Gazetteer(db.session()).find("4 quai neuf")[0].lat == 47.2
