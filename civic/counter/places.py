# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where someone lives, from what a helper types: a quartier's name or an address; the address itself is not kept."""

from datetime import date

from sqlalchemy.orm import Session

from civic.ports.geocoder import Geocoder
from civic.search.folding import fold
from civic.territory.services import quartier_of_point, quartiers_on


def quartier_named(session: Session, geocoder: Geocoder, typed: str, on: date) -> int | None:
    """The quartier of that name, or of that address; None when it is neither, or several."""
    wanted = fold(typed)
    if not wanted.strip():
        return None
    for quartier in quartiers_on(session, on):
        if wanted in {fold(name) for name in (*quartier.name.values(), quartier.slug)}:
            return quartier.id
    exact = next((place for place in geocoder.find(typed) if place.exact), None)
    found = quartier_of_point(session, exact.lon, exact.lat, on) if exact is not None else None
    return found.id if found is not None else None
