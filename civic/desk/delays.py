# SPDX-License-Identifier: AGPL-3.0-or-later
"""The table of delays as page and file show it: departments by name, stages in the order of their life."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from civic.delays.statistics import StageDelays, Waiting, stage_delays, waiting_now
from civic.desk import queries
from civic.desk.acting import Visit
from civic.i18n.setup import current_zone
from civic.i18n.texts import plain, text
from civic.pages.rows import States
from civic.workflow.stations import label_of

DAYS = 365
"""Days looked at when none are asked for."""
EARLIEST, LATEST = date(2000, 1, 1), date(2999, 12, 31)
COLUMNS = (
    "department",
    "kind",
    "stage",
    "files",
    "in_time",
    "late",
    "late_percent",
    "median_days",
    "ninth_decile_days",
)


@dataclass(frozen=True)
class Days:
    """A period of whole days in the town's zone, both included."""

    first: date
    last: date

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """When it begins, and the first moment after it."""
        first, after = (
            datetime.combine(day, time.min, zone).astimezone(UTC) for day in (self.first, self.last + timedelta(days=1))
        )
        return first, after


@dataclass(frozen=True)
class Line:
    """A department at a stage."""

    kind: str
    stage: str
    delays: StageDelays

    @property
    def in_time(self) -> int:
        """Files that left before their deadline."""
        return self.delays.promised - self.delays.late

    @property
    def late_percent(self) -> int | None:
        """Share of the late ones among those whose deadline is known."""
        return percent(self.delays.late, self.delays.promised)


@dataclass(frozen=True)
class Part:
    """A department: what it has now, and its stages over the period."""

    department_id: int | None
    name: str
    lines: tuple[Line, ...]
    waiting: Waiting

    @property
    def files(self) -> int:
        """Stages passed in its hands."""
        return sum(line.delays.files for line in self.lines)

    @property
    def late(self) -> int:
        """Those that were late."""
        return sum(line.delays.late for line in self.lines)

    @property
    def promised(self) -> int:
        """Those whose deadline is known."""
        return sum(line.delays.promised for line in self.lines)

    @property
    def late_percent(self) -> int | None:
        """Share of the late ones."""
        return percent(self.late, self.promised)


def percent(part: int, whole: int) -> int | None:
    """A share in whole percents; None of nothing."""
    return round(100 * part / whole) if whole else None


def days_asked(first: str, last: str, today: date) -> Days:
    """The days of an address, the last year when they are absent or are none."""
    until = _day(last, today)
    since = _day(first, until - timedelta(days=DAYS) if until.year > EARLIEST.year + 1 else until)
    return Days(min(since, until), max(since, until))


def parts(visit: Visit, days: Days) -> list[Part]:
    """Every department that had or has something, by name; what nobody is in charge of comes first."""
    shown = States(visit.session)
    begins, ends = days.moments(current_zone())
    delays = stage_delays(visit.session, visit.actor, shown.kinds, begins, ends)
    waiting = {one.department_id: one for one in waiting_now(visit.session, visit.actor, shown.kinds, visit.at)}
    names: dict[int | None, str] = {one.id: text(one.name) for one in queries.departments(visit.session)}
    names[None] = _("No department yet (clerks)")
    known = {one.department_id for one in delays} | set(waiting)
    found = [
        Part(key, names[key], _lines(shown, delays, key), waiting.get(key, Waiting(key, 0, 0)))
        for key in known
        if key in names
    ]
    return sorted(found, key=lambda part: (part.department_id is not None, plain(part.name)))


def rows(found: Sequence[Part]) -> Iterator[tuple[object, ...]]:
    """The lines of the file."""
    for part in found:
        for line in part.lines:
            one = line.delays
            yield (
                part.name,
                one.kind,
                line.stage,
                one.files,
                line.in_time,
                one.late,
                line.late_percent,
                one.median_days,
                one.ninth_decile_days,
            )


def _lines(shown: States, delays: Sequence[StageDelays], department_id: int | None) -> tuple[Line, ...]:
    """The stages of a department, in the order of each workflow."""
    own = {(one.kind, one.state): one for one in delays if one.department_id == department_id}
    found = []
    for kind in shown.kinds:
        cycle = shown.cycle(kind)
        for state in cycle.workflow.states:
            if (kind, state.name) in own:
                stage = label_of(state, cycle.setup.labels)
                found.append(Line(str(shown.resources[kind].plural), stage, own[kind, state.name]))
    return tuple(found)


def _day(value: str, default: date) -> date:
    """An ISO day of the years that databases and time zones count with, or the default."""
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return default
    return min(max(found, EARLIEST), LATEST)
