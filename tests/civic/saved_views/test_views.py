# SPDX-License-Identifier: AGPL-3.0-or-later
"""Saved views: the filters the desk understood, under a name; one's own, or everyone's by a clerk."""

import pytest
from sqlalchemy import select

from civic.clock import now
from civic.people.models import Account
from civic.saved_views.erasure import erase_views
from civic.saved_views.models import SavedView
from civic.saved_views.services import MOST, save_view
from tests.civic.desk.making import browser, open_desk, studied
from tests.civic.people.making import actor_for, writing
from tests.databases import both_databases
from tests.forms import Visitor

pytestmark = both_databases


def kept(app):
    """Every view: name, page, filters, shared."""
    with writing(app) as session:
        rows = session.scalars(select(SavedView).order_by(SavedView.id)).all()
        return [(row.name, row.page, row.filters, row.shared) for row in rows]


def test_a_filtered_list_gets_a_name_and_comes_back_by_it(app):
    desk = open_desk(app, "clerk")
    with writing(app) as session:
        studied(session, desk, "Un arbre")
    visitor = Visitor(browser(desk, "clerk")).open(
        f"/desk/register?q=arbre&department={desk.green}&evil=%0d&state=studied"
    )
    assert "/desk/views/new?page=register&amp;department=" in visitor.text
    visitor.open(f"/desk/views/new?page=register&q=arbre&department={desk.green}&evil=//x.example&state=studied")
    visitor.send("/desk/views/new", name="  Arbres & <b>  ")
    filters = f"department={desk.green}&state=studied&q=arbre"
    assert visitor.path == f"/desk/register?{filters}"
    assert kept(app) == [("Arbres & <b>", "register", filters, False)]
    assert 'aria-current="page">Arbres &amp; &lt;b&gt;' in visitor.text
    assert "/desk/views/new" not in visitor.text
    assert "Arbres &amp; &lt;b&gt;" in visitor.open("/desk/board").text


@pytest.mark.parametrize("page", ["queue", "register", "board"])
def test_a_view_leads_to_its_own_page(app, page):
    desk = open_desk(app, "clerk")
    visitor = Visitor(browser(desk, "clerk")).open(f"/desk/views/new?page={page}&late=1&state=studied")
    visitor.send("/desk/views/new", name="En retard")
    where = {"queue": "/desk/?late=1&state=studied", "register": "/desk/register?late=1&state=studied"}
    assert visitor.path == where.get(page, "/desk/board?late=1")


def test_clerks_share_others_keep_for_themselves(app):
    app.config["WTF_CSRF_ENABLED"] = False
    desk = open_desk(app, "clerk", "agent", "official")
    clerk, agent, official = (browser(desk, role) for role in ("clerk", "agent", "official"))
    assert clerk.post("/desk/views/new?late=1", data={"name": "Pour tous", "shared": "y"}).status_code == 303
    assert clerk.post("/desk/views/new?late=1", data={"name": "Pour moi"}).status_code == 303
    assert agent.post("/desk/views/new?late=1", data={"name": "Pour tous", "shared": "y"}).status_code == 303
    assert [row[3] for row in kept(app)] == [True, False, False]
    page = agent.get("/desk/register").text
    assert page.count(">Pour tous") == 2
    assert "Pour moi" not in page
    assert "Pour tous" in official.get("/desk/views").text
    assert 'name="shared"' not in official.get("/desk/views/new?late=1").text


def test_only_its_owner_renames_and_clerks_may_remove_what_is_shared(app):
    app.config["WTF_CSRF_ENABLED"] = False
    desk = open_desk(app, "clerk", "agent")
    with writing(app) as session:
        owner = actor_for(session, session.get_one(Account, desk.agent))
        mine = save_view(session, owner, "board", "late=1", "Mes retards", shared=False, at=now())
        mine_id = mine.id
    clerk, agent = browser(desk, "clerk"), browser(desk, "agent")
    assert clerk.post(f"/desk/views/{mine_id}", data={"name": "Volé"}).status_code == 403
    assert clerk.post(f"/desk/views/{mine_id}/remove").status_code == 403
    assert agent.post(f"/desk/views/{mine_id}", data={"name": "Retards", "shared": "y"}).status_code == 303
    assert kept(app) == [("Retards", "board", "late=1", False)]
    with writing(app) as session:
        session.get_one(SavedView, mine_id).shared = True
    assert agent.post(f"/desk/views/{mine_id}", data={"name": "Retards du service"}).status_code == 303
    assert kept(app) == [("Retards du service", "board", "late=1", True)]
    for _again in range(2):
        assert clerk.post(f"/desk/views/{mine_id}/remove").status_code == 303
    assert kept(app) == []
    assert agent.get(f"/desk/views/{mine_id}").status_code == 404


def test_a_name_serves_once_per_person_and_there_are_thirty_at_most(app):
    app.config["WTF_CSRF_ENABLED"] = False
    desk = open_desk(app, "clerk", "agent")
    clerk = browser(desk, "clerk")
    assert clerk.post("/desk/views/new?late=1", data={"name": "Retards"}).status_code == 303
    assert clerk.post("/desk/views/new?q=banc", data={"name": "Retards"}).status_code == 422
    assert browser(desk, "agent").post("/desk/views/new?late=1", data={"name": "Retards"}).status_code == 303
    with writing(app) as session:
        actor = actor_for(session, session.get_one(Account, desk.clerk))
        for number in range(MOST - 1):
            save_view(session, actor, "board", "", f"Vue {number}", shared=False, at=now())
    answer = clerk.post("/desk/views/new?late=1", data={"name": "Une de trop"})
    assert answer.status_code == 422
    assert "30" in answer.text
    for wrong in ({"name": ""}, {"name": "x" * 61}, {"name": "a\nb"}, {}):
        assert clerk.post("/desk/views/new?late=1", data=wrong).status_code == 422
    assert clerk.get("/desk/views/new?page=journal").status_code == 404


def test_words_that_are_too_long_to_keep_are_told(app):
    app.config["WTF_CSRF_ENABLED"] = False
    desk = open_desk(app, "clerk")
    long = "é" * 100
    answer = browser(desk, "clerk").post("/desk/views/new", query_string={"q": long}, data={"name": "Long"})
    assert answer.status_code == 422
    assert kept(app) == []


def test_erasing_someone_removes_their_own_views_and_leaves_the_shared_ones(app):
    desk = open_desk(app, "clerk")
    with writing(app) as session:
        account = session.get_one(Account, desk.clerk)
        actor = actor_for(session, account)
        save_view(session, actor, "board", "", "À moi", shared=False, at=now())
        save_view(session, actor, "board", "", "À tous", shared=True, at=now())
        erase_views(session, account.person_id, now())
    assert [row[0] for row in kept(app)] == ["À tous"]
