# SPDX-License-Identifier: AGPL-3.0-or-later
"""A process at the desk, without script: begun, written, opened, followed, closed; refused where it must be."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from civic.clock import now
from civic.db.session import db, write
from civic.people.models import Account
from civic.permissions.actor import SYSTEM
from civic.settings.store import switch_module
from civic.spaces.checklist import FRAME_FIELDS, LEGAL_FIELDS
from civic.spaces.models import Phase, Space
from tests.databases import both_databases
from tests.forms import Visitor
from tests.modules.proposals.making import someone

WRITTEN = {name: f"Texte de {name} <script>alert(1)</script>" for name in (*FRAME_FIELDS, *LEGAL_FIELDS)}


@pytest.fixture
def clerk(app) -> Visitor:
    return someone(app, role="clerk")[1]


def begin(clerk, slug="rives", title="Les rives <b>demain</b>") -> str:
    """A process in preparation; gives its address at the desk."""
    clerk.open("/desk/processes/new").send("/desk/processes/new", title=title, slug=slug, title__en="The banks")
    return clerk.path.removesuffix("/edit")


def written(clerk, home) -> None:
    clerk.open(f"{home}/edit").send("/edit", level="consult", contact="a@rive.example", **WRITTEN)


def test_languages_are_named_in_that_of_the_page_and_what_opening_asks_for_is_not_optional(app, clerk):
    home = begin(clerk)
    page = clerk.open(f"{home}/edit").text
    assert "Textes dans une autre langue\u202f: anglais" in page
    assert "Titre (anglais)" in page
    assert "Texts in another language: English" in clerk.open(f"/en{home}/edit").text
    optional = set(re.findall(r'<label for="(\w+)">[^<]*<span class="optional">', page))
    assert optional
    assert not optional & {*FRAME_FIELDS, *LEGAL_FIELDS}


@both_databases
def test_from_beginning_to_account(app, clerk):
    home = begin(clerk)
    assert "not open yet" in clerk.open("/en/processes/rives").text
    refused = clerk.open(f"/en{home}").text
    assert "CRPA L131-1" in refused
    assert "Before it opens, write" in refused
    written(clerk, home)
    clerk.open(f"{home}/move/open").send("/move/open")
    visitor = Visitor(app.test_client())
    page = visitor.open("/en/processes/rives").text
    assert "Texte de not_negotiable &lt;script&gt;" in page
    assert "The banks" in page
    assert "/processes/rives" in visitor.open("/processes").text
    clerk.open(f"{home}/move/close").send("/move/close", status=422)
    clerk.open(f"{home}/edit").send("/edit", outcome="Le conseil a voté le 3 mars.")
    clerk.open(f"{home}/move/close").send("/move/close")
    assert "Le conseil a voté le 3 mars." in visitor.open("/processes/rives").text
    clerk.open(f"{home}/move/reopen").send("/move/reopen", status=422)
    clerk.send("/move/reopen", reason="Une date était fausse.")


def test_second_clerk_is_told_and_loses_nothing(app, clerk):
    home = begin(clerk)
    other = someone(app, role="clerk")[1]
    clerk.open(f"{home}/edit")
    other.open(f"{home}/edit").send("/edit", summary="Le premier texte")
    clerk.send("/edit", status=422, summary="Le second texte")
    assert "Le second texte" in clerk.text
    assert 'class="error-summary"' in clerk.text
    clerk.send("/edit")
    assert "Le second texte" in Visitor(clerk.client).open("/processes/rives").text


def test_reversed_dates_come_back_with_an_error_on_the_day(app, clerk):
    home = begin(clerk)
    clerk.open(f"{home}/phases/new")
    clerk.send(
        "/phases/new", status=422, title="Idées", description="Écrire", opens_on="2027-03-03", last_on="2027-03-01"
    )
    assert 'id="last_on-error"' in clerk.text
    assert "Écrire" in clerk.text
    clerk.send("/phases/new", last_on="2027-03-05")
    with app.app_context():
        phase = db.session.scalars(select(Phase)).one()
        assert phase.closes_at - phase.opens_at == timedelta(days=3)
    clerk.open(f"{home}/phases/{phase.id}")
    assert 'value="2027-03-05"' in clerk.text
    clerk.open(home).send(f"/phases/{phase.id}/remove")
    with app.app_context():
        assert db.session.scalars(select(Phase)).all() == []


def test_a_form_sent_twice_acts_once(app, clerk):
    home = begin(clerk)
    clerk.open(f"{home}/documents/new")
    fields = dict(clerk.form("/documents/new").values)
    fields |= {"title": "Une étude", "body": "Texte", "nature": "news"}
    places = {clerk.client.post(clerk.path, data=fields).headers["Location"] for _time in range(3)}
    assert places == {f"{home}#documents"}
    assert clerk.open("/processes/rives").text.count(">Une étude<") == 1


def test_a_module_is_placed_and_its_settings_kept(app, clerk):
    with app.app_context(), write() as session:
        switch_module(session, SYSTEM, "proposals", is_on=True, at=now())
    home = begin(clerk)
    clerk.open(f"{home}/parts/new").send("/parts/new", module="proposals", title="Vos idées", slug="idees")
    [part] = set(re.findall(rf"{home}/parts/(\d+)\"", clerk.text))
    clerk.open(f"{home}/parts/{part}")
    [whole] = [name for name in sorted(clerk.form("/parts/").names) if name.startswith("set_")][:1]
    assert whole
    clerk.send("/parts/", slug="Idées !", status=422)
    assert 'id="slug-error"' in clerk.text
    clerk.send("/parts/", slug="idees-2", opens_on="2027-03-01")
    assert 'value="2027-03-01"' in clerk.open(f"{home}/parts/{part}").text
    clerk.open(home).send(f"/parts/{part}/remove")


def test_members_and_links(app, clerk):
    home = begin(clerk)
    link = re.search(r'href="(/processes/rives\?preview=[^"]+)"', clerk.open(home).text).group(1)
    visitor = Visitor(app.test_client())
    visitor.open(link)
    clerk.open(home).send("/link")
    visitor.open(link, 404)
    clerk.open(home).send("/members", email="personne@rive.example", status=422)
    assert "personne@rive.example" in clerk.text
    clerk.open(home).send("/visibility", visibility="members")
    written(clerk, home)
    clerk.open(f"{home}/move/open").send("/move/open")
    visitor.open("/processes/rives", 404)
    account, resident = someone(app)
    resident.open("/processes/rives", 404)
    with app.app_context():
        email = db.session.get_one(Account, account).email
    clerk.open(home).send("/members", email=email)
    resident.open("/processes/rives")
    clerk.open(home).send("/remove")
    resident.open("/processes/rives", 404)


@pytest.mark.parametrize("role", [None, "agent", "moderator", "official", "auditor"])
def test_others_do_not_write_processes(app, clerk, role):
    home = begin(clerk)
    client = someone(app, role=role)[1].client
    for path in (home, f"{home}/edit", f"{home}/phases/new", f"{home}/move/open", "/desk/processes/new"):
        assert client.get(path).status_code == 403, path
    for path in (f"{home}/visibility", f"{home}/link", f"{home}/members"):
        assert client.post(path, data={}).status_code in {400, 403}, path
    assert app.test_client().get(home).status_code in {302, 303}


def test_a_clerk_of_one_process_writes_that_one_only(app, clerk):
    mine, other = begin(clerk), begin(clerk, "autre")
    with app.app_context():
        space_id = db.session.scalars(select(Space.id).where(Space.slug == "rives")).one()
    scoped = someone(app, role="clerk", space_id=space_id)[1]
    scoped.open(mine)
    assert scoped.client.get(other).status_code == 403
    assert scoped.client.get("/desk/processes/new").status_code == 403


@pytest.mark.parametrize("title", ["x" * 20_000, "", "\x00", "'); DROP TABLE civic_item; --", "<img src=x onerror=1>"])
def test_bad_titles_are_refused_or_harmless(app, clerk, title):
    answer = clerk.open("/desk/processes/new")
    data = dict(answer.form("/desk/processes/new").values) | {"title": title, "slug": "essai"}
    response = clerk.client.post("/desk/processes/new", data=data, follow_redirects=True)
    assert response.status_code in {200, 422}
    assert "<img src=x" not in response.text


@pytest.mark.parametrize(
    "phases, told",
    [
        ([], "Open"),
        ([(-5, 5)], "Open"),
        ([(5, 9)], "To come"),
        ([(-5, -2), (3, 5)], "Between two phases"),
        ([(-5, -2)], "Phases over"),
    ],
)
def test_the_desk_says_where_a_process_stands_in_the_public_words(app, clerk, phases, told):
    home, at = begin(clerk), now()
    written(clerk, home)
    clerk.open(f"{home}/move/open").send("/move/open")
    with app.app_context(), write() as session:
        space_id = session.scalars(select(Space.id).where(Space.slug == "rives")).one()
        for opens, closes in phases:
            days = {"opens_at": at + timedelta(days=opens), "closes_at": at + timedelta(days=closes)}
            session.add(Phase(space_id=space_id, title={"fr": "Avis"}, **days))
    words = f'<span class="state wait">{told}</span>'
    for address in ("/en/processes/rives", f"/en{home}", "/en/desk/processes"):
        assert words in clerk.open(address).text, address
