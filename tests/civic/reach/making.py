# SPDX-License-Identifier: AGPL-3.0-or-later
"""A town of two quartiers with its figures, a process, and people who take part in it."""

from datetime import timedelta
from types import SimpleNamespace

from civic.comments.models import Comment
from civic.items.models import Item
from civic.people.models import Person
from civic.permissions.actor import SYSTEM
from civic.reach.census import import_figures
from civic.spaces.models import Space
from civic.supports.models import Support
from civic.territory.models import Quartier
from civic.testing.factories import make_process
from civic.workflow.guarding import state_may_change
from tests.civic.people.making import AT, make_item

HEAD = "quartier;0-17;18-29;30-44;45-59;60-74;75+\n"
RIGHT = HEAD + "centre;100;100;100;100;50;50\nLes Prés;200;100;100;50;30;20\n"
SQUARE = {"type": "Polygon", "coordinates": [[[2.0, 47.0], [2.1, 47.0], [2.1, 47.1], [2.0, 47.0]]]}


def make_quartiers(session, *names):
    """Quartiers in force since long ago; their ids."""
    since = (AT - timedelta(days=900)).date()
    made = [Quartier(slug=slug, name={"fr": name}, geometry=SQUARE, valid_from=since) for slug, name in names]
    session.add_all(made)
    session.flush()
    return [one.id for one in made]


def build(session, *, figures=True):
    """The town, with an open process that holds one proposal."""
    town = SimpleNamespace()
    town.centre, town.meadows = make_quartiers(session, ("centre", "Le Centre"), ("pres", "Les Prés"))
    if figures:
        import_figures(session, SYSTEM, RIGHT.encode(), source="Insee", year=2023, at=AT)
    space = make_process(session, at=AT, slug="rives")
    with state_may_change():
        session.get_one(Item, space.id).state = "open"
    town.space = space.id
    town.item = make_item(session, space_id=space.id).id
    town.after = 0
    return town


def resident(session, quartier=None, born=None):
    """Someone known."""
    person = Person(display_name="Œuvrard", created_at=AT, quartier_id=quartier, birth_year=born)
    session.add(person)
    session.flush()
    return person.id


def support(session, town, person_id, item_id=None):
    """They support the proposal, each a minute after the one before."""
    town.after += 1
    at = AT + timedelta(minutes=town.after)
    session.add(Support(item_id=item_id or town.item, person_id=person_id, at=at))
    session.flush()


def crowd(session, town, count, quartier=None, born=None):
    """So many people who support it; their ids."""
    people = [resident(session, quartier, born) for _one in range(count)]
    for person_id in people:
        support(session, town, person_id)
    return people


def comment(session, town, person_id, **values):
    """They comment on it."""
    session.add(Comment(item_id=town.item, author_id=person_id, body="Oui", created_at=AT, **values))
    session.flush()


def space_of(session, town):
    """The process."""
    return session.get_one(Space, town.space)
