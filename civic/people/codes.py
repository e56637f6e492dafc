# SPDX-License-Identifier: AGPL-3.0-or-later
"""Codes sent by e-mail: typed in the browser that asked, or followed by link; each serves once, within 15 minutes."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from civic.db.session import lock
from civic.keys import current_keys
from civic.people.actors import token_hash
from civic.people.models import SignInCode
from civic.people.sealing import keyed_hash
from civic.permissions.decision import Missing

LIFE = timedelta(minutes=15)
MOST_WRONG = 5
KEPT = timedelta(days=1)

SIGN_IN = "sign_in"
CHANGE_EMAIL = "change_email"
MERGE = "merge"


class WrongCode(Missing):
    """The code is not the one that was sent, or no longer serves."""


@dataclass(frozen=True)
class Sent:
    """What goes into the message: it exists nowhere else in clear."""

    code: str
    link: str


def make_code(
    session: Session, *, purpose: str, email: str, browser: str, at: datetime, account_id: int | None = None
) -> Sent:
    """Make a code for an address, to be typed in the browser that holds the random text `browser`."""
    sent = Sent(f"{secrets.randbelow(1_000_000):06d}", secrets.token_urlsafe(32))
    session.add(
        SignInCode(
            purpose=purpose,
            email=email,
            account_id=account_id,
            code_hash=_code_hash(purpose, email, sent.code),
            link_hash=token_hash(sent.link),
            browser_hash=token_hash(browser),
            created_at=at,
            expires_at=at + LIFE,
        )
    )
    return sent


def try_code(session: Session, *, purpose: str, email: str, browser: str, code: str, at: datetime) -> int | None:
    """The id of the code that was typed right; otherwise None, and each code still alive counts one wrong try.

    Call it in a write of its own: what happens afterwards must not take the count back. The rows are locked, so that
    many tries at once are counted one after the other.
    """
    alive = session.scalars(
        select(SignInCode)
        .where(
            SignInCode.purpose == purpose,
            SignInCode.email == email,
            SignInCode.browser_hash == token_hash(browser),
            SignInCode.used_at.is_(None),
            SignInCode.expires_at > at,
            SignInCode.wrong_count < MOST_WRONG,
        )
        .order_by(SignInCode.id)
        .with_for_update()
    ).all()
    typed = _code_hash(purpose, email, code)
    right = [row for row in alive if secrets.compare_digest(row.code_hash, typed)]
    if right:
        return right[-1].id
    for row in alive:
        row.wrong_count += 1
    return None


def code_of_link(session: Session, link: str, purpose: str, at: datetime) -> SignInCode | None:
    """The code a link stands for, while it serves."""
    row = linked_code(session, link, purpose)
    return row if row is not None and _serves(row, at) else None


def typed_code(session: Session, *, purpose: str, email: str, browser: str, code: str) -> SignInCode | None:
    """The last code of this browser with these digits, whether it still serves or not."""
    return session.scalar(
        select(SignInCode)
        .where(
            SignInCode.purpose == purpose,
            SignInCode.email == email,
            SignInCode.browser_hash == token_hash(browser),
            SignInCode.code_hash == _code_hash(purpose, email, code),
        )
        .order_by(SignInCode.id.desc())
        .limit(1)
    )


def linked_code(session: Session, link: str, purpose: str) -> SignInCode | None:
    """The code a link stands for, whether it still serves or not."""
    return session.scalar(
        select(SignInCode).where(SignInCode.link_hash == token_hash(link), SignInCode.purpose == purpose)
    )


def living_code(session: Session, code_id: int, purpose: str, at: datetime) -> SignInCode:
    """The code that was proven earlier in this browser, while it serves; raises WrongCode otherwise."""
    row = session.get(SignInCode, code_id)
    if row is None or row.purpose != purpose or not _serves(row, at):
        raise wrong_code()
    return row


def use_code(session: Session, code_id: int, at: datetime) -> SignInCode:
    """Spend a code. Raises WrongCode when it was spent meanwhile or its time is over."""
    row = lock(session, SignInCode, code_id)
    if row is None or not _serves(row, at):
        raise wrong_code()
    row.used_at = at
    # The address has answered: what else was on its way to it for the same purpose no longer opens anything.
    session.execute(
        update(SignInCode)
        .where(SignInCode.email == row.email, SignInCode.purpose == row.purpose, SignInCode.used_at.is_(None))
        .where(SignInCode.browser_hash == row.browser_hash, SignInCode.id != row.id)
        .values(used_at=at)
    )
    return row


def purge_codes(session: Session, at: datetime) -> None:
    """Remove codes of more than a day (run by a schedule)."""
    session.execute(delete(SignInCode).where(SignInCode.created_at < at - KEPT))


def wrong_code() -> WrongCode:
    """The one refusal of a code: it says the same whether the code is wrong, used, expired or tried too often."""
    return WrongCode({"code": _("This code does not serve: check the six digits, or ask for a new code below.")})


def _serves(row: SignInCode, at: datetime) -> bool:
    """Whether the code can still be used."""
    return row.used_at is None and row.expires_at > at and row.wrong_count < MOST_WRONG


def _code_hash(purpose: str, email: str, code: str) -> str:
    """Keyed: a copy of the database does not give the codes of the last minutes."""
    return keyed_hash(current_keys().session, "sign-in code", purpose, email, code)
