# SPDX-License-Identifier: AGPL-3.0-or-later
"""Connections that slept are tried before use; those that just worked are not, which saves a round trip per page."""

from time import monotonic
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError

SLEPT = "civic.used_until"
TRUSTED_FOR = 2.0
"""Seconds a connection is believed to be alive after its last use: longer than between two requests of a busy worker,
shorter than the restart of a database server."""


def try_sleepers(engine: Engine) -> None:
    """Replace `pool_pre_ping`: only a connection unused for `TRUSTED_FOR` seconds is tried, and replaced when dead."""

    @event.listens_for(engine, "checkin")
    def _checkin(_connection: Any, record: Any) -> None:
        record.info[SLEPT] = monotonic()

    @event.listens_for(engine, "checkout")
    def _checkout(connection: Any, record: Any, _fairy: Any) -> None:
        used_until = record.info.get(SLEPT)
        if used_until is None or monotonic() - used_until < TRUSTED_FOR:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as dead:
            raise DisconnectionError("the server closed this connection while it slept") from dead
