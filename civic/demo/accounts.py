# SPDX-License-Identifier: AGPL-3.0-or-later
"""The invented accounts one signs in with: one shared password, given and taken back as a whole."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from civic.demo.town import DATA, DemoTown
from civic.people.actors import actor_of_account
from civic.people.models import Account
from civic.people.passwords import is_own_password, set_password
from civic.permissions.actor import SYSTEM
from civic.settings.demonstration import DEMONSTRATION_SCOPE, DemonstrationSettings
from civic.settings.portal import PORTAL_SCOPE, PortalSettings
from civic.settings.store import portal_state, save_settings

PASSWORD = "bienvenue-a-rive"  # noqa: S105 - known to all on purpose; `civic serve` keeps it on loopback
SHOWN = (
    ("camille-roussel", "administrator"),
    ("nadia-rahmani", "clerk"),
    ("julien-prost", "agent, streets"),
    ("mathieu-garnier", "agent, parks; replaces a colleague who is away"),
    ("helene-vasseur", "mayor"),
    ("karim-benali", "deputy mayor, signs"),
    ("antoine-delmas", "deputy mayor, signs also under a delegation"),
    ("lea-fontaine", "moderator"),
    ("gerard-hamon", "auditor"),
    ("lucie-marchal", "resident, has a draft"),
    ("romain-colin", "resident, speaks for an association"),
    ("zoe-martinez", "young person, with a parent’s authorisation"),
    ("henri-castaing", "resident, shares the mailbox with Simone"),
)
"""One account or two for each role, with what it is good for."""


@dataclass(frozen=True)
class DemoAccount:
    """What is printed of an account."""

    email: str
    name: str
    role: str


def share_password(session: Session, town: DemoTown) -> None:
    """Give every invented account the known password: hashed once, because hashing is slow on purpose."""
    accounts = [*town.staff.values(), *town.residents.values()]
    first = actor_of_account(session, accounts[0])
    assert first is not None
    set_password(session, first, PASSWORD)
    session.flush()
    hashed = session.get_one(Account, accounts[0]).password_hash
    session.execute(update(Account).where(Account.id.in_(accounts)).values(password_hash=hashed))


def withdraw_password(session: Session, at: datetime) -> int:
    """Take the known password from every account that still has it; staff then need their second factor again.

    Gives how many accounts had it. An account whose owner chose another password keeps it.
    """
    holders: dict[str, list[int]] = {}
    for key, hashed in session.execute(select(Account.id, Account.password_hash)):
        if hashed:
            holders.setdefault(hashed, []).append(key)
    shared = [keys for keys in holders.values() if _is_shared(session, keys)]
    taken = [key for keys in shared for key in keys]
    session.execute(update(Account).where(Account.id.in_(taken)).values(password_hash=None))
    state = portal_state(session)
    values = {**state.values.get(PORTAL_SCOPE, {}), "staff_second_factor": True}
    save_settings(session, SYSTEM, PORTAL_SCOPE, PortalSettings(**values), at)
    save_settings(session, SYSTEM, DEMONSTRATION_SCOPE, DemonstrationSettings(loaded=True), at)
    return len(taken)


def _is_shared(session: Session, keys: Sequence[int]) -> bool:
    """Whether this hash, of these accounts, is the known password's."""
    actor = actor_of_account(session, keys[0])
    return actor is not None and is_own_password(session, actor, PASSWORD)


def shown_accounts() -> list[DemoAccount]:
    """The accounts worth trying, in the order of SHOWN."""
    data = tomllib.loads((DATA / "town.toml").read_text(encoding="utf-8"))
    people = {one["key"]: one for one in (*data["staff"], *data["resident"])}
    return [
        DemoAccount(people[key]["email"], f"{people[key]['given_name']} {people[key]['family_name']}", role)
        for key, role in SHOWN
    ]
