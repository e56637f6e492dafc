# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rose, 82, without an e-mail address: she proposes and supports at the counter, and every figure counts her once."""

from sqlalchemy import func, select

from civic.clock import now
from civic.db.session import db
from civic.items.counts import fold, live_counts
from civic.items.models import Item
from civic.journal.models import JournalEntry
from civic.people.models import Account, Person
from civic.supports.models import Support
from tests.civic.counter.making import ROSE, a_proposal, begin, code_of, counter, end, support
from tests.databases import both_databases
from tests.forms import Visitor
from tests.modules.proposals.making import writing

pytestmark = both_databases


def test_someone_without_an_account_proposes_supports_and_is_counted_once(app):
    helper, other = counter(app), a_proposal(app)
    sitting = begin(helper)
    assert "Rose Durand" in helper.text
    helper.open(f"/desk/counter/{sitting}/new/proposals.proposal")
    helper.send("/new/proposals.proposal", title="Un banc place du Marché", body="Pour se reposer.")
    with app.app_context():
        number = db.session.scalar(select(Item.number).order_by(Item.id.desc()).limit(1))
    support(helper, sitting, other)
    helper.open(f"/desk/counter/{sitting}/files/{other}")
    assert f"/files/{other}/support" not in helper.text
    codes = [code_of(helper, sitting, place) for place in (0, 1)]
    end(helper, sitting)
    assert "Durand" not in helper.text

    stranger = Visitor(app.test_client())
    page = stranger.open(f"/proposals/{number}").text
    assert "Rose D." in page
    assert "Zoé O." in page  # the helper, by display name alone
    assert "zoe." not in page
    stranger.open("/follow-up").send("/follow-up", code=codes[0].lower(), number=str(number))
    assert "Un banc place du Marché" in stranger.text
    stranger.open(f"/follow-up?code={codes[1].replace(' ', '')}")
    assert "Durand" not in stranger.text
    assert "Un banc &lt;b&gt;" in stranger.text

    with app.app_context():
        [person] = db.session.scalars(select(Person).where(Person.family_name == "Durand"))
        assert db.session.scalar(select(func.count()).select_from(Account).where(Account.person_id == person.id)) == 0
        supported = db.session.scalars(select(Support).where(Support.person_id == person.id)).all()
        assert [(one.channel, one.item_id) for one in supported] == [("desk", item_id(other))]
        item = db.session.scalars(select(Item).where(Item.number == number)).one()
        assert (item.author_id, item.channel) == (person.id, "desk")
        entry = db.session.scalars(
            select(JournalEntry).where(JournalEntry.act == "submit").order_by(JournalEntry.id.desc())
        ).first()
        assert (entry.role, entry.channel) == ("helper", "desk")
        assert entry.actor_id is not None
    with writing(app) as session:
        fold(session, now())
        assert live_counts(session, session.scalars(select(Item).where(Item.number == other)).one()).support == 1


def item_id(number: int) -> int:
    return db.session.scalar(select(Item.id).where(Item.number == number))


def test_she_comes_back_another_day_and_is_the_same_person(app):
    helper, other = counter(app), a_proposal(app)
    first = begin(helper)
    support(helper, first, other)
    end(helper, first)
    second = begin(helper, surname="DURAND", first_names="rose  marie")
    assert second != first
    helper.open(f"/desk/counter/{second}/files/{other}")
    assert f"/files/{other}/support" not in helper.text
    helper.open(f"/desk/counter/{second}").send("/withdraw")
    helper.open(f"/desk/counter/{second}/files/{other}")
    assert f"/files/{other}/support" in helper.text
    with app.app_context():
        assert (
            db.session.scalar(select(func.count()).select_from(Person).where(Person.family_name == ROSE["surname"]))
            == 1
        )
        assert db.session.scalar(select(func.count()).select_from(Support)) == 0
