# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two invented persons without an account, entered at the counter by two colleagues: perhaps the same lady."""

from datetime import date, datetime
from functools import partial

from sqlalchemy.orm import Session

from civic.demo.town import DemoTown
from civic.people.presence import ShownIdentity, register_present


def plan_counter(town: DemoTown) -> None:
    """One comes with an identity card, the other with a passport, eight days and one day ago."""
    born = date(town.today.year - 82, 9, 3)
    for days, shown in (
        (8, ShownIdentity("Lefèvre", "Simone Andrée", born, "card", "Pages", address="7 rue du Lavoir\n00000 Rive")),
        (1, ShownIdentity("Lefebvre", "Simone", born, "passport", address="7, rue du Lavoir, 00000 Rive")),
    ):
        act = partial(_enter, town=town, shown=shown)
        town.timeline.add(town.moment(-days, 10, 40), f"{shown.surname} comes to the counter", act)


def _enter(session: Session, at: datetime, *, town: DemoTown, shown: ShownIdentity) -> None:
    """What the clerk does."""
    register_present(session, town.actor(session, "nadia-rahmani"), shown, at)
