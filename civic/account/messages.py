# SPDX-License-Identifier: AGPL-3.0-or-later
"""Codes and notices sent by e-mail."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.i18n.setup import current_language
from civic.notifications.mail import address_of, send, send_to
from civic.people.codes import LIFE, SIGN_IN, make_code
from civic.people.models import Account

_MINUTES = int(LIFE.total_seconds()) // 60


def send_sign_in_code(
    session: Session, *, email: str, browser: str, wanted: str, at: datetime, account_id: int | None = None
) -> None:
    """Send a code and a link, whether the address is known or not: the answer never tells."""
    language = current_language()
    sent = make_code(session, purpose=SIGN_IN, email=email, browser=browser, at=at, account_id=account_id)
    link = address_of("people.link", language, token=sent.link, next=wanted or None)
    context = {"code": sent.code, "link": link, "minutes": _MINUTES}
    send(session, to=email, template="sign_in_code", context=context, language=language, at=at)


def send_proof_code(session: Session, *, purpose: str, email: str, browser: str, account_id: int, at: datetime) -> None:
    """Send a code that proves an address to someone signed in: a new address, or that of another account."""
    language = current_language()
    sent = make_code(session, purpose=purpose, email=email, browser=browser, at=at, account_id=account_id)
    context = {"code": sent.code, "minutes": _MINUTES}
    send(session, to=email, template=f"{purpose}_code", context=context, language=language, at=at)


def tell_linked(session: Session, account: Account, label: str, *, at: datetime) -> None:
    """Tell whoever may be someone else that an identity now opens one of a person's accounts: each address once."""
    _tell_all(session, account, "identity_linked", {"label": label}, at)


def tell_unlinked(session: Session, account: Account, *, at: datetime) -> None:
    """Tell each address of the person that an identity no longer opens an account."""
    _tell_all(session, account, "identity_unlinked", {}, at)


def _tell_all(session: Session, account: Account, template: str, context: dict[str, str], at: datetime) -> None:
    """One message for each address of the account's person."""
    known = select(Account).where(Account.person_id == account.person_id, Account.closed_at.is_(None))
    for one in {one.email: one for one in session.scalars(known.order_by(Account.id)) if one.email}.values():
        send_to(session, one, template, at=at, **context)


def tell_old_address(session: Session, *, old: str, new: str, language: str, at: datetime) -> None:
    """Tell the former address that it no longer signs in, in case someone else did this."""
    send(session, to=old, template="email_changed", context={"new": new}, language=language, at=at)
