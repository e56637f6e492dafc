# SPDX-License-Identifier: AGPL-3.0-or-later
"""Proposals for tests, made through the module's own services."""

import secrets
from contextlib import contextmanager
from datetime import timedelta

from flask import Flask

from civic.clock import now
from civic.db.session import db, write
from civic.items.models import Item
from civic.people.actors import actor_of_account
from civic.people.models import Account
from civic.permissions.actor import SYSTEM, Actor
from civic.settings.store import switch_module
from civic.spaces.models import Component
from civic.spaces.services import ensure_standing
from civic.testing.factories import HOSTILE, grant_role, make_account, make_department, open_session
from civic.workflow.declaration import TransitionData
from civic.workflow.engine import perform
from modules.proposals.services import Content, cycle_of, start_draft, submit_proposal
from tests.forms import Visitor

BODY = "Un paragraphe <b>écrit</b> & relu.\n\nUn second, qui dit pourquoi."


@contextmanager
def writing(app: Flask):
    """An open write of the application."""
    with app.app_context(), write() as session:
        yield session


def switch_on(app: Flask) -> int:
    """Proposals on, standing on their own; gives the component's id."""
    with writing(app) as session:
        switch_module(session, SYSTEM, "proposals", is_on=True, at=now())
        return ensure_standing(session, "proposals", {"fr": "Propositions"}, now()).id


def someone(
    app: Flask, *, role: str | None = None, second_factor: bool = False, **scope: object
) -> tuple[int, Visitor]:
    """A new account, with a role or none, and its browser."""
    with writing(app) as session:
        account = make_account(session, at=now())
        if role:
            grant_role(session, account, role, at=now(), **scope)
        account_id = account.id
    return account_id, browser_of(app, account_id, second_factor=second_factor or role is not None)


def browser_of(app: Flask, account_id: int, *, second_factor: bool = False) -> Visitor:
    """A browser with an open session of the account."""
    with writing(app) as session:
        account = session.get_one(Account, account_id)
        expires = now() + timedelta(days=1)
        token = open_session(session, account, at=now(), expires_at=expires, second_factor=second_factor)
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = token, True
    return Visitor(client)


def actor_of(session, account_id: int) -> Actor:
    found = actor_of_account(session, account_id, second_factor=True)
    assert found is not None
    return found


def propose(app: Flask, account_id: int, component_id: int, *, title: str = HOSTILE, at=None, **content) -> int:
    """A submitted proposal; gives its public number."""
    at = at or now()
    with writing(app) as session:
        actor = actor_of(session, account_id)
        component = session.get_one(Component, component_id)
        item = start_draft(session, actor, Content(title=title, body=BODY, **content), component, at)
        submit_proposal(session, actor, item, at)
        assert item.number is not None
        return item.number


def move(app: Flask, number: int, *acts: str, at=None, **data) -> None:
    """Move a proposal on as a clerk would; what an answer decides is taken as signed."""
    with writing(app) as session:
        account = make_account(session, at=now())
        for role in ("clerk", "official"):
            grant_role(session, account, role, at=now())
        item = session.query(Item).filter_by(number=number).one()
        for act in acts:
            given = dict(data)
            if act == "study":
                given["department_id"] = make_department(session).id
            if act == "plan":
                given["planned_for"] = "cet hiver"
            if act in {"send_back", "give_up"}:
                given.setdefault("reason", "Il manque l’adresse.")
            perform(
                session, cycle_of(session), actor_of(session, account.id), item, act,
                at=at or now(), data=TransitionData(**given), answered=act in {"accept", "accept_partly", "decline"},
            )  # fmt: skip


def item_numbered(app: Flask, number: int) -> Item:
    with app.app_context():
        found = db.session.query(Item).filter_by(number=number).one()
        db.session.expunge(found)
        db.session.remove()
    return found


def random_word() -> str:
    return "mot" + secrets.token_hex(4)
