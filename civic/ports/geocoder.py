# SPDX-License-Identifier: AGPL-3.0-or-later
"""Port: from an address as one types it to points of the map."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Place:
    """A point found. `label` names the point found, which may be the nearest number to the one asked for (`exact` False)."""

    label: str
    lon: float
    lat: float
    exact: bool = True


class Geocoder(Protocol):
    """Finds addresses. An implementation that asks an outside service says so in the privacy page."""

    def find(self, text: str) -> list[Place]:
        """Places for what was typed, the best first; an empty list when nothing is near it."""


class NullGeocoder:
    """Knows no address: the place is then pointed at on the map or described in words."""

    def find(self, text: str) -> list[Place]:
        """Nothing."""
        return []
