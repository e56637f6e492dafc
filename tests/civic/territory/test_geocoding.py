# SPDX-License-Identifier: AGPL-3.0-or-later
"""The geocoder is the town's own table, or the class that the configuration names; a wrong name stops the start."""

from dataclasses import replace
from pathlib import Path

import pytest

from civic.adapters.gazetteer import Gazetteer
from civic.adapters.geocoding import EXTENSION, current_geocoder, init_geocoder
from civic.app import create_app
from civic.clock import now
from civic.config import Config, ConfigError
from civic.db.session import db
from civic.ports.geocoder import Place
from civic.territory.models import Quartier
from tests.civic.people.making import writing
from tests.databases import both_databases

SQUARE = {"type": "Polygon", "coordinates": [[[2.0, 47.2], [2.1, 47.2], [2.1, 47.3], [2.0, 47.3], [2.0, 47.2]]]}


class Moon:
    """A geocoder of somewhere else."""

    def __init__(self, session):
        self.session = session

    def find(self, text):
        assert self.session.get_bind() is not None
        return [Place("1 mer de la Tranquillité", 2.05, 47.25)] if "Tranquillité" in text else []


def named(app, geocoder):
    """The configuration with that geocoder."""
    config: Config = app.extensions["civic.config"]
    return replace(config, geocoder=geocoder)


@both_databases
def test_pages_ask_the_geocoder_that_the_configuration_names(app, monkeypatch):
    with writing(app) as session:
        session.add(Quartier(id=1, slug="nord", name={"fr": "Nord"}, geometry=SQUARE, valid_from=now().date()))
    monkeypatch.setitem(app.extensions, EXTENSION, Gazetteer)
    init_geocoder(app, named(app, f"{__name__}:Moon"))
    with app.app_context():
        assert isinstance(current_geocoder(db.session()), Moon)
    found = app.test_client().get("/find?q=1 mer de la Tranquillité")
    assert found.status_code == 302
    assert found.location.startswith("/quartiers/nord")


@both_databases
def test_without_a_name_it_is_the_town_s_own_table(app):
    with app.app_context():
        assert isinstance(current_geocoder(db.session()), Gazetteer)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere.at_all:Moon", "cannot be imported"),
        (f"{__name__}:Sun", "is not a class with a method `find`"),
        (f"{__name__}:SQUARE", "is not a class with a method `find`"),
        ("broken_geocoder:Moon", "ZeroDivisionError"),
    ],
)
def test_a_geocoder_that_cannot_be_used_stops_the_start_with_a_sentence(tmp_path, monkeypatch, name, said):
    (tmp_path / "broken_geocoder.py").write_text("1 / 0\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "civic.toml").write_text(f'geocoder = "{name}"\n', encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        create_app(tmp_path)
    assert str(refused.value).startswith("geocoder: ")
    assert said in str(refused.value)
    assert "remove the key" in str(refused.value)


def test_nobody_makes_a_geocoder_by_hand():
    root = Path(__file__).resolve().parents[3]
    sources = [*root.glob("civic/**/*.py"), *root.glob("modules/**/*.py")]
    assert [str(path) for path in sources if "Gazetteer(" in path.read_text(encoding="utf-8")] == []
