# SPDX-License-Identifier: AGPL-3.0-or-later
"""From an address or a point to the quartier, offline; what the author chose stands."""

import pytest

from civic.clock import now
from civic.permissions.decision import Missing
from civic.ports.geocoder import Place
from civic.territory.models import Quartier
from modules.proposals.placing import located
from modules.proposals.services import Content, check_content
from modules.proposals.settings import ProposalSettings
from tests.databases import both_databases
from tests.modules.proposals.making import writing

pytestmark = both_databases
DAY = now().date()


class Known:
    """A geocoder that knows one address, and a neighbour of another."""

    def find(self, text: str) -> list[Place]:
        return [Place("12 rue des Acacias", 2.05, 47.25, exact=text.startswith("12"))]


@pytest.fixture
def session(app):
    square = {"type": "Polygon", "coordinates": [[[2.0, 47.2], [2.1, 47.2], [2.1, 47.3], [2.0, 47.3], [2.0, 47.2]]]}
    with writing(app) as session:
        for number, slug in enumerate(("nord", "autre"), 1):
            shape = (
                square if slug == "nord" else {**square, "coordinates": [[[3, 47], [3.1, 47], [3.1, 47.1], [3, 47]]]}
            )
            session.add(Quartier(id=number, slug=slug, name={"fr": slug}, geometry=shape, valid_from=DAY))
        session.flush()
        yield session


def test_an_address_gives_its_point_and_its_quartier(session):
    found = located(session, Known(), Content(place="12 rue des Acacias"), DAY)
    assert (found.lon, found.lat, found.quartier_id) == (2.05, 47.25, 1)


def test_a_point_gives_its_quartier_and_outside_the_town_gives_none(session):
    assert located(session, Known(), Content(place="Ici", lon=2.01, lat=47.21), DAY).quartier_id == 1
    assert located(session, Known(), Content(place="Loin", lon=9.0, lat=9.0), DAY).quartier_id is None


def test_what_is_not_found_exactly_is_kept_as_typed_and_the_chosen_quartier_stands(session):
    found = located(session, Known(), Content(place="Vers la rue des Acacias", quartier_id=2), DAY)
    assert (found.place, found.lon, found.quartier_id) == ("Vers la rue des Acacias", None, 2)
    assert located(session, Known(), Content(place="12", quartier_id=2), DAY).quartier_id == 2


def test_a_point_never_goes_without_words(session):
    with pytest.raises(Missing) as refused:
        check_content(Content(title="Un banc", body="Texte", lon=2.0, lat=47.2), ProposalSettings())
    assert set(refused.value.fields) == {"place"}
