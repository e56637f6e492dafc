# SPDX-License-Identifier: AGPL-3.0-or-later
"""Days as people write them, moments as they are stored: "until the 3rd" ends at the midnight that follows."""

from datetime import UTC, date, datetime, time, timedelta

from civic.i18n.setup import current_zone


def beginning(day: date) -> datetime:
    """The first moment of a day in the town's zone, in UTC."""
    return datetime.combine(day, time.min, current_zone()).astimezone(UTC)


def ending(last_day: date) -> datetime:
    """The moment at which a last day is over: the following midnight in the town's zone, in UTC."""
    return beginning(last_day + timedelta(days=1))


def first_day(opens_at: datetime) -> date:
    """The day on which an interval begins."""
    return opens_at.astimezone(current_zone()).date()


def final_day(closes_at: datetime) -> date:
    """The last day of a half-open interval."""
    return (closes_at - timedelta(microseconds=1)).astimezone(current_zone()).date()
