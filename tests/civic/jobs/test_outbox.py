# SPDX-License-Identifier: AGPL-3.0-or-later
"""The outbox: every message once for everyone who looks, at least once whatever crashes, and nobody's fault is another's."""

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from types import MappingProxyType

import pytest
from sqlalchemy import select, update

from civic.clock import now
from civic.db.session import db, write
from civic.events.base import Created
from civic.events.models import OutboxMessage
from civic.events.outbox import announce, put
from civic.jobs import outbox
from civic.jobs.outbox import ATTEMPTS, drain
from civic.module import Listener, Module
from civic.notifications.forgetting import forget_given_up
from civic.registry import EXTENSION, Registry
from civic.testing.factories import HOSTILE
from tests.databases import both_databases


def mail(to, subject="Votre proposition", **more):
    return {"to": to, "subject": subject, "body": f"{HOSTILE}\n", "town": 'Sainte-Œuvre "sur" Loire', **more}


def fill(app, *payloads, kind="mail"):
    with app.app_context(), write() as session:
        for payload in payloads:
            put(session, kind, payload, at=now())


def messages(app):
    with app.app_context():
        return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def make_due(app):
    """Let the time of the next try come, and every lease end."""
    with app.app_context(), write() as session:
        session.execute(update(OutboxMessage).values(due_at=now(), leased_until=None))


def letters(app):
    folder = app.extensions["civic.config"].instance / "mail"
    return sorted(folder.glob("*.eml")) if folder.exists() else []


@pytest.fixture
def by_smtp(app, smtp_server):
    app.extensions["civic.config"] = replace(app.extensions["civic.config"], smtp_url=smtp_server.url)
    return smtp_server


def test_a_rolled_back_act_sends_nothing(app):
    with app.app_context(), pytest.raises(RuntimeError), write() as session:
        put(session, "mail", mail("a@ville.example"), at=now())
        raise RuntimeError
    assert drain(app) == 0
    assert letters(app) == []


def test_without_smtp_messages_become_files_and_their_content_leaves_the_database(app):
    fill(app, mail("zoe@ville.example"))
    assert drain(app) == 1
    [letter] = letters(app)
    assert b"zoe@ville.example" in letter.read_bytes()
    [message] = messages(app)
    assert message.done_at is not None
    assert message.payload == {}
    assert drain(app) == 0


def test_a_message_waits_for_its_time(app):
    with app.app_context(), write() as session:
        put(session, "mail", mail("a@ville.example"), at=now(), due_at=now() + timedelta(hours=1))
    assert drain(app) == 0
    make_due(app)
    assert drain(app) == 1


def test_mail_goes_by_smtp_as_written(app, by_smtp):
    fill(app, mail("zoe@ville.example", "L’école & <b>le</b> jardin"))
    drain(app)
    [received] = by_smtp.wait_for(1)
    assert received.recipients == ("zoe@ville.example",)
    assert received.subject == "L’école & <b>le</b> jardin"
    assert received.text.strip() == HOSTILE
    assert received.message["Auto-Submitted"] == "auto-generated"
    assert str(received.message["From"].addresses[0].display_name) == "Sainte-Œuvre sur Loire"


def test_a_refused_recipient_is_tried_again_alone(app, by_smtp):
    by_smtp.refuse("gone@ville.example")
    fill(app, mail("a@ville.example"), mail("gone@ville.example"), mail("b@ville.example"))
    drain(app)
    assert [received.recipients[0] for received in by_smtp.received] == ["a@ville.example", "b@ville.example"]
    _first, refused, _last = messages(app)
    assert (refused.done_at, refused.attempts) == (None, 1)
    assert "Unknown mailbox" in refused.error
    assert refused.due_at > now() + timedelta(seconds=10)
    by_smtp.accept("gone@ville.example")
    make_due(app)
    drain(app)
    assert len(by_smtp.to("gone@ville.example")) == 1
    assert len(by_smtp.received) == 3


@pytest.mark.parametrize(
    "poison", [mail("zoé@ville.example"), mail("a@ville.example", "two\nlines"), {"to": "a@ville.example"}]
)
def test_a_message_that_cannot_be_sent_does_not_hold_the_others(app, by_smtp, poison):
    fill(app, poison, mail("b@ville.example"), mail("c@ville.example"))
    drain(app)
    sent = {received.recipients[0] for received in by_smtp.received}
    assert sent >= {"b@ville.example", "c@ville.example"}
    first, *others = messages(app)
    assert first.done_at is None or "zoé@ville.example" in sent
    assert all(message.done_at for message in others)


def test_a_server_that_is_away_loses_nothing(app, by_smtp):
    by_smtp.stop()
    fill(app, mail("a@ville.example"), mail("b@ville.example"))
    drain(app)
    assert [(message.attempts, message.done_at) for message in messages(app)] == [(1, None), (1, None)]
    by_smtp.start()
    make_due(app)
    drain(app)
    assert len(by_smtp.wait_for(2)) == 2


@both_databases
def test_after_the_last_try_a_message_is_given_up_and_kept(app, by_smtp, caplog):
    by_smtp.refuse("gone@ville.example")
    fill(app, mail("gone@ville.example"))
    for _ in range(ATTEMPTS):
        assert drain(app) == 1
        make_due(app)
    assert drain(app) == 0
    [message] = messages(app)
    assert message.failed_at is not None
    assert message.payload["to"] == "gone@ville.example"
    assert "Unknown mailbox" in message.error
    assert "gone@ville.example" not in message.error
    assert "Unknown mailbox" in caplog.text
    assert "gone@ville.example" not in caplog.text
    for later, kept in ((29, True), (31, False)):
        with app.app_context(), write() as session:
            forget_given_up(session, now() + timedelta(days=later))
        [message] = messages(app)
        assert bool(message.payload) is kept
        assert "Unknown mailbox" in message.error
        assert message.failed_at is not None


@both_databases
def test_several_runners_send_each_mail_once(app, by_smtp):
    addresses = [f"resident{n}@ville.example" for n in range(60)]
    fill(app, *(mail(address) for address in addresses))
    ready = Barrier(4)
    errors = []

    def run():
        ready.wait(10)
        try:
            while drain(app, limit=7):
                pass
        except BaseException as error:
            errors.append(error)

    runners = [Thread(target=run) for _ in range(4)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join(60)
    assert errors == []
    assert Counter(received.recipients[0] for received in by_smtp.received) == Counter(addresses)


CRASH = """
import os, sys
from pathlib import Path
from civic.app import create_app
from civic.jobs import outbox
app = create_app(Path(sys.argv[1]))
outbox._deliver = lambda messages, holder: os._exit(9)
outbox.drain(app)
"""


@both_databases
def test_a_crash_between_lease_and_delivery_delays_and_loses_nothing(app, instance):
    fill(app, mail("zoe@ville.example"))
    crashed = subprocess.run([sys.executable, "-c", CRASH, str(instance)], check=False, timeout=60)
    assert crashed.returncode == 9
    assert drain(app) == 0, "its lease still holds"
    with app.app_context(), write() as session:
        [message] = session.scalars(select(OutboxMessage))
        assert message.leased_until > now()
        message.leased_until = now() - timedelta(seconds=1)
    assert drain(app) == 1
    assert len(letters(app)) == 1


@both_databases
def test_a_runner_whose_lease_was_taken_over_does_not_mark(app):
    fill(app, mail("zoe@ville.example"))
    with app.app_context():
        [claimed] = outbox._claim("first", 10)
        with write() as session:
            session.execute(update(OutboxMessage).values(leased_by="second"))
        outbox._note_failure(claimed, "first", "too late")
    [message] = messages(app)
    assert (message.attempts, message.error, message.leased_by) == (0, "", "second")


@pytest.fixture
def listening(app):
    heard, faults = [], [RuntimeError("index is away")]

    def index(session, event):
        if faults:
            raise faults.pop()
        heard.append(("index", event))

    def count(session, event):
        put(session, "mail", mail("count@ville.example"), at=event.at)
        heard.append(("count", event))

    core = Module("civic", "Core", "", "1", listeners=(Listener(Created, index), Listener(Created, count)))
    app.extensions[EXTENSION] = Registry(MappingProxyType({}), core)
    return heard


@both_databases
def test_a_failing_listener_is_tried_again_alone(app, listening):
    at = now()
    with app.app_context(), write() as session:
        announce(session, Created("toys.toy", 4, at), at=at)
    while drain(app):
        pass
    event = Created("toys.toy", 4, at)
    assert listening == [("count", event)]
    [failed] = [message for message in messages(app) if message.done_at is None]
    assert (failed.kind, failed.attempts, failed.error) == ("listener", 1, "RuntimeError: index is away")
    make_due(app)
    while drain(app):
        pass
    assert listening == [("count", event), ("index", event)]
    assert len(letters(app)) == 1


def test_what_a_failing_listener_wrote_is_taken_back(app):
    def half(session, event):
        put(session, "mail", mail("half@ville.example"), at=event.at)
        session.flush()
        raise RuntimeError

    app.extensions[EXTENSION] = Registry(
        MappingProxyType({}), Module("civic", "Core", "", "1", listeners=(Listener(Created, half),))
    )
    with app.app_context(), write() as session:
        announce(session, Created("toys.toy", 4, now()), at=now())
    while drain(app):
        pass
    assert [message.kind for message in messages(app)] == ["event", "listener"]


def test_a_message_nobody_handles_is_noted_and_others_go_on(app):
    fill(app, {}, kind="from_another_release")
    fill(app, mail("a@ville.example"))
    drain(app)
    unknown, sent = messages(app)
    assert unknown.attempts == 1
    assert "from_another_release" in unknown.error
    assert sent.done_at
