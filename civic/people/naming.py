# SPDX-License-Identifier: AGPL-3.0-or-later
"""The name one has in public unless one chose another."""

from flask_babel import gettext as _

from civic.people.models import Person


def default_public_name(person: Person, shows_names: str) -> str:
    """ "Marie D." or "Marie Durand", as the town chose (PortalSettings.shows_names).

    Who gave no name is told from the others by a number, never by the address: it is not public.
    """
    return name_of(person.given_name, person.family_name, shows_names) or numbered_name(person)


def numbered_name(person: Person) -> str:
    """ "Resident 214": who gave no name, and every minor who has chosen no pseudonym."""
    return str(_("Resident %(number)s", number=person.id))


def name_of(given_name: str, family_name: str, shows_names: str) -> str:
    """First name with initial or surname; the first name alone, or nothing, if that is all there is."""
    given, family = given_name.strip(), family_name.strip()
    if shows_names == "full":
        return f"{given} {family}".strip()
    return f"{given} {family[0].upper()}." if given and family else given
