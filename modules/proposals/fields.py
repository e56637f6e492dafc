# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an author may change in a proposal, as the journal tells it."""

from collections.abc import Mapping

from flask_babel import lazy_pgettext

FIELDS: Mapping[str, str] = {
    "title": lazy_pgettext("proposals", "Title"),
    "body": lazy_pgettext("proposals", "Text"),
    "quartier_id": lazy_pgettext("proposals", "Quartier"),
    "place": lazy_pgettext("proposals", "Place"),
    "lon": lazy_pgettext("proposals", "Point on the map"),
    "lat": lazy_pgettext("proposals", "Point on the map"),
    "tags": lazy_pgettext("proposals", "Themes"),
}
"""By the name under which the journal keeps that it changed."""
