# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk with real proposals, and browsers of its staff."""

from datetime import timedelta
from types import SimpleNamespace

from civic.clock import now
from civic.items.models import Item
from civic.people.actors import actor_of_account
from civic.people.models import Account
from civic.permissions.actor import SYSTEM
from civic.registry import current_registry
from civic.spaces.models import Component
from civic.spaces.services import ensure_standing
from civic.spaces.switching import switch
from civic.testing.factories import grant_role, make_account, make_department, open_session
from civic.workflow.declaration import TransitionData
from civic.workflow.engine import perform
from modules.proposals.services import Content, cycle_of, start_draft, submit_proposal
from tests.civic.people.making import actor_for, writing

DAY = timedelta(days=1)
BODY = "Un banc à l’ombre de l’église, parce que les personnes âgées s’arrêtent là."


def open_desk(app, *roles):
    """Proposals switched on, two departments, one account per role ("agent" is of the first department)."""
    desk = SimpleNamespace(app=app)
    with writing(app) as session:
        module = current_registry().modules["proposals"]
        switch(session, SYSTEM, module, is_on=True, languages=("fr",), at=now())
        desk.standing = ensure_standing(session, "proposals", {}, now()).id
        green, roads = make_department(session, name="Espaces verts"), make_department(session, name="Voirie <b>")
        desk.green, desk.roads = green.id, roads.id
        for role in roles:
            account = make_account(session, at=now())
            grant_role(session, account, role, at=now(), department=green if role == "agent" else None)
            setattr(desk, role, account.id)
    return desk


def browser(desk, role):
    """A signed-in client of the account that holds the role."""
    with writing(desk.app) as session:
        account, at = session.get_one(Account, getattr(desk, role)), now()
        token = open_session(session, account, at=at, expires_at=at + DAY, second_factor=True)
    client = desk.app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    return client


def submit(session, desk, title="Un banc", *, at=None):
    """A proposal of a resident of its own, submitted."""
    at = at or now()
    author, component = make_account(session, at=at), session.get_one(Component, desk.standing)
    item = start_draft(session, actor_for(session, author), Content(title=title, body=BODY), component, at)
    submit_proposal(session, actor_for(session, author), item, at)
    return item


def act(session, desk, item_id, name, role="clerk", *, at=None, **data):
    """Move a file as the account of that role."""
    actor = actor_of_account(session, getattr(desk, role), second_factor=True)
    item = session.get_one(Item, item_id)
    perform(session, cycle_of(session), actor, item, name, at=at or now(), data=TransitionData(**data))
    return item


def studied(session, desk, title="Un banc", *, department=None, at=None):
    """A proposal given to a department, the first one unless another is named."""
    item = submit(session, desk, title, at=at)
    return act(session, desk, item.id, "study", at=at, department_id=department or desk.green)


def state_of(desk, item_id):
    """Where a file stands now."""
    with writing(desk.app) as session:
        item = session.get_one(Item, item_id)
        return item.state, item.version
