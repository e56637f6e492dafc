# SPDX-License-Identifier: AGPL-3.0-or-later
"""What stands in the small town without being public, and who may read it: those whose it is, and those whom a permission lets."""

from dataclasses import dataclass

from flask import Flask

from civic.clock import now
from civic.db.session import write
from civic.items.models import Item
from civic.people.actors import actor_of_account
from civic.permissions.core import CORE_POLICY
from tests.civic.permissions.town import COLUMNS, GUARDIAN, HOME, KNOWN, PRIVATE_PROOF, PROVEN, Town

UNCONFIRMED = ("resident", "owner", "clerk unconfirmed")
"""Columns whose session has no second factor."""


@dataclass(frozen=True)
class Secret:
    """Something private.

    Attributes:
        name: what it is.
        texts: every way in which a page could write it; capitals do not matter.
        actions: permissions, of which any lets one read it.
        own: columns whose own it is.
    """

    name: str
    texts: tuple[str, ...]
    actions: tuple[str, ...] = ()
    own: tuple[str, ...] = ()


DRAFT = Secret("draft", ("brouillon que personne ne lit",), own=("owner",))
ANSWER = Secret("unsigned answer", ("réponse que personne n’a signée",), ("item:read",))
BORN = f"{KNOWN.birth_date:%d/%m/%Y}", KNOWN.birth_date.isoformat(), "14 mars 1941", "March 14, 1941", "14 March 1941"
SECRETS = (
    DRAFT,
    ANSWER,
    Secret("birth date of someone at the counter", BORN, ("people:verify",)),
    Secret("surname of someone at the counter", (KNOWN.surname,), ("people:verify",)),
    Secret("unproven address of someone at the counter", (KNOWN.email,), ("people:verify",)),
    Secret("e-mail address of an account", ("owner@ville.example",), ("people:verify",), ("owner",)),
    Secret("postal address of a letter", (HOME,), ("people:verify", "letter:send", "letter:code")),
    Secret("private proof", (PRIVATE_PROOF,), ("people:verify",)),
    Secret("names beside a proof", (PROVEN.surname,), ("people:verify",)),
    Secret("guardian of a minor", (GUARDIAN,), ("authorisation:record",)),
)


def readers(app: Flask, town: Town) -> dict[Secret, frozenset[str]]:
    """The columns that may read each secret, by the policy of the core itself."""
    with app.app_context(), write() as session:
        item = session.get_one(Item, town.ids.studied["draft"])
        actors = {
            column: actor_of_account(
                session, getattr(town.ids, column.replace(" ", "_")), second_factor=column not in UNCONFIRMED
            )
            for column in COLUMNS[1:]
        }
        return {
            secret: frozenset(secret.own)
            | {
                column
                for column, actor in actors.items()
                for action in secret.actions
                if actor is not None and CORE_POLICY.refusal(action, actor, item, now()) is None
            }
            for secret in SECRETS
        }
