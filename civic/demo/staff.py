# SPDX-License-Identifier: AGPL-3.0-or-later
"""Those who work for the demonstration town: accounts, roles, delegations of signature, absences."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from civic.demo.timeline import Act
from civic.demo.town import OPENING, DemoTown
from civic.people.absences import record_absence
from civic.people.accounts import create_account
from civic.people.delegations import record_delegation
from civic.people.roles import WHOLE_PORTAL, grant_role
from civic.permissions.actor import SYSTEM, Actor, Grant

NOTICE = 5
"""Days before they begin at which delegations and absences are recorded."""


def hire(session: Session, town: DemoTown, data: dict[str, Any]) -> None:
    """Open every account, the administrator's first, and grant the roles; fills the town's staff."""
    at = town.moment(OPENING, 8, 30)
    administrator = next(one for one in data["staff"] if "administrator" in one["roles"])
    _hire_one(session, town, SYSTEM, administrator, at)
    granting = town.actor(session, administrator["key"])
    for one in data["staff"]:
        if one is not administrator:
            _hire_one(session, town, granting, one, at)
    for one in data["delegation"]:
        town.timeline.add(*_delegation(town, administrator["key"], one))
    for one in data["absence"]:
        town.timeline.add(*_absence(town, one))


def _hire_one(session: Session, town: DemoTown, granting: Actor, one: dict[str, Any], at: datetime) -> None:
    """One account with its roles; staff act in the open, under first name and surname."""
    account = create_account(
        session,
        email=one["email"],
        language="fr",
        at=at,
        given_name=one["given_name"],
        family_name=one["family_name"],
        shows_names="full",
    )
    department = town.departments[one["department"]] if "department" in one else None
    for role in one["roles"]:
        where = Grant(role, department_id=None if role in WHOLE_PORTAL else department)
        grant_role(session, granting, account.id, where, title=one["title"], at=at)
    town.staff[one["key"]] = account.id


def _delegation(town: DemoTown, administrator: str, one: dict[str, Any]) -> tuple[datetime, str, Act]:
    """A delegation of signature, recorded when the arrêté was taken."""

    def act(session: Session, at: datetime) -> None:
        record_delegation(
            session,
            town.actor(session, administrator),
            official_id=town.staff[one["official"]],
            deputy_id=town.staff[one["deputy"]],
            act_reference=one["act_reference"],
            from_on=town.day(one["from"]),
            last_day=town.day(one["until"]) - timedelta(days=1),
            at=at,
        )

    return town.moment(one["from"] - NOTICE, 14), f"delegation of {one['official']}", act


def _absence(town: DemoTown, one: dict[str, Any]) -> tuple[datetime, str, Act]:
    """An absence, recorded by the one who leaves."""

    def act(session: Session, at: datetime) -> None:
        record_absence(
            session,
            town.actor(session, one["account"]),
            account_id=town.staff[one["account"]],
            replacement_id=town.staff[one["replacement"]],
            from_on=town.day(one["from"]),
            last_day=town.day(one["until"]) - timedelta(days=1),
            note=one["note"],
            at=at,
        )

    return town.moment(one["from"] - NOTICE, 16), f"absence of {one['account']}", act
