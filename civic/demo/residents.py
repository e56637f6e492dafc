# SPDX-License-Identifier: AGPL-3.0-or-later
"""Those who live in the demonstration town: accounts, the electoral roll, who was verified at the counter."""

import io
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from civic.demo.town import OPENING, DemoTown
from civic.people.accounts import create_account
from civic.people.identity import CivilIdentity
from civic.people.minors import minor_of, record_authorisation
from civic.people.models import Account, Person
from civic.people.naming import name_of
from civic.people.rolls import apply_roll, prepare_roll
from civic.people.verification import ELECTORAL, Proof, verify_on_list, verify_residence

COUNTER = "thomas-lefevre"
"""The clerk at the counter during the portal's first weeks."""
ADMINISTRATOR = "camille-roussel"
PROOFS = ("bill", "tax", "rent", "insurance", "hosting")


def register(session: Session, town: DemoTown, residents: list[dict[str, Any]]) -> None:
    """Open an account for everyone, import the roll, verify whoever came to the counter; fills the town's residents."""
    _import_roll(session, town, residents)
    for place, one in enumerate(residents):
        at = town.moment(OPENING + 2 + place // 3, 9, 7 * place)
        account = _declared(session, one, at) if one["level"] == "declared" else _confirmed(session, one, at)
        person = session.get_one(Person, account.person_id)
        person.birth_year, person.quartier_id = one["birth_year"], town.quartiers[one["quartier"]]
        town.residents[one["key"]] = account.id
        _verify(session, town, place, one, person.id, at + timedelta(hours=2))


def _confirmed(session: Session, one: dict[str, Any], at: datetime) -> Account:
    """Someone who signed in with a code: the address is proven."""
    return create_account(
        session,
        email=one["email"],
        language="fr",
        at=at,
        given_name=one["given_name"],
        family_name=one["family_name"],
    )


def _declared(session: Session, one: dict[str, Any], at: datetime) -> Account:
    """Someone entered at the counter, whose address nothing has proven yet."""
    given, family = one["given_name"], one["family_name"]
    name = name_of(given, family, "initial")
    person = Person(given_name=given, family_name=family, display_name=name, created_at=at)
    account = Account(person=person, email=one["email"], language="fr", created_at=at)
    session.add(account)
    session.flush()
    return account


def _verify(session: Session, town: DemoTown, place: int, one: dict[str, Any], person_id: int, at: datetime) -> None:
    """What the clerk did at the counter, if the resident came there."""
    clerk = town.actor(session, COUNTER)
    if one["level"] == "roll":
        verify_on_list(session, clerk, person_id, _identity(place, one), list_name=ELECTORAL, at=at)
    elif one["level"] == "residence":
        proof = Proof(PROOFS[place % len(PROOFS)], town.day(OPENING - 20 - place))
        quartier = town.quartiers[one["quartier"]]
        verify_residence(session, clerk, person_id, proof, _identity(place, one), quartier_id=quartier, at=at)
    minor = minor_of(session, person_id)
    if minor is not None:
        parent = f"Parent de {one['given_name']} {one['family_name']}"
        record_authorisation(
            session, clerk, minor.id, guardian=parent, signed_on=town.day(OPENING), reference="Classeur 1", at=at
        )
        session.get_one(Person, person_id).display_name = one["pseudonym"]


def _identity(place: int, one: dict[str, Any]) -> CivilIdentity:
    """What the identity document says; the day of birth is invented."""
    born = date(one["birth_year"], 1 + place % 12, 1 + place * 7 % 28)
    return CivilIdentity(one["family_name"], one["given_name"], born)


def _import_roll(session: Session, town: DemoTown, residents: list[dict[str, Any]]) -> None:
    """The electoral roll of the town: those who are on it."""
    lines = ["numero;nom;prenoms;date de naissance;quartier"]
    for place, one in enumerate(residents):
        if one["level"] == "roll":
            who = _identity(place, one)
            number = f"99{place:06d}"
            lines.append(f"{number};{who.surname};{who.first_names};{who.birth_date:%d/%m/%Y};{one['quartier']}")
    administrator, at = town.actor(session, ADMINISTRATOR), town.moment(OPENING, 10)
    file = io.BytesIO("\n".join(lines).encode())
    prepare_roll(session, administrator, ELECTORAL, file, town.quartiers, at=at)
    apply_roll(session, administrator, ELECTORAL, at=at)
