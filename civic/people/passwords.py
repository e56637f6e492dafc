# SPDX-License-Identifier: AGPL-3.0-or-later
"""Optional passwords: argon2id; an unknown account costs the same time as a wrong password."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from civic.people.accounts import accounts_at, own_account
from civic.people.models import Account
from civic.permissions.actor import Actor
from civic.permissions.decision import Missing

SHORTEST, LONGEST = 12, 200
"""Characters. CNIL (deliberation 2022-100): 12 or more where nothing is asked about their kinds but tries are limited."""

# 19 MiB, 2 passes, 1 lane (OWASP's first choice for argon2id): 26 ms, so that a village's small machine holds.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Of a password that was thrown away, and belongs to no account: made once, not at every start (a test holds its costs).
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$P3mCUTeV3RdOFOeg4zDGeA$KejRrDW0JT1qCwvCbLW9ME4hHB00N8K05FMtkY/aCkA"
_TOO_COMMON = {"motdepasse12", "motdepasse123", "password1234", "azertyuiop12", "123456789012", "azertyuiopqs"}


def set_password(session: Session, actor: Actor, password: str) -> None:
    """Set the password of one's own account. Raises Missing on field `password` when it is too weak."""
    _check(password, actor.email)
    own_account(session, actor).password_hash = _HASHER.hash(password)


def remove_password(session: Session, actor: Actor) -> None:
    """Go back to codes by e-mail only."""
    own_account(session, actor).password_hash = None


def account_by_password(session: Session, email: str, password: str) -> Account | None:
    """The open account of this address that has this password; on a shared address, each is tried.

    One hash is computed when there is nothing to compare with: an unknown address takes as long as a known one.
    """
    hashes = [(account, account.password_hash) for account in accounts_at(session, email) if account.password_hash]
    if not hashes:
        _matches(_NOBODY, password)
        return None
    found = [account for account, kept in hashes if _matches(kept, password)]
    return found[0] if found else None


def is_own_password(session: Session, actor: Actor, password: str) -> bool:
    """Whether this is the password of the actor's own account."""
    account = session.get(Account, actor.account_id or 0)
    return _matches((account.password_hash if account else None) or _NOBODY, password) and account is not None


def _matches(kept: str, password: str) -> bool:
    """Whether the password gives this hash; far too long ones are not hashed at all."""
    try:
        return len(password) <= LONGEST and _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def _check(password: str, email: str) -> None:
    """Length above all; nothing is asked about kinds of characters."""
    if len(password) < SHORTEST:
        raise Missing({"password": _("Write at least %(count)s characters: a few words do very well.", count=SHORTEST)})
    if len(password) > LONGEST:
        raise Missing({"password": _("Write at most %(count)s characters.", count=LONGEST)})
    lower = password.lower()
    if lower in _TOO_COMMON or lower == email or len(set(lower)) < 4:
        raise Missing({"password": _("This password is among the first to be guessed. Choose another.")})
