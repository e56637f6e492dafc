# SPDX-License-Identifier: AGPL-3.0-or-later
"""On Monday morning, whoever has late files in their queue is told of them by mail, once a week, unless they chose not to be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from civic.db.insertion import insert_once
from civic.delays.lateness import late
from civic.delays.models import SummaryChoice
from civic.events.models import OutboxMessage
from civic.i18n.setup import current_zone
from civic.i18n.texts import pick
from civic.items.models import Item
from civic.items.waiting import readable, waiting_for
from civic.notifications.mail import address_of, send_to
from civic.people.accounts import TAKES_MAIL
from civic.people.actors import actor_of_account
from civic.people.models import Account, RoleGrant
from civic.permissions.actor import Actor
from civic.registry import current_registry
from civic.settings.store import portal_state

MONDAY = 0
FROM_HOUR = 7
"""Hour of the town's zone from which the summaries leave."""
SHOWN = 30
"""Files named in one mail; the list at the desk has them all."""


@dataclass(frozen=True)
class LateFiles:
    """The files that wait for someone and have passed their deadline: the oldest of them, and how many there are."""

    files: Sequence[Any]
    total: int


def send_summaries(session: Session, at: datetime) -> None:
    """The Monday job: may run any number of times, each person receives one mail per week at most."""
    local = at.astimezone(current_zone())
    if local.weekday() != MONDAY or local.hour < FROM_HOUR:
        return
    year, week, _day = local.isocalendar()
    for account, chosen in session.execute(_staff()).all():
        key = f"late_files:{account.id}:{year}-W{week:02}"
        actor = actor_of_account(session, account.id, second_factor=True)
        if actor is None or not account.email or not is_wanted(actor, chosen):
            continue
        found = late_files(session, actor, at)
        if found.total and not _was_sent(session, key):
            _send(session, account, found, key, at)


def late_files(session: Session, actor: Actor, at: datetime) -> LateFiles:
    """What waits for the person, of the modules that are on, and is late."""
    on = portal_state(session).modules_on
    kinds = [kind for kind, _resource in current_registry().resources() if kind.partition(".")[0] in on]
    found = (
        Item.number.is_not(None),
        Item.kind.in_(kinds),
        late(at),
        readable(actor),
        waiting_for(actor, at),
    )
    total = session.scalar(select(func.count()).select_from(Item).where(*found)) or 0
    files = session.execute(
        select(Item.id, Item.number, Item.title, Item.due_at).where(*found).order_by(Item.due_at, Item.id).limit(SHOWN)
    ).all()
    return LateFiles(files, total)


def is_wanted(actor: Actor, chosen: bool | None) -> bool:
    """What the person chose; by default clerks, and agents of a department, are told."""
    if chosen is not None:
        return chosen
    return actor.has_anywhere("clerk") or any(
        grant.role == "agent" and grant.department_id is not None for grant in actor.grants
    )


def choice_of(session: Session, actor: Actor) -> bool | None:
    """What the person chose, None when they never did."""
    return session.scalar(select(SummaryChoice.wanted).where(SummaryChoice.account_id == actor.account_id))


def choose(session: Session, actor: Actor, wanted: bool) -> None:
    """Keep whether the person wants the summary."""
    assert actor.account_id is not None
    if not insert_once(session, SummaryChoice, account_id=actor.account_id, wanted=wanted):
        session.get_one(SummaryChoice, actor.account_id).wanted = wanted


def _staff() -> Any:
    """Open accounts with an address that hold a role, with what each chose."""
    holders = select(RoleGrant.account_id).where(RoleGrant.ended_at.is_(None))
    return (
        select(Account, SummaryChoice.wanted)
        .outerjoin(SummaryChoice, SummaryChoice.account_id == Account.id)
        .where(TAKES_MAIL, Account.id.in_(holders))
        .order_by(Account.id)
    )


def _was_sent(session: Session, key: str) -> bool:
    """Whether this person's mail of this week stands in the outbox; its unique key holds when two look at once."""
    return session.scalar(select(OutboxMessage.id).where(OutboxMessage.dedupe == key)) is not None


def _send(session: Session, account: Account, found: LateFiles, key: str, at: datetime) -> None:
    """One mail, in the person's language."""
    files = [
        {
            "number": row.number,
            "title": pick(row.title, account.language),
            "days": (at - row.due_at).days + 1,
            "url": address_of("desk.item", account.language, item_id=row.id),
        }
        for row in found.files
    ]
    send_to(
        session,
        account,
        "late_files",
        at=at,
        dedupe=key,
        files=files,
        total=found.total,
        more=found.total - len(files),
        list_url=address_of("desk.queue", account.language, late=1),
        choice_url=address_of("desk.summary", account.language),
    )
