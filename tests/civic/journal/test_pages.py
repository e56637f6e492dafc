# SPDX-License-Identifier: AGPL-3.0-or-later
"""The journal at the desk, a file's public history, the published heads: what is shown, and what never is."""

import re

import pytest
from sqlalchemy import text

from civic.clock import now
from civic.journal.entries import record
from civic.journal.jobs import publish_daily_head
from civic.journal.sealer import seal
from civic.permissions.actor import Actor, Grant
from civic.registry import current_registry
from civic.settings.workflows import lifecycle
from civic.testing.factories import make_item, root_space
from tests.civic.journal.conftest import AT, Journal
from tests.civic.people.at_desk import at_desk
from tests.civic.people.making import writing
from tests.databases import both_databases

pytestmark = both_databases

RESIDENT = "Zoé Secrète"


class Apart:
    """The journal in a context of its own at each call: a request must not find the context of another one."""

    def __init__(self, app):
        self.app = app

    def __getattr__(self, name):
        def call(*arguments, **options):
            with self.app.app_context():
                return getattr(Journal(), name)(*arguments, **options)

        return call


@pytest.fixture
def journal(app):
    return Apart(app)


@pytest.fixture
def item(app, journal):
    """A file that was submitted, then given to a department with a public reason."""
    with writing(app) as session:
        resource = current_registry().resource("proposals.proposal")
        cycle = lifecycle(session, resource.workflow, resource.policy)
        found = make_item(
            session, cycle, at=AT, number=214, visible=True, published_at=AT, space_id=root_space(session, at=AT).id
        )
        for act, left, reached, role, reason in (
            ("assign", None, None, "clerk", f"Note interne sur {RESIDENT}"),
            ("submit", "draft", "submitted", "resident", ""),
            ("study", "submitted", "studied", "clerk", "Confiée aux espaces verts & <b>voirie</b>"),
        ):
            actor = Actor(
                account_id=None, name=RESIDENT, grants=(Grant(role),) if role == "clerk" else (), channel="web"
            )
            actor = actor if role == "clerk" else Actor(account_id=77, name=RESIDENT)
            record(
                session,
                actor,
                act,
                kind=found.kind,
                subject_id=found.id,
                at=AT,
                from_state=left,
                to_state=reached,
                text=reason,
            )
        return found.id


def page(client, path="/items/214/history"):
    response = client.get(f"/en{path}")
    assert response.status_code == 200
    return response.text


def test_public_acts_are_told_with_function_reason_and_seal(item, client, journal):
    before = page(client)
    assert "not sealed yet" in before
    journal.seal()
    after = page(client)
    assert "not sealed yet" not in after
    assert after.count("sealed, no.") == 2
    assert "By its author" in after
    assert "By a clerk in charge of participation" in after
    assert "Confiée aux espaces verts &amp; &lt;b&gt;voirie&lt;/b&gt;" in after
    assert "&lt;script&gt;" in after
    assert "<script>alert" not in after


def test_names_drafts_and_internal_acts_are_never_told(item, client, journal):
    told = page(client)
    assert RESIDENT not in told
    assert "Note interne" not in told
    assert "Begun" not in told
    assert "account 77" not in told


def test_an_erased_reason_leaves_its_act(item, client, journal, app):
    with writing(app) as session:
        session.execute(text("DELETE FROM civic_journal_text"))
    told = page(client)
    assert "The reason was erased" in told
    assert "By a clerk in charge of participation" in told


def test_an_altered_entry_is_said_to_everyone(item, client, journal):
    journal.seal()
    journal.tamper("UPDATE civic_journal SET role = 'official' WHERE act = 'study'")
    told = page(client)
    assert "An entry does not hold" in told
    assert "does not hold" in told


@pytest.mark.parametrize("number", ["215", "99999999999999999999"])
def test_an_unknown_file_has_no_history(item, client, number):
    assert client.get(f"/items/{number}/history").status_code == 404


def test_a_file_that_is_not_public_has_none_either(item, client, app):
    with writing(app) as session:
        session.execute(text("UPDATE civic_item SET visible = :no WHERE id = :id"), {"no": False, "id": item})
    assert client.get("/items/214/history").status_code == 404


def test_heads_are_published_to_read_and_to_keep(item, client, journal, app):
    assert "No head is published yet" in page(client, "/journal")
    with writing(app) as session:
        publish_daily_head(session, now())
    told = page(client, "/journal")
    line = client.get("/journal/heads.txt")
    assert line.mimetype == "text/plain"
    assert re.fullmatch(r"\d+:[0-9a-f]{64} \S+\n", line.text)
    assert line.text.split()[0] in told


def test_the_whole_journal_is_read_by_auditors_and_nobody_below(item, app, client):
    assert client.get("/desk/journal").status_code in {302, 303, 401, 403}
    for role, status in (("auditor", 200), ("administrator", 200), ("clerk", 200), ("agent", 403), ("official", 403)):
        assert at_desk(app, role).get("/desk/journal").status_code == status, role


def test_a_clerk_of_one_module_does_not_read_the_whole_journal(item, app):
    assert at_desk(app, "clerk", module="proposals").get("/desk/journal").status_code == 403


def lines(text_):
    return text_.count('<tr role="row"') - 1


def test_the_desk_filters_by_kind_act_role_and_day(item, app, journal):
    journal.write(2, kind="civic.space", reason="Motif")
    desk = at_desk(app, "auditor")

    def shown(query=""):
        return desk.get(f"/en/desk/journal?{query}").text

    everything = lines(shown())
    assert everything >= 6
    assert lines(shown("kind=civic.space")) == 2
    assert lines(shown("kind=civic.space&subject=2")) == 1
    assert lines(shown("act=submit")) == 1
    assert lines(shown("role=resident")) == 1
    assert lines(shown("from=2026-11-03&to=2026-11-03&kind=civic.space")) == 2
    assert lines(shown("to=2026-11-02")) < everything
    assert "No entry matches" in shown("kind=none")
    for odd in (
        "from=yesterday",
        "to=0001-01-01",
        "to=9999-12-31",
        "subject=abc",
        "subject=²",
        "after=%00",
        "kind=%00",
        "act='%22<b>",
    ):
        assert desk.get(f"/desk/journal?{odd}").status_code == 200
    assert "Motif 1" in shown("kind=civic.space")


def test_the_desk_pages_by_keyset_and_says_what_is_sealed(item, app, journal):
    journal.write(60)
    with writing(app) as session:
        seal(session, AT, limit=30)
    desk = at_desk(app, "auditor")
    first = desk.get("/en/desk/journal").text
    assert lines(first) == 50
    assert "not sealed yet" in first
    second = desk.get(re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")).text
    assert "sealed, no. 1<" in second
    assert lines(desk.get(re.search(r'rel="prev" href="([^"]+)"', second)[1].replace("&amp;", "&")).text) == 50


def test_the_page_asks_the_same_queries_for_one_entry_and_for_fifty(item, app, journal, count_queries):
    desk = at_desk(app, "auditor")
    desk.get("/desk/journal")
    few = count_queries(lambda: desk.get("/desk/journal"))
    journal.write(60)
    assert count_queries(lambda: desk.get("/desk/journal")) == few
