# SPDX-License-Identifier: AGPL-3.0-or-later
"""The town says act by act what whoever was verified once may do without an account; the counter hands such a code over."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from civic.clock import now
from civic.comments.models import Comment
from civic.db.session import db
from civic.items.models import Item
from civic.people.actors import actor_of_account
from civic.people.electorates import Electorate, electorate_of, refusal_to
from civic.people.linked import LinkedIdentity
from civic.people.models import Account, PersonIdentifier, SignInSession
from civic.permissions.actor import SYSTEM, VISITOR
from civic.settings.store import save_settings
from civic.spaces.models import Component
from civic.supports.models import Support
from modules.proposals.settings import SCOPE, ProposalSettings
from tests.civic.counter.making import a_proposal, begin, counter, end, support
from tests.civic.letters.making import issue, passer_by, settle, use
from tests.civic.people.making import AT, writing
from tests.databases import both_databases
from tests.modules.proposals.making import someone

pytestmark = both_databases
DIGITS = re.compile(r"\b\d{6}\b")
TOLD, REMEDY = "open to people with an account", 'href="/en/account/email"'


def town_says(app, **rules) -> None:
    """The town's rules of proposals."""
    with writing(app) as session:
        save_settings(session, SYSTEM, SCOPE, ProposalSettings(**rules), now())


def count(app, model) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model))


@pytest.mark.parametrize("closed", ["support", "comment", "question", "submit"])
def test_each_act_is_open_or_not_without_an_account_and_says_what_to_do(app, closed):
    helper, number = counter(app), a_proposal(app)
    rose = use(passer_by(app), issue(helper))
    file = f"/en/proposals/{number}"
    blank, other = (dict(rose.open(file).form(f"/items/{number}/comment").values) for _time in range(2))
    forms = {
        "support": dict(rose.open(file).form(f"/items/{number}/support").values),
        "comment": {**blank, "nature": "comment", "body": "À l’ombre."},
        "question": {**other, "nature": "question", "body": "Pour quand ?"},
        "submit": dict(rose.open("/en/proposals/new").form("/proposals/new").values)
        | {"title": "Un banc", "body": "Pour se reposer."},
    }
    addresses = {
        "support": f"/en/items/{number}/support",
        "comment": f"/en/items/{number}/comment",
        "question": f"/en/items/{number}/comment",
        "submit": "/en/proposals/new",
    }
    town_says(app, **{f"{closed}_without_account": False})
    pages = {"submit": "/en/proposals/new"}
    rose.open(pages.get(closed, file))
    assert TOLD in rose.text
    assert REMEDY in rose.text
    if closed in ("comment", "question"):
        assert f"{closed.capitalize()}s: This is {TOLD}" in rose.text, "what is closed, beside a form for the other"
    refused = rose.client.post(addresses[closed], data=forms.pop(closed))
    assert refused.status_code == (409 if closed == "support" else 422)
    assert TOLD in refused.text
    if closed == "question":
        sneaked = {**other, "nature": "question", "body": "Pour quand ?", "parent": "nothing"}
        assert rose.client.post(addresses[closed], data=sneaked).status_code == 422
    for act, form in forms.items():
        assert rose.client.post(addresses[act], data=form).status_code == 303, act
    with app.app_context():
        natures = set(db.session.scalars(select(Comment.nature)))
    assert natures == {"comment", "question"} - {closed}


def test_adding_an_address_makes_it_an_account_and_everything_counts_once_whatever_the_way(app, instance):
    helper, number = counter(app), a_proposal(app)
    town_says(app, support_without_account=False, submit_without_account=False)
    sitting = begin(helper)  # the counter enters for her what she may not do alone
    support(helper, sitting, number)
    end(helper, sitting)
    other = a_proposal(app, "Une fontaine")
    rose = use(passer_by(app), issue(helper))
    assert TOLD in rose.open(f"/en/items/{other}/support").text
    rose.open("/en/account/email").send("/account/email", email="rose@ville.example")
    settle(app)
    [mail] = [one for one in (instance / "mail").glob("*.eml") if "rose@ville.example" in one.read_text()]
    rose.send("/account/email/code", code=DIGITS.search(mail.read_text())[0])
    for file in (number, other):
        page = rose.open(f"/en/proposals/{file}")
        assert TOLD not in page.text
    rose.open(f"/en/proposals/{other}").send(f"/items/{other}/support")
    assert count(app, Support) == 2
    with app.app_context():
        assert db.session.scalar(select(func.count(Support.person_id.distinct()))) == 1


def test_a_part_of_a_process_asks_for_an_account_where_the_town_does_not(app, instance):
    helper, number = counter(app), a_proposal(app)
    rose, online = use(passer_by(app), issue(helper)), someone(app)[1]
    with writing(app) as session:
        item = session.scalars(select(Item).where(Item.number == number)).one()
        session.get_one(Component, item.component_id).settings = {"comment_without_account": False}
    page = f"/en/items/{number}/comment"
    assert TOLD in rose.open(page).text
    assert TOLD not in online.open(page).text
    assert TOLD not in passer_by(app).open(page).text
    online.send("/comment", nature="question", body="Pour quand ?")
    asked = re.search(r"#comment-(\d+)|id=\"comment-(\d+)\"", online.text)
    assert rose.open(f"/en/proposals/{number}").text.count(TOLD) == 1
    assert 'value="comment"' not in rose.open(page).text
    assert "Publish my reply" not in rose.open(f"{page}?parent={asked[1] or asked[2]}").text, "a reply is a comment"
    rose.open(page).send("/comment", body="Et l’hiver ?")
    assert "Et l’hiver" in rose.text
    with writing(app) as session:
        session.execute(update(SignInSession).values(created_at=now() - timedelta(minutes=16)))
    assert "ask the town for another one" in rose.open("/en/account/email").text, "no dead end when it is too late"


def test_the_condition_is_asked_of_who_acts_and_of_nobody_with_an_address_or_a_provider(app):
    electorate = electorate_of({"with_account": True})
    assert electorate == Electorate(with_account=True)
    account_id = someone(app)[0]
    with writing(app) as session:
        account = session.get_one(Account, account_id)
        assert refusal_to(session, VISITOR, electorate, AT) is None
        assert refusal_to(session, actor_of_account(session, account_id), electorate, AT) is None
        account.email = ""
        session.flush()
        bare = actor_of_account(session, account_id)
        assert bare.without_account
        assert refusal_to(session, bare, electorate, AT).remedy == "account"
        assert refusal_to(session, bare, Electorate(), AT) is None
        assert refusal_to(session, bare, Electorate(level="residence"), AT).remedy == "residence"
        identifier = PersonIdentifier(person_id=account.person_id, scheme="provider:x", hash="a" * 64)
        session.add(identifier)
        session.flush()
        link = LinkedIdentity(
            identifier_id=identifier.id, account_id=account_id, provider="x", linked_at=AT, last_used_at=AT
        )
        session.add(link)
        session.flush()
        assert not actor_of_account(session, account_id).without_account
