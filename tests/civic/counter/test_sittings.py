# SPDX-License-Identifier: AGPL-3.0-or-later
"""A sitting: one person at a time, nothing left behind, and what a helper may not do."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from civic.clock import now
from civic.comments.models import Comment
from civic.counter.models import CounterAct, CounterMandate, CounterSitting
from civic.counter.settings import COUNTER_SCOPE, CounterSettings
from civic.db.session import db
from civic.items.models import Item
from civic.people.levels import add_verification
from civic.people.models import Account, Person
from civic.permissions.actor import SYSTEM
from civic.settings.store import save_settings
from civic.testing.factories import make_process
from modules.proposals.settings import ProposalSettings
from tests.civic.counter.making import ROSE, a_proposal, begin, counter, end, support
from tests.databases import both_databases
from tests.forms import forms_of
from tests.modules.proposals.making import someone, writing

pytestmark = both_databases


def make_idle(app, sitting_id: int) -> None:
    with writing(app) as session:
        session.execute(
            update(CounterSitting).where(CounterSitting.id == sitting_id).values(last_at=now() - timedelta(minutes=16))
        )


def test_nothing_of_the_person_is_left_once_it_is_ended(app):
    helper, number = counter(app), a_proposal(app)
    sitting = begin(helper)
    assert helper.answer.headers["Cache-Control"] == "no-store"
    pages = [
        f"/desk/counter/{sitting}{rest}" for rest in ("", f"/files/{number}", "/new/proposals.proposal", "/receipt")
    ]
    for page in pages:
        assert "Durand" in helper.open(page).text
        assert 'autocomplete="on"' not in helper.text
    end(helper, sitting)
    assert "Durand" not in helper.text
    assert 'name="surname"' in helper.text
    for page in pages:
        assert "Durand" not in helper.open(page, status=410).text


def test_one_sitting_at_a_time_and_never_a_colleagues(app):
    helper = counter(app)
    colleague = someone(app, role="clerk")[1]
    sitting = begin(helper)
    assert begin(helper, surname="Autre", status=422) == 0
    assert "Durand" not in helper.text
    colleague.open(f"/desk/counter/{sitting}", status=404)
    assert begin(colleague, surname="Petit") not in (0, sitting)
    end(helper, sitting)
    assert begin(helper, surname="Autre") > sitting


def test_idle_it_closes_and_what_was_typed_outlives_it(app):
    helper, number = counter(app), a_proposal(app)
    sitting = begin(helper)
    helper.open(f"/desk/counter/{sitting}/files/{number}")
    make_idle(app, sitting)
    helper.send(f"/files/{number}/write", body="Trop sombre le soir.", status=422)
    assert "Trop sombre le soir." in helper.text
    assert "Durand" not in helper.text
    helper.open(f"/desk/counter/{sitting}", status=410)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Comment)) == 0


def test_idle_it_is_taken_up_again_by_saying_that_the_person_is_there(app):
    helper, number = counter(app), a_proposal(app)
    sitting = begin(helper)
    for page, typed in (
        (f"files/{number}", {"body": "Oui !"}),
        ("new/proposals.proposal", {"title": "Un abri", "body": "Il pleut."}),
    ):
        helper.open(f"/desk/counter/{sitting}/{page}")
        make_idle(app, sitting)
        action = f"/files/{number}/write" if "files" in page else "/new/proposals.proposal"
        helper.send(action, **typed, status=422)
        helper.send(helper.path, still_here="1")
        assert helper.path == f"/desk/counter/{sitting}"
    with app.app_context():
        assert db.session.scalar(select(Comment.body)) == "Oui !"
        assert db.session.scalar(select(func.count()).select_from(CounterAct)) == 2


def test_a_comment_and_a_question_say_how_they_came_and_who_helped(app):
    helper, number = counter(app), a_proposal(app)
    sitting = begin(helper, channel="meeting", occasion="Réunion <i>publique</i>", paper_on="2026-01-05")
    helper.open(f"/desk/counter/{sitting}/files/{number}").send(f"/files/{number}/write", body="Trop loin <b>!</b>")
    helper.open(f"/desk/counter/{sitting}/files/{number}").send(
        f"/files/{number}/write", nature="question", body="Pour quand ?"
    )
    visitor = someone(app)[1].open(f"/proposals/{number}")
    assert "Rose D." in visitor.text
    assert "En réunion, saisie faite par Zoé O." in visitor.text
    assert "en attente de la réponse de la ville" in visitor.text
    assert "&lt;b&gt;" in visitor.text
    helper.open("/desk/questions")
    assert "Pour quand ?" in helper.text
    with app.app_context():
        question = db.session.scalar(select(Comment.id).where(Comment.nature == "question"))
    helper.open(f"/items/{number}/comment?parent={question}").send("/comment", body="Au printemps.")
    assert "Pour quand ?" not in helper.open("/desk/questions").text
    assert "la ville a répondu" in visitor.open(f"/proposals/{number}").text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"channel": "post", "mandate": "letter", "paper_reference": "Boîte 1"}, "paper_on"),
        ({"channel": "post", "mandate": "letter", "paper_on": "2026-01-05"}, "paper_reference"),
        ({"channel": "post", "mandate": "oral", "paper_on": "2026-01-05", "paper_reference": "B1"}, "mandate"),
        ({"channel": "meeting", "paper_on": "2026-01-05"}, "occasion"),
        ({"channel": "meeting", "occasion": "Marché", "paper_on": "2999-01-05"}, "paper_on"),
        ({"kinds": []}, "kinds"),
        ({"mandate": []}, "mandate"),
        ({"birth_date": "2999-01-05"}, "birth_date"),
        ({"surname": "  "}, "surname"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_kept(app, typed, field):
    helper = counter(app)
    assert begin(helper, **typed, status=422) == 0
    assert f'href="#{field}"' in helper.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(CounterMandate)) == 0
        assert db.session.scalar(select(func.count()).select_from(Person).where(Person.family_name == "Durand")) == 0


def test_no_mandate_is_ticked_before_somebody_gave_it(app):
    helper = counter(app)
    [form] = [one for one in forms_of(helper.open("/desk/counter/").text) if "surname" in one.names]
    assert {"mandate", "kinds"} <= form.names
    assert {"mandate", "kinds"} & {name for name, _value in form.values} == set()
    assert "Cochez ce que la personne a demandé" in helper.text


def test_only_what_the_person_asked_for_is_entered(app):
    helper, number = counter(app), a_proposal(app)
    sitting = begin(helper, kinds=["comment"])
    helper.open(f"/desk/counter/{sitting}/files/{number}")
    assert f"/files/{number}/support" not in helper.text
    assert "proposals.proposal" not in helper.open(f"/desk/counter/{sitting}").text
    token = {"csrf_token": dict(helper.form("/end").values)["csrf_token"]}
    answer = helper.client.post(f"/desk/counter/{sitting}/files/{number}/support", data=token)
    assert answer.status_code == 303
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(CounterAct)) == 0
        [mandate] = db.session.scalars(select(CounterMandate))
        assert (mandate.form, mandate.kinds) == ("oral", ["comment"])


def test_a_helper_enters_nothing_for_themself_and_nothing_outside_their_scope(app):
    number = a_proposal(app)
    with writing(app) as session:
        elsewhere = make_process(session, at=now(), slug="ecoles").id
    scoped = counter(app, space_id=elsewhere)
    sitting = begin(scoped)
    scoped.open(f"/desk/counter/{sitting}/files/{number}").send(f"/files/{number}/support")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(CounterAct)) == 0
    account, helper = someone(app, role="clerk")
    mine = begin(helper, surname="Moi", first_names="Même")
    with writing(app) as session:
        person = session.get_one(CounterSitting, mine).person_id
        session.get_one(Account, account).person_id = person
    end(helper, mine)
    assert begin(helper, surname="Moi", first_names="Même", status=422) == 0


def test_limits_of_a_helper_are_said_and_nothing_more_is_entered(app):
    helper, first, second = counter(app), a_proposal(app), a_proposal(app, "Un abri")
    with writing(app) as session:
        save_settings(session, SYSTEM, COUNTER_SCOPE, CounterSettings(persons_per_day=1, acts_per_day=1), now())
    sitting = begin(helper)
    support(helper, sitting, first)
    support(helper, sitting, second)
    assert "1 actes" in helper.text.replace("\u00a0", " ")
    end(helper, sitting)
    assert begin(helper, surname="Autre", status=422) == 0
    assert "1 personnes" in helper.text.replace("\u00a0", " ")
    again = begin(helper)  # the same person may come back
    assert again
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(CounterAct)) == 1
        item = db.session.scalars(select(Item).where(Item.number == second)).one()
        assert item.support_count == 0
    assert ROSE["surname"] in helper.text


def test_the_person_must_be_of_the_electorate_as_online(app):
    helper, number = counter(app), a_proposal(app)
    with writing(app) as session:
        save_settings(session, SYSTEM, "module:proposals", ProposalSettings(support_level="residence"), now())
    sitting = begin(helper, document="card")
    helper.open(f"/desk/counter/{sitting}/files/{number}")
    assert f"/files/{number}/support" not in helper.text
    with writing(app) as session:
        person = session.get_one(Person, session.get_one(CounterSitting, sitting).person_id)
        add_verification(session, person, "residence", "desk", at=now())
    support(helper, sitting, number)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(CounterAct)) == 1


def test_a_script_that_sends_a_form_is_told_where_it_went_and_sent_again_the_same(app):
    helper, number = counter(app), a_proposal(app)
    sitting = begin(helper)
    form = helper.open(f"/desk/counter/{sitting}/files/{number}").form("/write")
    data, asks = {**dict(form.values), "body": "À l’ombre."}, {"Accept": "application/json"}
    for _time in range(2):
        answer = helper.client.post(form.action, data=data, headers=asks)
        assert (answer.status_code, answer.get_json()) == (200, {"location": f"/desk/counter/{sitting}"})
    with app.app_context():
        assert len(db.session.scalars(select(Comment)).all()) == 1
    # What is said once is left for the page that follows.
    assert f"Publié sous le n°\u00a0{number}" in helper.open(f"/desk/counter/{sitting}").text
    data["once"] = ""
    refused = helper.client.post(form.action, data={**data, "body": ""}, headers=asks)
    assert (refused.status_code, refused.mimetype) == (422, "text/html")
    with app.test_client() as stranger:
        token = re.search(r'name="csrf_token" value="([^"]+)"', stranger.get("/sign-in").text)[1]
        gone = stranger.post(form.action, data={**data, "csrf_token": token}, headers=asks)
    assert gone.status_code == 303  # to sign in: nothing is taken for done
