# SPDX-License-Identifier: AGPL-3.0-or-later
"""Settings of the town itself."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from civic.settings.declaration import setting

PORTAL_SCOPE = "portal"


@dataclass(frozen=True)
class PortalSettings:
    """What every page says about the town."""

    town_name: str = setting(
        "Ma commune", _("Name of the town"), _("As it stands at the top of each page."), max_length=80, required=True
    )
    contact_email: str = setting(
        "",
        _("Contact address"),
        _("Where residents write when a page does not help them."),
        max_length=254,
        kind="email",
    )
    contact_phone: str = setting("", _("Contact telephone"), max_length=40)
    counter_address: str = setting(
        "",
        _("Address and hours of the counter"),
        _("Where one takes part without the Internet."),
        max_length=300,
        kind="text",
    )
    population: int = setting(0, _("Inhabitants"), _("Used to tell who is missing; 0 when unknown."), minimum=0)
    siret: str = setting("", _("SIRET of the town"), _("14 digits, for open data."), max_length=14)
    staff_second_factor: bool = setting(
        True, _("Second factor for staff"), _("Clerks and officials confirm with a code of their telephone.")
    )
    session_days: int = setting(30, _("Days a session lasts"), minimum=1, maximum=365)
    shows_names: str = setting(
        "initial",
        _("Default public name"),
        _("Each person can choose another."),
        choices=(("initial", _("First name and initial")), ("full", _("First name and surname"))),
    )
