# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demonstration town's ground: its own settings, quartiers, addresses, themes and departments."""

import json
from typing import Any

from sqlalchemy.orm import Session

from civic.adapters.address_import import import_addresses
from civic.demo.town import DATA, OPENING, DemoTown
from civic.items.models import Tag
from civic.people.models import Department
from civic.permissions.actor import SYSTEM
from civic.reach.census import import_figures
from civic.settings.portal import PORTAL_SCOPE, PortalSettings
from civic.settings.store import save_settings
from civic.territory.services import QuartierData, create_quartier

CENSUS_AGE = 3
"""Years that pass before a census is published."""


def settle(session: Session, town: DemoTown, data: dict[str, Any], *, second_factor: bool) -> None:
    """Make everything that stands before anyone acts; fills the town's quartiers, tags and departments."""
    at = town.moment(OPENING, 8)
    save_settings(session, SYSTEM, PORTAL_SCOPE, portal_settings(data["town"], second_factor=second_factor), at)
    _settle_quartiers(session, town, data["quartier"])
    import_addresses(session, SYSTEM, (DATA / "streets.csv").read_bytes(), at=at)
    figures, year = (DATA / "figures.csv").read_bytes(), at.year - CENSUS_AGE
    import_figures(session, SYSTEM, figures, source="Recensement de la population", year=year, at=at)
    tags = [Tag(slug=tag["slug"], name=tag["name"]) for tag in data["tag"]]
    departments = [
        Department(slug=one["slug"], name=one["name"], email=one["email"], phone=one["phone"])
        for one in data["department"]
    ]
    session.add_all([*tags, *departments])
    session.flush()
    town.tags.update({tag.slug: tag.id for tag in tags})
    town.departments.update({department.slug: department.id for department in departments})


def portal_settings(town: dict[str, Any], *, second_factor: bool) -> PortalSettings:
    """What every page says of the town; with the known password, staff need no second factor to look around."""
    return PortalSettings(
        town_name=town["name"],
        contact_email=town["email"],
        contact_phone=town["phone"],
        counter_address=f"{town['address']}. {town['opening_hours']}.",
        population=town["population"],
        siret=town["siret"],
        staff_second_factor=second_factor,
    )


def _settle_quartiers(session: Session, town: DemoTown, quartiers: list[dict[str, Any]]) -> None:
    """Each quartier with the drawing that has its slug."""
    found = json.loads((DATA / "quartiers.geojson").read_text(encoding="utf-8"))
    drawings = {feature["properties"]["slug"]: feature["geometry"] for feature in found["features"]}
    for one in quartiers:
        slug = one["slug"]
        data = QuartierData(slug, one["name"], drawings[slug], one["description"], one["population"])
        made = create_quartier(session, SYSTEM, data, on=one["valid_from"], at=town.moment(OPENING, 8))
        town.quartiers[slug] = made.id
