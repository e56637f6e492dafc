# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the outbox forgets of messages that were never sent: that they were given up, and why, stays."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, and_, cast, func, select, update
from sqlalchemy.orm import Session

from civic.events.models import OutboxMessage
from civic.notifications.texting import SMS
from civic.people.known_identity import contact_of
from civic.people.models import Account

KEPT = timedelta(days=30)
"""How long what a message that was given up said, and to whom, is kept: time to see why and to tell the person."""
MAIL = "mail"
HIDDEN = "…"
"""In place of an address in what a mail server answered."""


def forget_given_up(session: Session, at: datetime) -> None:
    """Empty the mails and short texts that were given up long ago, each once: what was given up stays for ever."""
    old = and_(OutboxMessage.kind.in_((MAIL, SMS)), OutboxMessage.failed_at < at - KEPT)
    full = cast(OutboxMessage.payload, String) != "{}"
    session.execute(update(OutboxMessage).where(old, full).values(payload={}))


def erase_messages(session: Session, person_id: int, at: datetime) -> None:
    """Empty the mails and short texts for a person that wait or were given up: none of them leaves any more.

    A mail to an address that someone else signs in with may be theirs: it stays.
    """
    own = set(session.scalars(select(Account.email).where(Account.person_id == person_id)))
    own.add(contact_of(session, person_id).email)
    shared = select(Account.email).where(
        Account.email.in_(own), Account.person_id != person_id, Account.closed_at.is_(None)
    )
    for address in sorted(own - {"", *session.scalars(shared)}):
        _empty(session, and_(OutboxMessage.kind == MAIL, OutboxMessage.payload["to"].as_string() == address), at)
        answered = OutboxMessage.error.contains(address, autoescape=True)
        hidden = func.replace(OutboxMessage.error, address, HIDDEN)
        session.execute(update(OutboxMessage).where(answered).values(error=hidden))
    _empty(session, and_(OutboxMessage.kind == SMS, OutboxMessage.payload["person"].as_integer() == person_id), at)


def _empty(session: Session, theirs: ColumnElement[bool], at: datetime) -> None:
    """Empty those that were not sent; those that wait are done, those that were given up stay so."""
    unsent = and_(theirs, OutboxMessage.done_at.is_(None))
    waiting = and_(unsent, OutboxMessage.failed_at.is_(None))
    session.execute(update(OutboxMessage).where(waiting).values(payload={}, done_at=at, leased_until=None))
    session.execute(update(OutboxMessage).where(unsent).values(payload={}))
