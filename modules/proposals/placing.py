# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a proposal stands: from an address or a point to its quartier, offline."""

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from civic.ports.geocoder import Geocoder
from civic.territory.services import quartier_of_point

from .services import Content


def located(session: Session, geocoder: Geocoder, content: Content, on: date) -> Content:
    """The content with the point of its address, where none was set, and the quartier of that point.

    A quartier chosen by its author is never replaced; an address nobody knows stays as typed.
    """
    if content.lon is None and content.place:
        exact = next((place for place in geocoder.find(content.place) if place.exact), None)
        if exact is not None:
            content = replace(content, lon=exact.lon, lat=exact.lat)
    if content.quartier_id is None and content.lon is not None and content.lat is not None:
        quartier = quartier_of_point(session, content.lon, content.lat, on)
        if quartier is not None:
            content = replace(content, quartier_id=quartier.id)
    return content
