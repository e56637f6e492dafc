# SPDX-License-Identifier: AGPL-3.0-or-later
"""An association that speaks, a shop that waits to be checked, and a young person whose parent has not signed yet."""

from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from civic.demo.town import SETTLED, DemoTown
from civic.organisations.services import Wanted, accept_organisation, request_organisation
from civic.people.accounts import create_account
from civic.people.actors import actor_of_account
from civic.people.minors import say_age

CLERK = "nadia-rahmani"
CYCLISTS = Wanted(
    "association",
    "W000001234",
    "Vélo Rive",
    "Nous réparons les vélos le samedi aux Tanneries et accompagnons les enfants sur le chemin de l’école.",
)
BOOKSHOP = Wanted("company", "732829320", "Librairie des Merciers", "Librairie indépendante, rue des Merciers.")


def plan_organisations(town: DemoTown) -> None:
    """The association was accepted in the first weeks; the shop asked two days ago, the young person came yesterday."""
    add = town.timeline.add
    add(
        town.moment(SETTLED + 2, 18),
        "an association asks",
        partial(_ask, town=town, key="romain-colin", wanted=CYCLISTS),
    )
    add(town.moment(SETTLED + 5, 10), "the association is accepted", partial(_accept, town=town))
    add(town.moment(-2, 19), "a shop asks", partial(_ask, town=town, key="delphine-roche", wanted=BOOKSHOP))
    add(town.moment(-1, 17), "a young person says their age", partial(_young, town=town))


def _ask(session: Session, at: datetime, *, town: DemoTown, key: str, wanted: Wanted) -> None:
    """What its member does in their space."""
    found = request_organisation(session, town.actor(session, key), wanted, at)
    town.organisations[found.slug] = found.id


def _accept(session: Session, at: datetime, *, town: DemoTown) -> None:
    """What the clerk does, the number found in the directory."""
    accept_organisation(session, town.actor(session, CLERK), town.organisations["velo-rive"], at)


def _young(session: Session, at: datetime, *, town: DemoTown) -> None:
    """An account made with a code, then the month and the year of birth."""
    account = create_account(
        session, email="noa.petit@courriel.example", language="fr", at=at, given_name="Noa", family_name="Petit"
    )
    actor = actor_of_account(session, account.id)
    assert actor is not None
    say_age(session, actor, town.today.year - 12, 1, at)
    town.residents["noa-petit"] = account.id
