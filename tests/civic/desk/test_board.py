# SPDX-License-Identifier: AGPL-3.0-or-later
"""The board: stages as columns, the soonest due first, moved by the very acts of the file's page."""

import re

from civic.clock import now
from civic.desk.board import PER_COLUMN
from civic.journal.models import JournalEntry
from civic.permissions.actor import SYSTEM
from civic.settings.store import save_settings
from civic.settings.workflows import WorkflowSettings, workflow_scope
from tests.civic.desk.making import DAY, act, browser, open_desk, state_of, studied, submit
from tests.civic.people.making import writing
from tests.databases import both_databases
from tests.forms import Visitor
from tests.queries import queries

pytestmark = both_databases


def column(page, state):
    """The part of the page that is one column."""
    return re.search(rf'<section class="column[^>]*data-state="{state}">.*?</section>', page, re.S).group()


def card(page, item_id):
    """One card."""
    return re.search(rf'<li class="card" id="file-{item_id}".*?</li>', page, re.S).group()


def test_files_stand_in_the_column_of_their_stage_the_soonest_due_first(app):
    desk = open_desk(app, "clerk")
    with writing(app) as session:
        late = studied(session, desk, "Un arbre", at=now() - 200 * DAY)
        soon = studied(session, desk, "Un banc", at=now() - 2 * DAY)
        new = submit(session, desk, "Une fontaine")
        ids = late.id, soon.id, new.id
    page = browser(desk, "clerk").get("/desk/board").text
    being_studied = column(page, "studied")
    assert being_studied.index(f'id="file-{ids[0]}"') < being_studied.index(f'id="file-{ids[1]}"')
    assert "(2)" in being_studied
    assert "deadline late" in card(page, ids[0])
    assert "deadline late" not in card(page, ids[1])
    assert "Espaces verts" in card(page, ids[1])
    assert f'id="file-{ids[2]}"' in column(page, "submitted")
    assert 'data-state="draft"' not in page


def test_a_board_without_files_says_so_once_and_shows_the_way_out(app):
    desk = open_desk(app, "clerk")
    client = browser(desk, "clerk")
    page = client.get("/desk/board").text
    assert "data-board" not in page
    assert page.count("Aucun dossier") == 1
    assert "/how-it-works" in page
    with writing(app) as session:
        submit(session, desk, "Une fontaine")
    page = client.get("/desk/board?q=zzz").text
    assert "data-board" not in page
    assert page.count("Aucun dossier") == 1
    assert 'href="/desk/board"' in page.partition('class="empty"')[2]
    assert "data-board" in client.get("/desk/board?q=fontaine").text


def test_filters_of_the_address_hold_on_the_board_and_on_its_links(app):
    desk = open_desk(app, "clerk", "agent")
    with writing(app) as session:
        for number in range(PER_COLUMN + 2):
            studied(session, desk, f"Un banc {number}")
        studied(session, desk, "Une rue", department=desk.roads)
        studied(session, desk, "Un arbre", at=now() - 200 * DAY)
    client = browser(desk, "clerk")
    page = client.get(f"/desk/board?department={desk.green}&q=banc").text
    assert page.count("data-card") == PER_COLUMN
    assert "Une rue" not in page
    assert f"/desk/register?department={desk.green}&amp;q=banc&amp;state=studied" in page
    assert client.get("/desk/board?late=1").text.count("data-card") == 1
    assert "Une rue" not in browser(desk, "agent").get("/desk/board?scope=mine").text
    assert client.get("/desk/board?department=x&kind=gone.thing&size=9").status_code == 200


def test_a_card_offers_what_its_reader_may_do_and_never_what_goes_through_an_answer(app):
    desk = open_desk(app, "clerk", "agent", "official", "auditor")
    with writing(app) as session:
        mine, other, new = studied(session, desk), studied(session, desk, department=desk.roads), submit(session, desk)
        mine, other, new = mine.id, other.id, new.id
    page = browser(desk, "clerk").get("/desk/board").text
    assert 'value="put_to_decision"' in card(page, mine)
    assert 'value="put_to_decision"' in card(page, other)
    assert f"/desk/items/{new}/act/send_back" in card(page, new)
    assert not re.search(r'value="(accept|accept_partly|decline|withdraw|study|send_back)"', page)
    page = browser(desk, "agent").get("/desk/board").text
    assert 'value="put_to_decision"' in card(page, mine)
    assert "<form" not in card(page, other)
    for role in ("official", "auditor"):
        assert "/desk/board/move" not in browser(desk, role).get("/desk/board").text


def test_a_move_without_script_is_the_act_itself_and_comes_back_to_the_same_board(app):
    desk = open_desk(app, "clerk")
    with writing(app) as session:
        item_id = studied(session, desk).id
    visitor = Visitor(browser(desk, "clerk"))
    page = visitor.open("/desk/board?q=banc&late=0")
    version = re.search(r'name="version" value="(\d+)"', card(page.text, item_id)).group(1)
    sent = {"file": item_id, "version": version, "act": "put_to_decision"}
    once = re.search(r'name="once" value="([^"]+)"', card(page.text, item_id)).group(1)
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
    for _again in range(2):
        answer = visitor.client.post(
            "/desk/board/move?q=banc&next=//evil.example", data=sent | {"once": once, "csrf_token": csrf}
        )
        assert answer.status_code == 303
        assert answer.location == f"/desk/board?q=banc#file-{item_id}"
    assert state_of(desk, item_id)[0] == "deciding"
    with writing(app) as session:
        assert session.query(JournalEntry).filter_by(act="put_to_decision", subject_id=item_id).count() == 1


def test_a_stale_card_an_unknown_act_and_a_foreign_file_move_nothing(app):
    app.config["WTF_CSRF_ENABLED"] = False
    desk = open_desk(app, "clerk", "agent", "auditor")
    with writing(app) as session:
        mine, other = studied(session, desk), studied(session, desk, department=desk.roads)
        mine, other, version = mine.id, other.id, mine.version
    client = browser(desk, "clerk")

    def move(who, **sent):
        return who.post("/desk/board/move", data=sent)

    stale = move(client, file=mine, version=version - 1, act="put_to_decision")
    assert stale.status_code == 422
    assert "error-summary" in stale.text
    assert move(client, file=mine, version=version, act="explode").status_code == 404
    assert move(client, file=mine, version=version, act="accept").status_code == 422
    assert move(client, file="x", version=version, act="put_to_decision").status_code == 404
    assert move(client).status_code == 422
    assert move(browser(desk, "agent"), file=other, version=version, act="put_to_decision").status_code == 422
    assert move(browser(desk, "auditor"), file=mine, version=version, act="put_to_decision").status_code == 422
    assert state_of(desk, mine) == ("studied", version)
    assert state_of(desk, other)[0] == "studied"


def test_an_act_that_asks_for_words_leads_to_its_page(app):
    app.config["WTF_CSRF_ENABLED"] = False
    desk = open_desk(app, "clerk")
    with writing(app) as session:
        item = submit(session, desk)
        item_id, version = item.id, item.version
    sent = {"file": item_id, "version": version, "act": "send_back"}
    answer = browser(desk, "clerk").post("/desk/board/move", data=sent)
    assert (answer.status_code, answer.location) == (303, f"/desk/items/{item_id}/act/send_back")
    assert state_of(desk, item_id)[0] == "submitted"


def test_a_board_of_many_files_asks_no_more_than_one_of_few(app):
    desk = open_desk(app, "clerk")
    with writing(app) as session:
        studied(session, desk), submit(session, desk)
    client = browser(desk, "clerk")
    client.get("/desk/board")
    with queries(app) as few:
        client.get("/desk/board")
    with writing(app) as session:
        for number in range(15):
            studied(session, desk, f"Un banc {number}"), submit(session, desk, f"Un arbre {number}")
    with queries(app) as many:
        page = client.get("/desk/board")
    assert page.text.count("data-card") == 2 * PER_COLUMN
    assert len(many) == len(few)


def test_stages_turned_off_are_no_column_and_names_are_the_towns(app):
    desk = open_desk(app, "clerk")
    with writing(app) as session:
        item_id = studied(session, desk).id
        values = WorkflowSettings(labels={"studied": {"fr": "Sur le bureau <b>"}}, skipped=["deciding"])
        save_settings(session, SYSTEM, workflow_scope("proposals.proposal"), values, now())
    page = browser(desk, "clerk").get("/desk/board").text
    assert "Sur le bureau &lt;b&gt;" in column(page, "studied")
    assert 'data-state="deciding"' not in page
    assert "put_to_decision" not in card(page, item_id)


def test_an_empty_stage_is_a_column_too(app):
    desk = open_desk(app, "clerk")
    with writing(app) as session:
        act(session, desk, submit(session, desk).id, "send_back", reason="Dites où.")
    page = browser(desk, "clerk").get("/desk/board").text
    assert "(1)" in column(page, "incomplete")
    assert "(0)" in column(page, "done")
