# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a town sets; the desk draws the form."""

from dataclasses import dataclass

from flask_babel import lazy_pgettext

from civic.settings.declaration import setting

SCOPE = "module:parking"


@dataclass(frozen=True)
class Settings:
    """Limits on what is written."""

    body_length: int = setting(
        4000,
        lazy_pgettext("parking", "Longest text"),
        lazy_pgettext("parking", "In characters."),
        minimum=100,
        maximum=50000,
    )
