# SPDX-License-Identifier: AGPL-3.0-or-later
"""Telling a person what became of the document they sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.notifications.mail import address_of, send_to
from civic.people.models import Account
from civic.settings.portal import PORTAL_SCOPE, PortalSettings
from civic.settings.store import portal_state


def tell_person(session: Session, person_id: int, template: str, at: datetime, **context: Any) -> None:
    """One mail to each address of the person, in the language of its account, with the way to the counter."""
    counter = portal_state(session).settings(PORTAL_SCOPE, PortalSettings).counter_address
    accounts = session.scalars(
        select(Account).where(Account.person_id == person_id, Account.closed_at.is_(None)).order_by(Account.id)
    )
    for account in {account.email: account for account in accounts if account.email}.values():
        page = address_of("people.residence", account.language)
        send_to(session, account, template, at=at, page=page, counter=counter, **context)
