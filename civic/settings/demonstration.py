# SPDX-License-Identifier: AGPL-3.0-or-later
"""That this instance is the demonstration town: said on every page, and kept off public addresses."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from civic.settings.declaration import setting

DEMONSTRATION_SCOPE = "demonstration"


@dataclass(frozen=True)
class DemonstrationSettings:
    """Written by `civic demo`, never at the desk."""

    loaded: bool = setting(False, _("This instance is the demonstration town"))
    shared_password: bool = setting(
        False, _("The invented accounts share the known password"), _("Such an instance is served on loopback only.")
    )
