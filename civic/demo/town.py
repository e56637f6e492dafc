# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the demonstration offers to the seeds of modules: days, people, places, and the timeline they add to."""

import tomllib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from civic.demo.dates import filled
from civic.demo.timeline import Timeline
from civic.people.actors import actor_of_account
from civic.permissions.actor import Actor

DATA = Path(__file__).parent / "data"
OPENING = -470
"""The portal's first day: accounts, roles, territory."""
SETTLED = -450
"""By that day residents have registered; whatever modules tell happened from then on."""


@dataclass(frozen=True)
class DemoProcess:
    """A process of the town, known before the timeline makes it.

    Attributes:
        prepared_at: the moment it is made; a module places its component just after.
        phases: first moment, moment it is over, and what it opens in every component: `submit`, `comment`, `support`.
    """

    slug: str
    prepared_at: datetime
    phases: tuple[tuple[datetime, datetime, frozenset[str]], ...]

    def windows(self, verb: str) -> list[tuple[datetime, datetime]]:
        """When the verb is open."""
        return [(opens, closes) for opens, closes, verbs in self.phases if verb in verbs]


@dataclass(frozen=True)
class DemoTown:
    """The town, by the keys its data files use.

    Attributes:
        quartiers, tags, departments: slug -> id.
        staff, residents: key -> id of the account.
        spaces: slug of a process -> id of its space, from the moment the timeline has made it.
        organisations: slug -> id, the same way.
    """

    today: date
    zone: ZoneInfo
    timeline: Timeline
    quartiers: dict[str, int] = field(default_factory=dict)
    tags: dict[str, int] = field(default_factory=dict)
    departments: dict[str, int] = field(default_factory=dict)
    staff: dict[str, int] = field(default_factory=dict)
    residents: dict[str, int] = field(default_factory=dict)
    processes: dict[str, DemoProcess] = field(default_factory=dict)
    spaces: dict[str, int] = field(default_factory=dict)
    organisations: dict[str, int] = field(default_factory=dict)
    _actors: dict[str, Actor] = field(default_factory=dict, repr=False)

    def day(self, offset: int) -> date:
        """The day so many days after the day of loading (negative: before)."""
        return self.today + timedelta(days=offset)

    def moment(self, offset: int, hour: int = 9, minute: int = 0) -> datetime:
        """That day at that hour in the town, in UTC; `minute` may exceed 59."""
        local = datetime.combine(self.day(offset), time(hour), self.zone) + timedelta(minutes=minute)
        return local.astimezone(UTC)

    def actor(self, session: Session, key: str) -> Actor:
        """Who acts: a member of the staff or a resident, with the roles of the demonstration."""
        if key not in self._actors:
            account = self.staff[key] if key in self.staff else self.residents[key]
            found = actor_of_account(session, account, second_factor=True)
            if found is None:
                raise LookupError(f"the account of {key} is closed")
            self._actors[key] = found
        return self._actors[key]

    def read(self, path: Path) -> dict[str, Any]:
        """A data file with the dates of its texts written relative to the day of loading."""
        data: dict[str, Any] = filled(tomllib.loads(path.read_text(encoding="utf-8")), self.today)
        return data
