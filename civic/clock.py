# SPDX-License-Identifier: AGPL-3.0-or-later
"""The present moment. Services are handed it as `at`; only faces (pages, commands, jobs) call it."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)
