# SPDX-License-Identifier: AGPL-3.0-or-later
"""Deadlines end at the midnight that follows their last day, in the town's own zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from civic.workflow.deadlines import due, easter_sunday, holidays, is_working
from civic.workflow.declaration import Deadline

PARIS = "Europe/Paris"


def moment(text):
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    "start, deadline, zone, expected",
    [
        # "Until the 3rd" ends at the following midnight.
        ("2026-02-01T10:00+01:00", Deadline(2), PARIS, "2026-02-04T00:00+01:00"),
        # The day is the town's, not Greenwich's: 23:30 UTC is already the 2nd in Paris.
        ("2026-02-01T23:30+00:00", Deadline(2), PARIS, "2026-02-05T00:00+01:00"),
        # Summer time begins and ends inside the interval: the wall clock rules.
        ("2026-03-27T10:00+01:00", Deadline(3), PARIS, "2026-03-31T00:00+02:00"),
        ("2026-10-23T10:00+02:00", Deadline(3), PARIS, "2026-10-27T00:00+01:00"),
        # Overseas.
        ("2026-02-01T21:00+00:00", Deadline(1), "Indian/Reunion", "2026-02-04T00:00+04:00"),
        ("2026-02-02T03:00+00:00", Deadline(1), "America/Martinique", "2026-02-03T00:00-04:00"),
        ("2026-02-01T12:00+00:00", Deadline(1), "Pacific/Noumea", "2026-02-03T00:00+11:00"),
        ("2026-02-01T12:00+00:00", Deadline(1), "Pacific/Tahiti", "2026-02-03T00:00-10:00"),
        ("2026-03-07T12:00+00:00", Deadline(1), "America/Miquelon", "2026-03-09T00:00-02:00"),
        # Working days: Friday + 1 is Monday; 1, 8, 14 (Ascension) and 25 May (Whit Monday) 2026 do not count.
        ("2026-03-06T10:00+01:00", Deadline(1, working=True), PARIS, "2026-03-10T00:00+01:00"),
        ("2026-04-30T10:00+02:00", Deadline(1, working=True), PARIS, "2026-05-05T00:00+02:00"),
        ("2026-05-13T10:00+02:00", Deadline(2, working=True), PARIS, "2026-05-19T00:00+02:00"),
        ("2026-12-24T10:00+01:00", Deadline(1, working=True), PARIS, "2026-12-29T00:00+01:00"),
        ("2026-05-22T10:00+02:00", Deadline(1, working=True), PARIS, "2026-05-27T00:00+02:00"),
        # The days that commemorate the abolition of slavery are holidays where they are (Code du travail L3422-2).
        ("2026-05-21T10:00-04:00", Deadline(1, working=True), "America/Martinique", "2026-05-27T00:00-04:00"),
        ("2026-12-18T10:00+04:00", Deadline(1, working=True), "Indian/Reunion", "2026-12-22T00:00+04:00"),
        ("2027-12-17T10:00+04:00", Deadline(1, working=True), "Indian/Reunion", "2027-12-22T00:00+04:00"),
        ("2027-12-17T10:00+01:00", Deadline(1, working=True), PARIS, "2027-12-21T00:00+01:00"),
        # No time at all still leaves the day.
        ("2026-02-01T10:00+01:00", Deadline(0), PARIS, "2026-02-02T00:00+01:00"),
    ],
)
def test_a_state_is_overdue_from_this_moment(start, deadline, zone, expected):
    found = due(moment(start), deadline, ZoneInfo(zone))
    assert found == moment(expected)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "year, day",
    [
        (2024, "2024-03-31"),
        (2025, "2025-04-20"),
        (2026, "2026-04-05"),
        (2027, "2027-03-28"),
        (2038, "2038-04-25"),
        (2285, "2285-03-22"),
    ],
)
def test_easter_falls_on_the_published_day(year, day):
    assert easter_sunday(year) == date.fromisoformat(day)


def test_there_are_eleven_holidays():
    assert len(holidays(2026)) == 11
    assert not is_working(date(2026, 7, 14))
    assert not is_working(date(2026, 7, 18))
    assert is_working(date(2026, 7, 13))
