# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever is sent: a clear answer, nothing lost, never a 500."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from civic.clock import now
from civic.comments.models import Comment
from civic.db.session import db
from civic.items.models import Item
from civic.people.limits import WRITE, current_limits
from civic.settings.models import SpentToken
from civic.spaces.models import Component
from civic.workflow.engine import perform
from modules.proposals.services import cycle_of
from tests.databases import both_databases
from tests.modules.proposals.making import BODY, actor_of, item_numbered, move, propose, someone, writing

pytestmark = both_databases
HOSTILE_TEXTS = (
    "x" * 20_000,
    "<img src=x onerror=alert(1)>",
    "'; DROP TABLE civic_item; --",
    "{{ 7*7 }} %(a)s %s",
    "nul \x00 octet",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
)


def count_items(app) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Item).where(Item.kind == "proposals.proposal"))


def test_a_title_of_20000_characters_is_told_and_everything_typed_comes_back(app, author):
    _account, mine = author
    title = "é" * 20_000
    mine.open("/proposals/new").send("/proposals/new", status=422, title=title, body=BODY, place="Ici")
    values = dict(mine.form("/proposals/new").values)
    assert (values["title"], values["place"]) == (title, "Ici")
    assert 'aria-invalid="true"' in mine.text
    assert count_items(app) == 0


def test_markup_sql_and_nul_in_each_field_break_nothing(app, author):
    _account, mine = author
    for name in ("title", "body", "place", "quartier", "lon", "lat", "tags"):
        for text in HOSTILE_TEXTS:
            mine.open("/proposals/new")
            values = {**dict(mine.form("/proposals/new").values), "title": "Titre", "body": BODY, name: text}
            assert mine.client.post("/proposals/draft", data=values).status_code in {200, 409}, (name, text[:30])
            assert mine.client.post("/proposals/new", data=values).status_code in {303, 422}, (name, text[:30])
            assert "onerror=alert(1)>" not in mine.client.get("/proposals/").text


ADDRESSES = (
    "q=%27%22%3B--", "q=%00", "q=a*+OR+NEAR(", "q=l%27%C3%A9cole", "state=zzz", "sort=1;drop", "quartier=%00",
    "tag='", "process=%00", "after=%00", "after=W10", "after=WyJ4IiwxXQ", "before=WzEsMV0", "late=x",
    "after=WyIyMDI2LTAxLTAxVDAwOjAwOjAwKzAwOjAwIiw5OTk5OTk5OTk5OTk5OTk5OTk5OTk5XQ", "sort=supports&after=W251bGwsMV0",
)  # fmt: skip
ABSENT = (
    "/proposals/99999999999999999999",
    "/proposals/0",
    "/proposals/4",
    "/items/7/comment",
    "/proposals/new?process=x",
)


def test_any_address_of_the_list_answers_and_what_does_not_exist_is_404(visitor):
    for query in ADDRESSES:
        visitor.open(f"/proposals/?{query}")
        visitor.open(f"/proposals/export.csv?{query}")
    for path in ABSENT:
        visitor.open(path, status=404)


def test_a_form_sent_twice_makes_one_proposal_and_leads_to_the_same_page(app, author):
    _account, mine = author
    mine.open("/proposals/new")
    values = {**dict(mine.form("/proposals/new").values), "title": "Un banc", "body": BODY}
    first = mine.client.post("/proposals/new", data=values)
    again = mine.client.post("/proposals/new", data=values)
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.location == again.location
    assert count_items(app) == 1


def test_a_refused_form_does_not_spend_its_token(app, author):
    _account, mine = author
    mine.open("/proposals/new").send("/proposals/new", status=422, title="", body=BODY)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SpentToken)) == 0
    mine.send("/proposals/new", title="Corrigé")
    assert count_items(app) == 1


def test_a_stale_page_is_told_and_the_text_is_kept(app, author, component):
    account_id, mine = author
    number = propose(app, account_id, component)
    mine.open(f"/proposals/{number}/edit")
    stale = {**dict(mine.form("/edit").values), "title": "Ma correction, longue à écrire"}
    mine.open(f"/proposals/{number}/edit").send("/edit", title="Une autre, faite entre-temps")
    answer = mine.client.post(f"/proposals/{number}/edit", data=stale)
    assert answer.status_code == 422
    assert "Ma correction, longue à écrire" in answer.text
    assert item_numbered(app, number).title == {"fr": "Une autre, faite entre-temps"}


@pytest.mark.parametrize("page", ["edit", "withdraw"])
def test_a_form_that_does_not_say_what_it_was_read_on_is_stale(app, author, component, page):
    account_id, mine = author
    number = propose(app, account_id, component)
    mine.open(f"/proposals/{number}/{page}")
    known = {**dict(mine.form(f"/{page}").values), "title": "Ce que j’écris", "reason": "Ce que j’écris"}
    for tampered in ({}, {"version": ""}, {"version": "0"}, {"version": "٢"}, {"version": "demain"}):
        sent = {name: value for name, value in known.items() if name != "version"} | tampered
        answer = mine.client.post(f"/proposals/{number}/{page}", data=sent)
        assert answer.status_code == 422
        assert "Ce que j’écris" in answer.text
    item = item_numbered(app, number)
    assert (item.state, str(item.version)) == ("submitted", known["version"])


def test_correcting_after_a_department_took_it_is_refused_and_gives_the_text_back(app, author, component):
    account_id, mine = author
    number = propose(app, account_id, component)
    mine.open(f"/proposals/{number}/edit")
    late = {**dict(mine.form("/edit").values), "body": "Ce que je voulais ajouter."}
    move(app, number, "study")
    answer = mine.client.post(f"/proposals/{number}/edit", data=late)
    assert answer.status_code == 422
    assert "Ce que je voulais ajouter." in answer.text


def test_one_person_submits_so_many_in_30_days_and_loses_nothing(app, author, component):
    account_id, mine = author
    for _ in range(5):
        propose(app, account_id, component)
    mine.open("/proposals/new").send("/proposals/new", status=422, title="Une sixième", body=BODY)
    assert dict(mine.form("/proposals/new").values)["title"] == "Une sixième"
    mine.send("/proposals/new", button="1")
    assert "/proposals/drafts/" in mine.path


def test_old_and_withdrawn_proposals_leave_room(app, author, component):
    account_id, mine = author
    for _ in range(5):
        propose(app, account_id, component, at=now() - timedelta(days=31))
    mine.open("/proposals/new").send("/proposals/new", title="Permise", body=BODY)
    assert "drafts" not in mine.path


def test_a_closed_component_refuses_with_its_date_and_keeps_the_text(app, author, component):
    _account, mine = author
    mine.open("/proposals/new")
    with writing(app) as session:
        session.get_one(Component, component).closes_at = now() - timedelta(days=1)
    mine.send("/proposals/new", status=422, title="Trop tard", body=BODY)
    assert dict(mine.form("/proposals/new").values)["title"] == "Trop tard"
    assert count_items(app) == 0


def test_supports_and_comments_close_with_the_decision_and_with_the_dates(app, author, component):
    number = propose(app, author[0], component)
    _other, neighbour = someone(app)
    neighbour.open(f"/proposals/{number}")
    support = dict(neighbour.form(f"/items/{number}/support").values)
    comment = {**dict(neighbour.form(f"/items/{number}/comment").values), "body": "Trop tard"}
    with writing(app) as session:
        session.get_one(Component, component).closes_at = now() - timedelta(days=1)
    assert neighbour.client.post(f"/items/{number}/support", data=support).status_code == 409
    answer = neighbour.client.post(f"/items/{number}/comment", data=comment)
    assert answer.status_code == 422
    assert "Trop tard" in answer.text
    with writing(app) as session:
        session.get_one(Component, component).closes_at = None
    move(app, number, "study", "decline")
    assert neighbour.client.post(f"/items/{number}/support", data=support).status_code in {403, 409}
    neighbour.open(f"/proposals/{number}")
    assert 'name="body"' not in neighbour.text


def test_who_writes_too_much_in_an_hour_is_told_and_loses_no_word(app, author, component):
    account, mine = author
    number = propose(app, account, component)
    with app.test_request_context():
        for _ in range(WRITE.per_subject.amount):
            current_limits().require(WRITE, address="", subject=str(account))
    before = count_items(app)
    mine.open(f"/items/{number}/comment").send(f"/items/{number}/comment", status=422, body="Un mot de trop")
    assert dict(mine.form(f"/items/{number}/comment").values)["body"].strip() == "Un mot de trop"
    mine.open("/proposals/new").send("/proposals/new", status=422, title="Une de trop", body=BODY)
    assert dict(mine.form("/proposals/new").values)["title"] == "Une de trop"
    assert count_items(app) == before
    assert "trop" in mine.text


@pytest.mark.parametrize("acts", [("withdraw",), ("study", "decline")])
def test_a_comment_sent_once_the_discussion_is_closed_comes_back_with_the_reason(app, author, component, acts):
    account_id, _mine = author
    number = propose(app, account_id, component)
    _other, neighbour = someone(app)
    neighbour.open(f"/items/{number}/comment")
    form = {**dict(neighbour.form(f"/items/{number}/comment").values), "body": "Une longue réponse\nsur deux lignes."}
    close(app, number, account_id, acts)
    answer = neighbour.client.post(f"/items/{number}/comment", data=form)
    assert answer.status_code == 403
    assert "Une longue réponse\nsur deux lignes." in answer.text
    assert "La discussion de cette proposition est close." in answer.text
    assert "pas accès" not in answer.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Comment)) == 0


def test_a_support_taken_back_or_given_too_late_is_told_on_a_page_of_the_file(app, author, component):
    account_id, _mine = author
    number = propose(app, account_id, component)
    _other, neighbour = someone(app)
    neighbour.open(f"/proposals/{number}")
    support = dict(neighbour.form(f"/items/{number}/support").values)
    close(app, number, account_id, ("withdraw",))
    for act in ("support", "support/withdraw"):
        answer = neighbour.client.post(f"/items/{number}/{act}", data=support)
        assert answer.status_code == 403, act
        assert "n’attend plus de réponse de la ville" in answer.text
        assert "pas accès" not in answer.text
        assert f'href="/proposals/{number}"' in answer.text


def test_what_may_not_be_seen_answers_404_to_a_comment_and_to_a_support(app, author, component):
    account_id, _mine = author
    number = propose(app, account_id, component)
    _other, neighbour = someone(app)
    neighbour.open(f"/proposals/{number}")
    support = dict(neighbour.form(f"/items/{number}/support").values)
    with writing(app) as session:
        session.query(Item).filter_by(number=number).one().visible = False
    for act in ("comment", "support", "follow"):
        answer = neighbour.client.post(f"/items/{number}/{act}", data={**support, "body": "Bonjour"})
        assert answer.status_code == 404, act


def close(app, number, account_id, acts):
    """End a discussion: withdrawn by the author, or decided by the town."""
    if acts != ("withdraw",):
        move(app, number, *acts)
        return
    with writing(app) as session:
        item = session.query(Item).filter_by(number=number).one()
        perform(session, cycle_of(session), actor_of(session, account_id), item, "withdraw", at=now())
