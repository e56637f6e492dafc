# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rate limits of sign-in and of what costs room: per address, per e-mail address or account, and per pair of both.

With Redis, all processes count together. When Redis does not answer, each process goes on counting in its own memory,
for every act: nobody is shut out because Redis is down, and no act is left without a limit (several processes then
allow as many times more; the five tries of a code are counted in the database and never depend on Redis).
"""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app
from flask_babel import gettext as _
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage

from civic.config import Config
from civic.permissions.decision import Refusal, Refused

EXTENSION = "civic.limits"
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limit:
    """How often an act may be tried: by one address, by or for one e-mail address or account, by one address for one.

    Addresses are shared by whole buildings, libraries and town halls, so theirs are wide. Where a stranger can name
    someone's e-mail address, the pair is what is narrow: whoever tries from elsewhere does not shut its owner out. What
    all addresses together may try for one e-mail address keeps its mailbox from being flooded, its password from being
    guessed by many machines.
    """

    act: str
    per_address: RateLimitItem
    per_subject: RateLimitItem
    per_pair: RateLimitItem | None = None


ASK_CODE = Limit("ask_code", RateLimitItemPerHour(300), RateLimitItemPerHour(40), RateLimitItemPerMinute(8, 15))
TRY_CODE = Limit("try_code", RateLimitItemPerHour(600), RateLimitItemPerHour(400), RateLimitItemPerMinute(20, 15))
TRY_PASSWORD = Limit(
    "try_password", RateLimitItemPerHour(300), RateLimitItemPerHour(200), RateLimitItemPerMinute(10, 15)
)
TRY_SECOND_FACTOR = Limit("try_second_factor", RateLimitItemPerHour(600), RateLimitItemPerMinute(6, 15))
TRY_PROVIDER = Limit("try_provider", RateLimitItemPerHour(600), RateLimitItemPerHour(600))
SEND_PROOF = Limit("send_proof", RateLimitItemPerHour(300), RateLimitItemPerHour(60))
FOLLOW_UP = Limit("follow_up", RateLimitItemPerHour(120), RateLimitItemPerMinute(20, 15))
LETTER_CODE = Limit("letter_code", RateLimitItemPerHour(60), RateLimitItemPerHour(6000))
"""A code on a letter: by one address, and by everyone together; its wrong dates of birth are counted in the database."""
SEND_FILE = Limit("send_file", RateLimitItemPerHour(200), RateLimitItemPerHour(60))
WRITE = Limit("write", RateLimitItemPerHour(600), RateLimitItemPerHour(60))
"""Comments, requests of organisations and new proposals, kept as drafts, submitted or withdrawn since: nobody writes one a minute for an hour."""
KEEP_PENDING = Limit("keep_pending", RateLimitItemPerHour(300), RateLimitItemPerHour(300))


class TooMany(Refused):
    """The act was tried too often; the form comes back and says when to try again."""


Store = MemoryStorage | RedisStorage
Act = Callable[[Store, RateLimitItem, str], bool]
MOST = 10_000
"""Right tries that one counter remembers in its window: more than all addresses together may try."""


class Limits:
    """Counters of one application."""

    def __init__(self, redis_url: str) -> None:
        self.memory = MemoryStorage()
        self.shared = RedisStorage(redis_url, wrap_exceptions=True) if redis_url else self.memory

    def require(self, limit: Limit, *, address: str, subject: str) -> None:
        """Count one try; raises TooMany when any of the limits is reached."""
        # Not `all()`: each is counted, whichever is reached.
        within = [self._count(_try, item, key) for _kind, item, key in _counters(limit, address, subject)]
        if not all(within):
            raise TooMany(Refusal("too_many", _("Too many tries. Wait a quarter of an hour, then try again.")))

    def give_back(self, limit: Limit, *, address: str, subject: str) -> None:
        """Take back the one try that was right: only failures count for an account, and for an account from an address.

        Counted first and given back after, so that tries sent at once are all counted; earlier failures stay counted.
        What one address does in an hour stays counted too: right or wrong, each try costs the portal work and room.
        """
        for kind, item, key in _counters(limit, address, subject):
            if kind != "address":
                self._count(_give_back, item, key)

    def _count(self, act: Act, item: RateLimitItem, key: str) -> bool:
        """Count where all processes do, or here while Redis does not answer."""
        try:
            return act(self.shared, item, key)
        except StorageError:
            logger.warning("Redis does not answer: rate limits are counted by each process on its own")
            return act(self.memory, item, key)


def _try(store: Store, item: RateLimitItem, key: str) -> bool:
    """Whether one more is within the limit: those that were right make room for as many."""
    right = _counted(store, item, _right(item, key))
    return store.acquire_entry(item.key_for("civic", key), item.amount + right, item.get_expiry())


def _give_back(store: Store, item: RateLimitItem, key: str) -> bool:
    """Count a right try beside its counter, which cannot be lowered; never more of them than were tried."""
    if _counted(store, item, _right(item, key)) >= _counted(store, item, item.key_for("civic", key)):
        return False
    return store.acquire_entry(_right(item, key), MOST, item.get_expiry())


def _right(item: RateLimitItem, key: str) -> str:
    """Where the right tries of a counter are counted."""
    return item.key_for("civic", key, "right")


def _counted(store: Store, item: RateLimitItem, name: str) -> int:
    """How many a window holds now."""
    _since, count = store.get_moving_window(name, MOST, item.get_expiry())
    return count


def _counters(limit: Limit, address: str, subject: str) -> list[tuple[str, RateLimitItem, str]]:
    """Kind, limit and key of what a try is counted on; a key is a hash, so that Redis holds no address."""
    pair = f"{address}\x00{subject}" if address and subject else ""
    named = (
        ("address", limit.per_address, address),
        ("subject", limit.per_subject, subject),
        ("pair", limit.per_pair, pair),
    )
    return [
        (kind, item, hashlib.sha256(f"{limit.act}\x00{kind}\x00{value}".encode()).hexdigest())
        for kind, item, value in named
        if item and value
    ]


def init_limits(app: Flask) -> None:
    """Give the application its counters."""
    config: Config = app.extensions["civic.config"]
    app.extensions[EXTENSION] = Limits(config.redis_url)


def current_limits() -> Limits:
    """The counters of the running application."""
    limits: Limits = current_app.extensions[EXTENSION]
    return limits
