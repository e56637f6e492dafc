# SPDX-License-Identifier: AGPL-3.0-or-later
"""Acting for someone else: one function makes the actor, so that every service then holds the person to its rules."""

from dataclasses import replace

from sqlalchemy.orm import Session

from civic.counter.models import CounterMandate
from civic.people.minors import minor_of, minor_until
from civic.people.models import Person
from civic.permissions.actor import Actor


def on_behalf(session: Session, helper: Actor, person: Person, mandate: CounterMandate, channel: str) -> Actor:
    """The person acting through a helper: the person's rights alone, none of the helper's roles.

    The account stays the helper's, so that the journal names who did it; the channel says how it came. Whether the
    helper may enter it is asked separately (`counter:enter`). A minor is one here too.
    """
    minor = minor_of(session, person.id)
    return replace(
        helper,
        person_id=person.id,
        name=person.display_name,
        email="",
        level=person.level,
        grants=(),
        second_factor=False,
        channel=channel,
        mandate_id=mandate.id,
        minor_until=minor_until(session, minor.of_age_on, minor.age) if minor else None,
        parent_agreed=minor is not None and minor.recorded_at is not None,
    )
