# SPDX-License-Identifier: AGPL-3.0-or-later
"""Proposing and commenting in an organisation's name, from the request to the public page; supports stay a person's."""

import csv
import io

import pytest
from sqlalchemy import func, select

from civic.clock import now
from civic.comments.models import Comment
from civic.items.models import Item
from civic.organisations.models import OrganisationMember
from civic.organisations.services import (
    Wanted,
    accept_organisation,
    close_organisation,
    request_organisation,
)
from civic.permissions.decision import Refused
from civic.spaces.models import Component
from civic.supports.models import Support
from modules.proposals.services import DRAFTS, Content, edit_proposal, start_draft, submit_proposal
from tests.databases import both_databases
from tests.modules.proposals.making import BODY, actor_of, propose, someone, writing
from tests.queries import queries

pytestmark = both_databases
NAME = "Les Amis de l’Œuvre & <b>du Canal</b>"
WANTED = Wanted("association", "W751000123", NAME, "Nous nettoyons les berges.")
ESCAPED = "Les Amis de l’Œuvre &amp; &lt;b&gt;du Canal&lt;/b&gt;"


@pytest.fixture
def speaking(app, author):
    """An accepted organisation and whoever speaks for it: its id, account, browser, and the clerk's account."""
    account_id, browser = author
    clerk_id, _desk = someone(app, role="clerk")
    with writing(app) as session:
        asked = request_organisation(session, actor_of(session, account_id), WANTED, now())
        found = accept_organisation(session, actor_of(session, clerk_id), asked.id, now()).id
    return found, account_id, browser, clerk_id


def test_from_the_request_to_the_public_page(app, component, author, visitor):
    account_id, mine = author
    _clerk, desk = someone(app, role="clerk")
    mine.open("/proposals/new")
    assert 'name="speaker"' not in mine.text
    mine.open("/account").open("/account/organisations")
    mine.send("/account/organisations", status=422, kind="association", name=NAME, number="W75")
    mine.send("/account/organisations", number="W 751 000 123", purpose="Nous nettoyons les berges.")
    assert ESCAPED in mine.text
    visitor.open("/organisations/les-amis-de-l-oeuvre-b-du-canal-b", status=404)
    desk.open("/desk/organisations")
    assert ESCAPED in desk.text
    with writing(app) as session:
        found = session.scalar(select(OrganisationMember.id))
        assert found is None
    desk.open("/desk/organisations/1/refuse").send("refuse", status=422)
    desk.open("/desk/organisations/1/accept").send("accept")
    mine.open("/proposals/new")
    mine.send("/proposals/new", title="Une passerelle", body=BODY, speaker="1")
    number = mine.path.rsplit("/", 1)[1].partition("#")[0]
    visitor.open(f"/proposals/{number}")
    assert ESCAPED in visitor.text
    assert 'href="/organisations/les-amis-de-l-oeuvre-b-du-canal-b"' in visitor.text
    with writing(app) as session:
        assert actor_of(session, account_id).name not in visitor.text
    mine.open(f"/proposals/{number}").send("/comment", body="Nous aiderons.", speaker="1")
    mine.open(f"/items/{number}/comment").send("/comment", body="Et moi aussi.", speaker="0")
    visitor.open("/organisations/les-amis-de-l-oeuvre-b-du-canal-b")
    assert "Une passerelle" in visitor.text
    assert "Nous aiderons." in visitor.text
    assert "Et moi aussi." not in visitor.text
    visitor.open("/proposals/")
    assert ESCAPED in visitor.text
    desk.open("/desk/organisations/1/close").send("close", reason="Dissoute")
    visitor.open("/organisations/les-amis-de-l-oeuvre-b-du-canal-b")
    assert "Une passerelle" in visitor.text
    mine.open("/proposals/new")
    assert 'name="speaker"' not in mine.text


def test_no_support_is_given_in_its_name(app, component, speaking):
    found, account_id, mine, _clerk = speaking
    other_id, _browser = someone(app)
    number = propose(app, other_id, component)
    mine.open(f"/proposals/{number}")
    support = mine.form(f"/items/{number}/support")
    assert "speaker" not in support.names
    data = {**dict(support.values), "speaker": str(found), "organisation_id": str(found)}
    for _twice in range(2):
        mine.client.post(f"/items/{number}/support", data=data)
    with writing(app) as session:
        [support] = session.scalars(select(Support))
        assert support.person_id == actor_of(session, account_id).person_id


@pytest.mark.parametrize("speaker", ["999", "99999999999999999999", "-1", "un", "1 OR 1=1"])
def test_nobody_speaks_for_what_is_not_theirs(app, component, speaking, speaker):
    _found, _account, _mine, _clerk = speaking
    _other, stranger = someone(app)
    stranger.open("/proposals/new")
    form = dict(stranger.form("/proposals/new").values)
    answer = stranger.client.post("/proposals/new", data={**form, "title": "Un", "body": BODY, "speaker": speaker})
    assert answer.status_code == 422
    with writing(app) as session:
        assert session.scalar(select(func.count()).select_from(Item).where(Item.organisation_id.is_not(None))) == 0
    answer = stranger.client.post("/proposals/draft", data={**form, "title": "Un", "body": BODY, "speaker": speaker})
    assert answer.status_code in {200, 409, 422}
    with writing(app) as session:
        assert session.scalar(select(func.count()).select_from(Item).where(Item.organisation_id.is_not(None))) == 0


def test_a_foreign_name_on_a_comment_is_refused_with_the_text_kept(app, component, speaking):
    found, account_id, _mine, _clerk = speaking
    number = propose(app, account_id, component)
    _other, stranger = someone(app)
    stranger.open(f"/items/{number}/comment")
    form = dict(stranger.form("/comment").values) | {"body": "Mon texte gardé", "speaker": str(found)}
    answer = stranger.client.post(f"/items/{number}/comment", data=form)
    assert answer.status_code == 422
    assert "Mon texte gardé" in answer.text
    with writing(app) as session:
        assert session.scalar(select(func.count()).select_from(Comment)) == 0


def test_what_one_writes_for_it_counts_for_the_person(app, component, speaking):
    found, account_id, _mine, _clerk = speaking
    with writing(app) as session:
        actor, place = actor_of(session, account_id), session.get_one(Component, component)
        for number in range(DRAFTS):
            name = found if number % 2 else None
            start_draft(session, actor, Content(title=f"{number}", organisation_id=name), place, now())
        with pytest.raises(Refused) as refused:
            start_draft(session, actor, Content(title="Une de trop", organisation_id=found), place, now())
        assert refused.value.refusals[0].code == "too_many_drafts"


def test_closed_meanwhile_a_draft_goes_on_in_ones_own_name_alone(app, component, speaking):
    found, account_id, _mine, clerk_id = speaking
    with writing(app) as session:
        actor, place = actor_of(session, account_id), session.get_one(Component, component)
        content = Content(title="Un banc", body=BODY, organisation_id=found)
        draft = start_draft(session, actor, content, place, now())
        sent = start_draft(session, actor, content, place, now())
        submit_proposal(session, actor, sent, now())
        close_organisation(session, actor_of(session, clerk_id), found, "Dissoute", now())
        with pytest.raises(Refused):
            submit_proposal(session, actor, draft, now())
        with pytest.raises(Refused):
            edit_proposal(session, actor, sent, Content(title="Autre", body=BODY), now())
        assert sent.organisation_id == found


def test_the_name_is_chosen_once(app, component, speaking):
    found, account_id, mine, _clerk = speaking
    number = propose(app, account_id, component, organisation_id=found)
    mine.open(f"/proposals/{number}/edit")
    assert 'name="speaker"' not in mine.text
    mine.send("/edit", body=BODY + " Encore.")
    with writing(app) as session:
        assert session.scalar(select(Item.organisation_id).where(Item.number == number)) == found


def test_the_desk_names_both_and_the_public_file_the_organisation_alone(app, component, speaking, visitor):
    found, account_id, _mine, _clerk = speaking
    number = propose(app, account_id, component)
    with writing(app) as session:
        person = actor_of(session, account_id).name
        item = session.scalars(select(Item).where(Item.number == number)).one()
        item.organisation_id = found
        at, item_id = now(), item.id
        for nature in ("question", "comment"):
            asked = {"nature": nature, "organisation_id": found, "channel": "telephone"}
            session.add(Comment(item_id=item_id, author_id=item.author_id, body="Quand ?", created_at=at, **asked))
        session.add(Comment(item_id=item_id, author_id=item.author_id, body="Moi", created_at=at))
    _account, desk = someone(app, role="clerk")
    both = f"{ESCAPED}, par {person}"
    assert f"{both}, par téléphone" in desk.open("/desk/questions").text
    page = desk.open(f"/desk/items/{item_id}").text
    assert page.count(f"<b>{both}</b>") == 2
    assert page.count(f"<b>{person}</b>") == 1
    for path in ("/proposals/export.csv", "/data/proposals.csv"):
        [line] = list(csv.DictReader(io.StringIO(visitor.open(path).text)))
        assert line["organisation"] == NAME
        assert person not in visitor.text


def test_naming_organisations_asks_nothing_more(app, component, speaking):
    found, account_id, _mine, _clerk = speaking
    number = propose(app, account_id, component)
    _account, desk = someone(app, role="clerk")

    def ask(count):
        with writing(app) as session:
            item = session.scalars(select(Item).where(Item.number == number)).one()
            for _time in range(count):
                said = {"nature": "question", "organisation_id": found, "created_at": now()}
                session.add(Comment(item_id=item.id, author_id=item.author_id, body="Quand ?", **said))
            return item.id

    pages = ["/desk/questions", f"/desk/items/{ask(1)}"]
    desk.open(pages[0])  # what is read once is read
    counts = []
    for more in (0, 12):
        ask(more)
        with queries(app) as sent:
            for page in pages:
                desk.open(page)
        counts.append(len(sent))
    assert counts[0] == counts[1]
