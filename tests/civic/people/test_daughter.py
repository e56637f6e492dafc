# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rose, 82, known from the counter; then her daughter opens an account for her: one person, one support, one figure."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from civic.clock import now
from civic.db.session import db
from civic.items.counts import fold, live_counts
from civic.items.models import Item
from civic.people.identity import CivilIdentity
from civic.people.models import Account, Person, RollEntry
from civic.supports.models import Support
from tests.civic.counter.making import ROSE, a_proposal, begin, counter, end, support
from tests.civic.people.making import writing
from tests.civic.people.signing_in import Browser
from tests.databases import both_databases
from tests.forms import Visitor

pytestmark = both_databases
ADDRESS = "fille.de.rose@rive.example"
OTHERWISE = [
    {"surname": "Durand", "first_names": "Rose Marie"},
    {"surname": "DURAND", "first_names": "ROSE-MARIE"},
    {"surname": "Durand", "first_names": "Rose, Marie, Louise"},
]


@pytest.fixture
def town(app):
    """Her own proposal and someone's that she supports at the counter; then the account, which supports it too."""
    helper, other = counter(app), a_proposal(app)
    sitting = begin(helper, document="card")
    helper.open(f"/desk/counter/{sitting}/new/proposals.proposal")
    helper.send("/new/proposals.proposal", title="Un banc place du Marché", body="Pour se reposer.")
    support(helper, sitting, other)
    end(helper, sitting)
    browser = Browser(app)
    browser.sign_in(ADDRESS)
    online = Visitor(browser.client)
    online.open(f"/proposals/{other}").send(f"/items/{other}/support")
    with app.app_context():
        account = db.session.scalars(select(Account).where(Account.email == ADDRESS)).one()
        rose = db.session.scalars(select(Person).where(Person.family_name == "Durand")).one()
        assert db.session.scalar(select(func.count()).select_from(Support)) == 2
        return helper, online, other, rose.id, account.person_id


def shown_once(app, online, other, rose, gone):
    """One person, with everything of both."""
    with writing(app) as session:
        fold(session, now())
        item = session.scalars(select(Item).where(Item.number == other)).one()
        assert (live_counts(session, item).support, item.support_count) == (1, 1)
        assert session.scalars(select(Support.person_id)).all() == [rose]
        assert session.get_one(Person, gone).merged_into_id == rose
        assert session.scalars(select(Account).where(Account.email == ADDRESS)).one().person_id == rose
    assert "Un banc place du Marché" in online.open("/account/acts/written").text
    assert f"/items/{other}/support/withdraw" in online.open(f"/proposals/{other}").text


@pytest.mark.parametrize("typed", OTHERWISE)
def test_verified_at_the_counter_with_a_proof_of_residence(app, town, typed):
    helper, online, other, rose, gone = town
    day = (now() - timedelta(days=20)).date().isoformat()
    path = f"/desk/people/{gone}/verify"
    helper.open(path).send(path, **typed, birth_date=ROSE["birth_date"], proof_kind="bill", proof_on=day)
    assert helper.path == f"/desk/people/{rose}"
    shown_once(app, online, other, rose, gone)


def test_recognised_on_the_electoral_roll(app, town):
    helper, online, other, rose, gone = town
    with writing(app) as session:
        who = CivilIdentity("Durand", "Rose Marie Louise", _born())
        session.add(
            RollEntry(list_name="roll", number_hash="a" * 64, civil_hash=who.hash, imported_at=now(), quartier_id=None)
        )
    path = f"/desk/people/{gone}/listed"
    typed = {"surname": "Durand", "first_names": "Rose Marie Louise", "birth_date": ROSE["birth_date"]}
    helper.open(path).send(path, **typed, list_name="roll")
    assert helper.path == f"/desk/people/{rose}"
    shown_once(app, online, other, rose, gone)
    with app.app_context():
        assert db.session.get_one(Person, rose).level == "roll"


def test_she_then_comes_to_the_counter_and_is_the_account_s_person(app, town):
    helper, _online, other, rose, gone = town
    day = (now() - timedelta(days=20)).date().isoformat()
    path = f"/desk/people/{gone}/verify"
    typed = {"surname": "Durand", "first_names": "Rose Marie", "birth_date": ROSE["birth_date"]}
    helper.open(path).send(path, **typed, proof_kind="bill", proof_on=day)
    sitting = begin(helper, first_names="ROSE MARIE, LOUISE")
    helper.open(f"/desk/counter/{sitting}/files/{other}")
    assert f"/files/{other}/support" not in helper.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Person.merged_into_id.is_(None), Person.id == rose)) == 1


def _born():

    return date.fromisoformat(ROSE["birth_date"])
