# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each act on proposals has its electorate, set by the town; whoever is not of it is told what to do, and loses nothing."""

import pytest

from civic.clock import now
from civic.people.levels import add_verification
from civic.people.models import Account, Person
from civic.permissions.actor import SYSTEM
from civic.settings.store import save_settings
from civic.spaces.models import Component
from modules.proposals.settings import SCOPE, ProposalSettings
from tests.databases import both_databases
from tests.modules.proposals.making import BODY, propose, someone, writing

pytestmark = both_databases


def ask(app, **levels):
    """The town asks for these levels."""
    with writing(app) as session:
        save_settings(session, SYSTEM, SCOPE, ProposalSettings(**levels), now())


def verify(app, account_id, level):
    """The counter verified the account's person."""
    with writing(app) as session:
        person = session.get_one(Person, session.get_one(Account, account_id).person_id)
        add_verification(session, person, level, "desk", at=now())


@pytest.mark.parametrize(("level", "below", "told"), [("residence", "email", "justificatif"), ("roll", "residence", "liste électorale")])  # fmt: skip
def test_support_asks_for_the_level_the_town_set(app, author, component, level, below, told):
    number = propose(app, author[0], component)
    account, neighbour = someone(app)
    verify(app, account, below)
    neighbour.open(f"/proposals/{number}")
    form = dict(neighbour.form(f"/items/{number}/support").values)
    ask(app, support_level=level)
    refused = neighbour.client.post(f"/items/{number}/support", data=form)
    assert refused.status_code == 409
    assert told in refused.text
    assert told in neighbour.open(f"/proposals/{number}").text
    assert told in neighbour.open(f"/items/{number}/support").text
    verify(app, account, level)
    assert neighbour.client.post(f"/items/{number}/support", data=form).status_code == 303
    visitor = app.test_client()
    assert "/sign-in" in visitor.get(f"/items/{number}/support").location, "a visitor is first asked to sign in"


def test_submitting_asks_for_the_level_and_keeps_what_was_typed(app, author, component):
    account, mine = author
    ask(app, submit_level="residence")
    mine.open("/proposals/new")
    assert "justificatif" in mine.text, "said before one writes"
    mine.send("/proposals/new", status=422, title="Un banc", body=BODY)
    assert dict(mine.form("/proposals/new").values)["title"] == "Un banc"
    verify(app, account, "residence")
    mine.send("/proposals/new", title="Un banc", body=BODY)
    assert "/proposals/" in mine.path


def test_a_part_of_a_process_asks_for_more_than_the_town(app, author, component):
    number = propose(app, author[0], component)
    _account, neighbour = someone(app)
    neighbour.open(f"/proposals/{number}")
    comment = {**dict(neighbour.form(f"/items/{number}/comment").values), "body": "D’accord"}
    with writing(app) as session:
        session.get_one(Component, component).settings = {"comment_level": "roll"}
    refused = neighbour.client.post(f"/items/{number}/comment", data=comment)
    assert (refused.status_code, "D’accord" in refused.text) == (422, True)
    with writing(app) as session:
        session.get_one(Component, component).settings = {}
    assert neighbour.client.post(f"/items/{number}/comment", data=comment).status_code == 303
