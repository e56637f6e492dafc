# SPDX-License-Identifier: AGPL-3.0-or-later
"""The weekly mail about late files: on Mondays, once, to whoever has some and wants it; by the real outbox."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

from sqlalchemy import select

from civic.delays.summary import SHOWN, send_summaries
from civic.events.models import OutboxMessage
from civic.jobs.outbox import drain
from civic.people.models import Account
from civic.permissions.actor import SYSTEM
from civic.settings.store import switch_module
from tests.civic.desk.making import browser, open_desk
from tests.civic.people.making import make_item, writing
from tests.databases import both_databases
from tests.forms import Visitor

pytestmark = both_databases
MONDAY = datetime(2026, 6, 15, 6, 30, tzinfo=UTC)  # half past eight in the morning
DAY = timedelta(days=1)


def late_desk(app, *roles):
    """Two files of the first department and one of nobody, late on that Monday; one that is not."""
    desk = open_desk(app, *roles)
    with writing(app) as session:
        values = {"state": "studied", "due_at": MONDAY - 3 * DAY}
        make_item(session, "Un banc", number=101, department_id=desk.green, **values)
        make_item(session, "Un arbre", number=102, department_id=desk.green, **values | {"due_at": MONDAY - 9 * DAY})
        make_item(session, "Une place", number=103, **values | {"state": "submitted"})
        make_item(session, "Plus tard", number=104, department_id=desk.green, **values | {"due_at": MONDAY + DAY})
        make_item(session, "Ailleurs", number=105, department_id=desk.roads, **values)
        make_item(session, "Absent", number=106, kind="gone.thing", department_id=desk.green, **values)
    return desk


def run(app, at=MONDAY):
    """The job at that moment."""
    with writing(app) as session:
        send_summaries(session, at)


def delivered(app, instance, desk, role):
    """The mails that reached this person, as text."""
    for _ in range(3):
        drain(app)
    with writing(app) as session:
        address = session.get_one(Account, getattr(desk, role)).email
    read = [
        message_from_bytes(file.read_bytes(), policy=policy.default)
        for file in sorted((instance / "mail").glob("*.eml"))
    ]
    return [f"{one['Subject']}\n{one.get_content()}" for one in read if one["To"] == address]


def test_clerks_and_agents_are_told_of_what_waits_for_them_and_nobody_else_is(app, instance):
    desk = late_desk(app, "clerk", "agent", "official", "auditor", "moderator")
    run(app)
    [agent] = delivered(app, instance, desk, "agent")
    assert agent.startswith("2 dossiers en retard vous attendent\n")
    assert agent.index("Un arbre") < agent.index("Un banc")
    assert "Une place" not in agent
    assert "Plus tard" not in agent
    assert "Ailleurs" not in agent
    assert "Absent" not in agent
    assert "/desk/items/" in agent
    assert "/desk/summary" in agent
    [clerk] = delivered(app, instance, desk, "clerk")
    assert "Une place" in clerk
    assert "Un banc" not in clerk
    for role in ("official", "auditor", "moderator"):
        assert delivered(app, instance, desk, role) == []


def test_it_leaves_on_monday_morning_once_a_week(app, instance):
    desk = late_desk(app, "agent")
    for at in (MONDAY - timedelta(hours=2), MONDAY - DAY, MONDAY + DAY):
        run(app, at)
    assert delivered(app, instance, desk, "agent") == []
    for _again in range(3):
        run(app, MONDAY + timedelta(hours=2))
    assert len(delivered(app, instance, desk, "agent")) == 1
    run(app, MONDAY + 7 * DAY)
    assert len(delivered(app, instance, desk, "agent")) == 2
    with writing(app) as session:
        keys = session.scalars(select(OutboxMessage.dedupe).where(OutboxMessage.dedupe.is_not(None))).all()
    assert sorted(keys) == [f"late_files:{desk.agent}:2026-W25", f"late_files:{desk.agent}:2026-W26"]


def test_nothing_is_sent_when_nothing_is_late_or_the_module_is_off(app, instance):
    desk = late_desk(app, "agent")
    run(app, MONDAY - 14 * DAY)
    with writing(app) as session:
        switch_module(session, SYSTEM, "proposals", is_on=False, at=MONDAY)
    run(app)
    assert delivered(app, instance, desk, "agent") == []


def test_each_chooses_at_the_desk(app, instance):
    desk = late_desk(app, "agent", "official")
    visitor = Visitor(browser(desk, "agent")).open("/desk/summary")
    assert "checked" in visitor.text
    visitor.send("/desk/summary", wanted=[])
    official = Visitor(browser(desk, "official")).open("/desk/summary")
    assert "checked" not in official.text
    official.send("/desk/summary", wanted="y")
    with writing(app) as session:
        make_item(session, "À signer", number=107, state="studied", due_at=MONDAY - DAY, assignee_id=desk.official)
    run(app)
    assert delivered(app, instance, desk, "agent") == []
    [told] = delivered(app, instance, desk, "official")
    assert "À signer" in told
    visitor.open("/desk/summary").send("/desk/summary", wanted="y")
    run(app)
    assert len(delivered(app, instance, desk, "agent")) == 1


def test_a_long_list_is_cut_and_says_how_many_are_left(app, instance):
    desk = late_desk(app, "agent")
    with writing(app) as session:
        for number in range(SHOWN + 3):
            values = {"state": "studied", "department_id": desk.green, "due_at": MONDAY - DAY}
            make_item(session, f"Banc {number}", number=200 + number, **values)
        session.get_one(Account, desk.agent).language = "en"
    run(app)
    [mail] = delivered(app, instance, desk, "agent")
    assert mail.startswith("35 late files await you")
    assert mail.count("/en/desk/items/") == SHOWN
    assert "and 5 others." in mail
