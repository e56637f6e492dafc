# SPDX-License-Identifier: AGPL-3.0-or-later
"""People at the counter, for tests of recognition."""

import threading
from dataclasses import replace
from datetime import date

from civic.people.models import Account
from civic.people.presence import ShownIdentity, register_present
from tests.civic.people.making import AT, actor_for, make_staff, writing

ODILE = ShownIdentity("Lefranc", "Odile, Marie", date(1942, 12, 9), "card", usage_name="Marchand")


def alike(**changed) -> ShownIdentity:
    """Odile, otherwise."""
    return replace(ODILE, **changed)


def make_clerk(app) -> int:
    """A clerk's account."""
    with writing(app) as session:
        return make_staff(session, "clerk").id


def clerk_actor(session, clerk):
    return actor_for(session, session.get_one(Account, clerk))


def register(app, clerk, shown):
    """What became of it, and the person's id."""
    with writing(app) as session:
        done = register_present(session, clerk_actor(session, clerk), shown, AT)
        return done.outcome, done.person.id


def at_once(*works):
    """Each in a thread of its own, begun together; what they gave, or raised."""
    barrier, found = threading.Barrier(len(works)), [None] * len(works)

    def run(place, work):
        barrier.wait()
        try:
            found[place] = work()
        except Exception as error:
            found[place] = error

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
