# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was entered at the counter, by helper, channel and day; what someone should look at. Two queries, whatever the days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from civic.counter.kinds import SUPPORT
from civic.counter.models import CounterAct
from civic.items.models import Item
from civic.people.models import Account, Person

COLUMNS = ("day", "helper", "channel", "kind", "acts", "persons", "withdrawn")
SHOWN = 500
"""Lines on the page; the file holds them all."""


@dataclass(frozen=True)
class Period:
    """Days, both included."""

    first: date
    last: date


def entered_by_day(session: Session, period: Period, *, limit: int | None = None) -> list[Row[Any]]:
    """Acts by day, helper, channel and kind, the newest day first."""
    return list(
        session.execute(
            select(
                CounterAct.day,
                CounterAct.helper_id,
                Person.display_name.label("helper"),
                CounterAct.channel,
                CounterAct.kind,
                func.count().label("acts"),
                func.count(CounterAct.person_id.distinct()).label("persons"),
                func.count(CounterAct.withdrawn_at).label("withdrawn"),
            )
            .join(Account, Account.id == CounterAct.helper_id)
            .join(Person, Person.id == Account.person_id)
            .where(CounterAct.day >= period.first, CounterAct.day <= period.last)
            .group_by(CounterAct.day, CounterAct.helper_id, Person.display_name, CounterAct.channel, CounterAct.kind)
            .order_by(
                CounterAct.day.desc(), Person.display_name, CounterAct.helper_id, CounterAct.channel, CounterAct.kind
            )
            .limit(limit)
        )
    )


def many_supports(session: Session, period: Period, most: int) -> list[Row[Any]]:
    """One helper, one file, one day, that many supports or more: someone looks at the paper."""
    number = func.count().label("acts")
    return list(
        session.execute(
            select(CounterAct.day, Person.display_name.label("helper"), Item.number, Item.title, Item.language, number)
            .join(Item, Item.id == CounterAct.item_id)
            .join(Account, Account.id == CounterAct.helper_id)
            .join(Person, Person.id == Account.person_id)
            .where(CounterAct.kind == SUPPORT, CounterAct.day >= period.first, CounterAct.day <= period.last)
            .group_by(
                CounterAct.day,
                CounterAct.helper_id,
                Person.display_name,
                Item.id,
                Item.number,
                Item.title,
                Item.language,
            )
            .having(func.count() >= most)
            .order_by(number.desc(), CounterAct.day.desc())
            .limit(SHOWN)
        )
    )


def report_rows(session: Session, period: Period) -> Iterator[tuple[Any, ...]]:
    """Lines of the file, in the order of COLUMNS; helpers by their display name."""
    for row in entered_by_day(session, period):
        yield row.day.isoformat(), row.helper, row.channel, row.kind, row.acts, row.persons, row.withdrawn
