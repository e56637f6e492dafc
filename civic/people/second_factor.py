# SPDX-License-Identifier: AGPL-3.0-or-later
"""The second factor of staff: six digits of a telephone (TOTP, RFC 6238), each serving once."""

from datetime import datetime
from io import BytesIO

import pyotp
import segno
from cryptography.exceptions import InvalidTag
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from civic.db.session import lock
from civic.journal.entries import record
from civic.keys import current_keys
from civic.people.accounts import own_account
from civic.people.models import Account, SignInSession
from civic.people.sealing import decrypt, encrypt
from civic.permissions.actor import Actor
from civic.permissions.core import CORE_POLICY
from civic.permissions.decision import Missing, Refusal, Refused

PURPOSE = "second factor"
STEP = 30
SKEW = (0, -1, 1)
"""Steps accepted around the present one: telephones and servers differ by some seconds."""


class WrongSecondFactor(Missing):
    """The six digits are not those of this moment, or have served already."""


def new_secret() -> str:
    """A secret to enrol with, 160 bits in base 32."""
    return pyotp.random_base32()


def enrolment_uri(secret: str, account: str, town: str) -> str:
    """What the QR code says to the telephone."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=town)


def qr_svg(text: str) -> str:
    """The text as an SVG drawing without style or script."""
    drawn = BytesIO()
    segno.make(text, error="m").save(
        drawn, kind="svg", scale=4, border=4, dark="#000", light="#fff", xmldecl=False, svgns=True, omitsize=False
    )
    return drawn.getvalue().decode()


def is_enrolled(session: Session, actor: Actor) -> bool:
    """Whether the actor's account has a second factor that can be read (the session key may have been lost)."""
    account = session.get(Account, actor.account_id or 0)
    return account is not None and _secret(account) is not None


def enrol(session: Session, actor: Actor, secret: str, code: str, at: datetime) -> None:
    """Keep the secret once a code proves that the telephone has it; the present session counts as confirmed.

    Raises Refused when one is enrolled already: an administrator resets it first, so that a stolen session
    cannot replace it.
    """
    account = own_account(session, actor)
    if _secret(account) is not None:
        raise Refused(
            Refusal("enrolled", _("This account has a second factor already; an administrator can reset it."))
        )
    account.totp_secret = encrypt(current_keys().session, PURPOSE, str(account.id), secret.encode())
    account.totp_used_step = None
    session.flush()
    confirm(session, actor, code, at)
    record(session, actor, "enrol_second_factor", kind="civic.account", subject_id=account.id, at=at)


def confirm(session: Session, actor: Actor, code: str, at: datetime) -> None:
    """Accept a code of the actor's telephone for the present session. Raises WrongSecondFactor.

    The account is locked and the step kept: of two requests with the same code, one passes.
    """
    account = own_account(session, actor)
    secret = _secret(account)
    step = _step(secret, code, at) if secret is not None else None
    if step is None or step <= (account.totp_used_step or 0):
        raise WrongSecondFactor(
            {"code": _("This code does not serve. Wait for the next one on your telephone, then type it.")}
        )
    account.totp_used_step = step
    own = lock(session, SignInSession, actor.session_id or 0)
    if own is not None:
        own.second_factor_at = at


def reset_second_factor(session: Session, actor: Actor, account_id: int, at: datetime) -> None:
    """Take a colleague's second factor away (telephone lost): they enrol a new one at their next sign-in.

    Their sessions lose their confirmation at once. Raises Denied unless an administrator acts, Refused on one's own.
    """
    CORE_POLICY.require("people:manage_roles", actor, None, at)
    if account_id == actor.account_id:
        raise Refused(Refusal("own_factor", _("Another administrator resets yours: ask a colleague.")))
    account = lock(session, Account, account_id)
    if account is None:
        raise Refused(Refusal("no_account", _("This account does not exist.")))
    account.totp_secret, account.totp_used_step = None, None
    for opened in session.query(SignInSession).filter_by(account_id=account_id, ended_at=None):
        opened.second_factor_at = None
    record(session, actor, "reset_second_factor", kind="civic.account", subject_id=account_id, at=at)


def _secret(account: Account) -> str | None:
    """The account's secret; None when there is none or the session key it was sealed under is gone (docs/keys.md)."""
    if account.totp_secret is None:
        return None
    try:
        return decrypt(current_keys().session, PURPOSE, str(account.id), account.totp_secret).decode()
    except InvalidTag:
        return None


def _step(secret: str, code: str, at: datetime) -> int | None:
    """The 30 s step the code belongs to, around now."""
    digits = "".join(character for character in code if character.isdecimal())
    present = int(at.timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    for step in (present + skew for skew in SKEW):
        if pyotp.utils.strings_equal(digits, totp.generate_otp(step)):
            return step
    return None
