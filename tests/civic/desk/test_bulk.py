# SPDX-License-Identifier: AGPL-3.0-or-later
"""One act on many files: looked at file by file, then done to each by itself, once."""

import re

from civic.clock import now
from civic.events.models import OutboxMessage
from civic.journal.models import JournalEntry
from civic.people.models import RoleGrant
from civic.testing.factories import make_process
from tests.civic.desk.making import DAY, act, browser, open_desk, state_of, studied, submit
from tests.civic.people.making import make_item, writing
from tests.databases import both_databases
from tests.forms import Visitor

pytestmark = both_databases
STUDY, SEND_BACK, DECIDE = (f"proposals.proposal/{name}" for name in ("study", "send_back", "put_to_decision"))
ONCE = {"once": "a-token-of-a-form-0001"}


def entries(app, act_name):
    """How many times an act was journaled."""
    with writing(app) as session:
        return session.query(JournalEntry).filter_by(act=act_name).count()


def rows_of(page, section):
    """The part of the preview between a heading and the next one."""
    return re.search(rf'<section class="section" id="{section}">.*?</section>', page, re.S).group()


def test_ticked_files_go_from_the_list_to_the_report(app):
    desk = open_desk(app, "clerk")
    with writing(app) as session:
        ids = [submit(session, desk, title).id for title in ("Un banc", "Un arbre", "Une fontaine")]
    visitor = Visitor(browser(desk, "clerk"))
    assert f'form="bulk" id="tick-{ids[0]}"' in visitor.open("/desk/").text
    page = visitor.open("/desk/register?ticked=all").text
    assert page.count(" checked>") == 3
    asked = "&".join(f"file={one}" for one in ids)
    page = visitor.open(f"/desk/bulk?{asked}").text
    assert SEND_BACK in page
    assert "proposals.proposal/accept" not in page
    visitor.open(f"/desk/bulk?{asked}&act={SEND_BACK}")
    visitor.send("/desk/bulk/preview", status=422, reason=" ")
    page = visitor.send("/desk/bulk/preview", reason="Dites où, <b>précisément</b>.").text
    assert "Dites où, &lt;b&gt;précisément&lt;/b&gt;." in page
    assert entries(app, "send_back") == 0
    report = visitor.send("/desk/bulk/confirm").text
    assert "Un arbre" in report
    assert [state_of(desk, one)[0] for one in ids] == ["incomplete"] * 3
    assert entries(app, "send_back") == 3


def test_the_preview_says_of_each_file_what_perform_would(app):
    app.config["WTF_CSRF_ENABLED"] = False
    desk = open_desk(app, "clerk", "agent")
    with writing(app) as session:
        mine, other = studied(session, desk, "Le mien"), studied(session, desk, "Une rue", department=desk.roads)
        moved = submit(session, desk, "Trop tôt")
        ids = [mine.id, other.id, moved.id]
        elsewhere = make_item(session, title="D’un autre module", kind="gone.thing", state="odd", number=900).id
    agent = browser(desk, "agent")
    page = agent.post("/desk/bulk/preview", data={"file": [*ids, elsewhere, 99999, "x"], "act": DECIDE}).text
    assert "Le mien" in rows_of(page, "ready")
    refused = rows_of(page, "refused")
    assert "Une rue" in refused
    assert "Un autre service est en charge de ce dossier" in refused
    assert "Trop tôt" in refused
    assert "ne commence pas à l’étape" in refused
    assert "D’un autre module" not in page
    assert f'value="{ids[0]}.' in page
    assert f'value="{ids[1]}.' not in page
    assert entries(app, "put_to_decision") == 0


def test_a_version_that_changed_meanwhile_is_told_and_keeps_no_other_from_being_done(app):
    app.config["WTF_CSRF_ENABLED"] = False
    desk = open_desk(app, "clerk")
    with writing(app) as session:
        files = [studied(session, desk, f"Un banc {number}") for number in range(3)]
        sent = [f"{one.id}.{one.version}" for one in files]
        ids = [one.id for one in files]
    with writing(app) as session:
        act(session, desk, ids[1], "put_to_decision")
    page = browser(desk, "clerk").post("/desk/bulk/confirm", data={"file": sent, "act": DECIDE} | ONCE).text
    assert page.count('class="state no"') == 1
    assert page.count('class="state yes"') == 2
    assert [state_of(desk, one)[0] for one in ids] == ["deciding"] * 3
    assert entries(app, "put_to_decision") == 3


def test_a_confirmation_sent_twice_does_nothing_twice(app):
    app.config["WTF_CSRF_ENABLED"] = False
    desk = open_desk(app, "clerk")
    with writing(app) as session:
        files = [submit(session, desk), submit(session, desk)]
        sent = [f"{one.id}.{one.version}" for one in files]
    client = browser(desk, "clerk")
    data = {"file": sent, "act": STUDY, "department_id": desk.roads} | ONCE
    first = client.post("/desk/bulk/confirm", data=data).text
    with writing(app) as session:
        told = session.query(OutboxMessage).filter_by(kind="event").count()
    again = client.post("/desk/bulk/confirm", data=data).text
    assert first.count('class="state yes"') == 2
    assert again.count('class="state off"') == 2
    assert 'class="state no"' not in again
    assert entries(app, "study") == 2
    with writing(app) as session:
        assert session.query(OutboxMessage).filter_by(kind="event").count() == told
        details = [one.details for one in session.query(JournalEntry).filter_by(act="study")]
        assert len({str(one) for one in details}) == 1


def test_a_confirmation_without_versions_or_by_someone_else_changes_nothing(app):
    app.config["WTF_CSRF_ENABLED"] = False
    desk = open_desk(app, "clerk", "auditor", "official", "moderator")
    with writing(app) as session:
        item = studied(session, desk)
        item_id, version = item.id, item.version
    data = {"file": f"{item_id}.{version}", "act": DECIDE}
    for role in ("auditor", "official", "moderator"):
        page = browser(desk, role).post("/desk/bulk/confirm", data=data)
        assert page.status_code == 200
        assert 'class="state no"' in page.text
    page = browser(desk, "clerk").post("/desk/bulk/confirm", data={"file": item_id, "act": DECIDE})
    assert 'class="state no"' in page.text
    assert state_of(desk, item_id) == ("studied", version)


def test_what_goes_through_an_answer_what_does_not_exist_and_too_many_are_refused(app):
    app.config["WTF_CSRF_ENABLED"] = False
    desk = open_desk(app, "clerk", "official")
    with writing(app) as session:
        item_id = studied(session, desk).id
    client = browser(desk, "clerk")
    for key in ("proposals.proposal/accept", "proposals.proposal/nothing", "civic.process/open", "x"):
        for path in ("preview", "confirm"):
            answer = client.post(f"/desk/bulk/{path}", data={"file": f"{item_id}.1", "act": key})
            assert answer.status_code == 404
        assert client.get(f"/desk/bulk?file={item_id}&act={key}").status_code == 404
    many = {"file": [f"{number}.1" for number in range(1, 102)], "act": DECIDE}
    assert client.post("/desk/bulk/confirm", data=many).status_code == 422
    assert client.post("/desk/bulk/confirm", data={"act": DECIDE}).status_code == 422
    assert client.post("/desk/bulk/preview", data={"file": item_id}).status_code == 422
    assert client.get("/desk/bulk").status_code == 200
    assert "radio" not in browser(desk, "official").get(f"/desk/bulk?file={item_id}").text
    assert state_of(desk, item_id)[0] == "studied"


def test_files_outside_the_scope_of_a_role_are_not_even_named(app):
    app.config["WTF_CSRF_ENABLED"] = False
    desk = open_desk(app, "clerk")
    with writing(app) as session:
        item = studied(session, desk, "Secret de voisinage")
        item_id, version = item.id, item.version
        space = make_process(session, at=now(), slug="ailleurs").id
        session.query(RoleGrant).filter_by(account_id=desk.clerk).one().space_id = space
    client = browser(desk, "clerk")
    assert "Secret" not in client.get(f"/desk/bulk?file={item_id}").text
    answer = client.post("/desk/bulk/confirm", data={"file": f"{item_id}.{version}", "act": DECIDE})
    assert answer.status_code == 422
    assert "Secret" not in answer.text
    assert state_of(desk, item_id) == ("studied", version)


def test_a_list_shows_a_hundred_files_on_demand(app):
    desk = open_desk(app, "clerk", "auditor")
    with writing(app) as session:
        for number in range(30):
            make_item(session, title=f"Banc {number}", state="studied", number=100 + number, due_at=now() + DAY)
    client = browser(desk, "clerk")
    assert client.get("/desk/register").text.count('form="bulk"') == 25
    assert client.get("/desk/register?size=100").text.count('form="bulk"') == 30
    assert 'form="bulk"' not in browser(desk, "auditor").get("/desk/register").text
