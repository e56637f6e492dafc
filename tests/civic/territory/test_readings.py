# SPDX-License-Identifier: AGPL-3.0-or-later
"""How an address is read before anything is looked up."""

from civic.adapters.gazetteer import fold_street, readings
from civic.ports.geocoder import NullGeocoder


def test_the_null_geocoder_knows_no_address():
    assert NullGeocoder().find("12 rue des Acacias") == []


def test_abbreviations_are_read_where_they_stand():
    assert fold_street("Bd. du Gal Leclerc") == "boulevard du general leclerc"
    assert fold_street("R") == "r"
    assert [asked.number for asked in readings("4 septembre")] == [4, None]
