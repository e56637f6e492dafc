# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a person wrote is completed and withdrawn at the counter: on their behalf, within the mandate, with a receipt."""

from sqlalchemy import select, update

from civic.clock import now
from civic.counter.models import CounterAct, CounterSitting
from civic.counter.settings import COUNTER_SCOPE, CounterSettings
from civic.db.session import db
from civic.items.models import Item
from civic.journal.models import JournalEntry
from civic.people.models import Person
from civic.permissions.actor import SYSTEM
from civic.settings.store import save_settings
from modules.proposals.models import Proposal
from tests.civic.counter.making import a_proposal, begin, code_of, counter, end
from tests.civic.counter.test_sittings import make_idle
from tests.civic.letters.making import answer, proposes, send_back
from tests.databases import both_databases
from tests.forms import Visitor
from tests.modules.proposals.making import someone, writing

pytestmark = both_databases
OTHER = {"surname": "Martin", "first_names": "Paul", "birth_date": "1950-01-02"}


def sent_back(app, helper) -> int:
    """Rose's proposal, sent back by the town; gives its number."""
    item = proposes(helper, title="Des arbres")
    send_back(app, item, "Dites combien d’arbres.")
    return number_of(app, item)


def number_of(app, item_id) -> int:
    with app.app_context():
        return db.session.get(Item, item_id).number


def the_item(number) -> Item:
    return db.session.scalars(select(Item).where(Item.number == number)).one()


def page(sitting, number, name) -> str:
    return f"/desk/counter/{sitting}/files/{number}/change/{name}"


def acts(app, number) -> list[tuple]:
    """Who did what to a file, as the journal has it."""
    with app.app_context():
        query = select(JournalEntry.act, JournalEntry.role, JournalEntry.channel)
        item = the_item(number)
        return [
            tuple(row)
            for row in db.session.execute(
                query.where(JournalEntry.subject_kind == item.kind, JournalEntry.subject_id == item.id).order_by(
                    JournalEntry.id
                )
            )
        ]


def test_what_was_sent_back_is_completed_and_submitted_again_for_its_author(app):
    helper = counter(app)
    number = sent_back(app, helper)
    sitting = begin(helper, channel="telephone")
    assert "Des arbres" in helper.text
    assert "Ne peut pas être étudiée en l’état" in helper.text
    helper.open(f"/desk/counter/{sitting}/files/{number}")
    assert page(sitting, number, "complete") in helper.text
    assert "Dites combien d’arbres." in helper.text  # the helper reads it to the person
    helper.open(page(sitting, number, "complete"))
    assert "Pour se reposer." in helper.text
    helper.send("/change/complete", title="Douze arbres <b>", body="Douze tilleuls, place du Marché.")
    assert helper.path == f"/desk/counter/{sitting}"
    code = code_of(helper, sitting)
    assert "Proposition corrigée ou complétée" in helper.text
    with app.app_context():
        item = the_item(number)
        person = db.session.scalars(select(Person).where(Person.family_name == "Durand")).one()
        assert (item.state, item.author_id, item.channel) == ("submitted", person.id, "desk")
        assert db.session.get(Proposal, item.id).body == "Douze tilleuls, place du Marché."
        kept = db.session.scalars(select(CounterAct).order_by(CounterAct.id.desc())).first()
        assert (kept.kind, kept.person_id, kept.channel) == ("proposals.proposal:complete", person.id, "telephone")
        entered = db.session.scalars(
            select(JournalEntry).where(JournalEntry.act == "enter_act").order_by(JournalEntry.id.desc())
        ).first()
        assert entered.details["mandate"] == kept.mandate_id
        assert entered.actor_id == kept.helper_id
    assert acts(app, number)[-2:] == [("edit", "helper", "telephone"), ("resubmit", "helper", "telephone")]
    end(helper, sitting)
    stranger = Visitor(app.test_client())
    stranger.open("/follow-up").send("/follow-up", code=code, number=str(number))
    assert "Douze arbres" in stranger.text
    assert "Durand" not in stranger.text


def test_it_is_withdrawn_for_its_author_and_no_longer_once_the_town_decided(app):
    helper = counter(app)
    number = sent_back(app, helper)
    sitting = begin(helper)
    helper.open(page(sitting, number, "withdraw")).send("/change/withdraw", reason="Plus la peine")
    assert "Proposition retirée par son auteur" in helper.open(f"/desk/counter/{sitting}/receipt").text
    with app.app_context():
        assert the_item(number).state == "withdrawn"
    assert acts(app, number)[-1] == ("withdraw", "helper", "desk")
    end(helper, sitting)
    item = proposes(helper, title="Une fontaine")
    decided = number_of(app, item)
    sitting = begin(helper)
    helper.open(page(sitting, decided, "withdraw"))
    answer(app, item)
    helper.send("/change/withdraw", status=422)  # the page was read before
    for name in ("complete", "withdraw"):
        helper.open(page(sitting, decided, name))
        assert "Pour se reposer." not in helper.text
        assert "/change/" not in helper.open(f"/desk/counter/{sitting}/files/{decided}").text
    with app.app_context():
        assert the_item(decided).state == "declined"
        kinds = db.session.scalars(select(CounterAct.kind).where(CounterAct.item_id == item)).all()
        assert kinds == ["proposals.proposal"]


def test_nobody_changes_what_someone_else_wrote_or_what_was_not_asked_for(app):
    helper, others = counter(app), a_proposal(app)
    number = sent_back(app, helper)
    sitting = begin(helper, **OTHER)
    assert "Des arbres" not in helper.text
    for one in (number, others):
        assert "/change/" not in helper.open(f"/desk/counter/{sitting}/files/{one}").text
        helper.open(page(sitting, one, "complete"), status=404)
    end(helper, sitting)
    sitting = begin(helper, kinds=["support"])
    assert "Dossiers écrits par cette personne" not in helper.text
    helper.open(page(sitting, number, "withdraw"), status=404)
    colleague = someone(app, role="clerk")[1]
    colleague.open(page(sitting, number, "withdraw"), status=404)
    someone(app)[1].open(page(sitting, number, "withdraw"), status=403)
    helper.open(page(sitting, 999_999, "withdraw"), status=404)
    helper.open(page(sitting, number, "delete"), status=404)


def test_a_change_made_meanwhile_is_not_overwritten_and_what_was_typed_stays(app):
    helper = counter(app)
    number = sent_back(app, helper)
    sitting = begin(helper)
    helper.open(page(sitting, number, "complete"))
    with writing(app) as session:
        session.execute(update(Item).where(Item.number == number).values(version=Item.version + 1))
    helper.send("/change/complete", status=422, title="Douze arbres", body="Douze tilleuls.")
    assert "Douze tilleuls." in helper.text
    with app.app_context():
        assert the_item(number).state == "incomplete"
    helper.send("/change/complete", title="Douze arbres", body="Douze tilleuls.")
    with app.app_context():
        assert the_item(number).state == "submitted"


def test_what_is_typed_outlives_a_sitting_that_closed_by_itself(app):
    helper = counter(app)
    number = sent_back(app, helper)
    sitting = begin(helper)
    helper.open(page(sitting, number, "complete"))
    make_idle(app, sitting)
    helper.send("/change/complete", status=422, title="Douze arbres", body="Douze tilleuls.")
    assert "Douze tilleuls." in helper.text
    with app.app_context():
        assert the_item(number).state == "incomplete"
        version = the_item(number).version
    assert f'value="{version}"' in helper.text
    helper.send("/change/complete", still_here="1")
    with app.app_context():
        assert the_item(number).state == "submitted"
        assert db.session.get(CounterSitting, sitting).closed_at is None


def test_the_days_limit_holds_and_an_empty_text_is_refused(app):
    helper = counter(app)
    number = sent_back(app, helper)
    sitting = begin(helper)
    helper.open(page(sitting, number, "complete")).send("/change/complete", status=422, title="", body="")
    with writing(app) as session:
        save_settings(session, SYSTEM, COUNTER_SCOPE, CounterSettings(acts_per_day=1), now())
    helper.open(page(sitting, number, "complete")).send("/change/complete", status=422, body="Douze tilleuls.")
    with app.app_context():
        assert the_item(number).state == "incomplete"
