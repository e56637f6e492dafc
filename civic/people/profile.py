# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one says about oneself: names, public name, year of birth, quartier, language. Nothing here raises a level."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.db.session import lock
from civic.people.accounts import own_account
from civic.people.minors import minor_age, minor_at
from civic.people.models import Person, Verification
from civic.people.naming import default_public_name, numbered_name
from civic.people.providers import is_identity_proven
from civic.people.pseudonyms import is_pseudonym
from civic.permissions.actor import Actor
from civic.permissions.decision import Denied, Missing
from civic.permissions.predicates import signed_in

OLDEST = 120
PUBLIC_NAME_LENGTH = 60


@dataclass(frozen=True)
class Profile:
    """What the form of my space holds; `display_name` empty means the town's default."""

    given_name: str = ""
    family_name: str = ""
    display_name: str = ""
    birth_year: int | None = None
    quartier_id: int | None = None
    language: str = "fr"


def change_profile(session: Session, actor: Actor, profile: Profile, shows_names: str, at: datetime) -> None:
    """Keep what one says about oneself. Raises Missing for a year that cannot be, Denied for a visitor.

    Names that were checked (residence or roll) are no longer changed here: they are those that were verified. Nor is the
    year of birth once it was proven: acts have a minimum age.
    """
    account = own_account(session, actor)
    person = lock(session, Person, actor.person_id or 0)
    if person is None:
        raise Denied(signed_in.refusal)
    if profile.birth_year is not None and not at.year - OLDEST <= profile.birth_year <= at.year:
        raise Missing({"birth_year": _("Write a year such as 1984.")})
    minor, age = minor_at(session, person.id, at), minor_age(session)
    if minor is None and age and profile.birth_year is not None and profile.birth_year + age > at.year:
        sentence = _("You are under %(age)s: say so first under “Parental authorisation”, in my space.", age=age)
        raise Missing({"birth_year": sentence})
    if not is_identity_checked(session, person.id):
        person.given_name, person.family_name = profile.given_name, profile.family_name
        person.quartier_id = profile.quartier_id
        if not is_identity_proven(session, person.id):
            person.birth_year = profile.birth_year
    if minor is None:
        person.display_name = profile.display_name or default_public_name(person, shows_names)
    else:
        person.display_name = _pseudonym(person, profile.display_name)
    account.language = profile.language


def _pseudonym(person: Person, chosen: str) -> str:
    """The public name of a minor. Raises Missing for one that could be their own."""
    if not chosen:
        return numbered_name(person)
    if not is_pseudonym(chosen, person.given_name, person.family_name):
        raise Missing({"display_name": _("Choose a pseudonym without your first name or your surname.")})
    return chosen


def is_identity_checked(session: Session, person_id: int) -> bool:
    """Whether the town has verified who this person is or where they live."""
    found = select(Verification.id).where(
        Verification.person_id == person_id, Verification.level.in_(("residence", "roll"))
    )
    return session.scalar(found.limit(1)) is not None
