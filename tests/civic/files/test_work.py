# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the runner does with files survives crashes, repetitions and whatever changes meanwhile."""

import os
import subprocess
import time
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select, update

from civic.app import create_app
from civic.clock import now
from civic.db.session import db, write
from civic.events.models import OutboxMessage
from civic.files import work as handlers
from civic.files.checking import check_upload
from civic.files.jobs import ask_for_sweep, draw_waiting
from civic.files.models import StoredFile
from civic.files.services import attach_file, destroy_files, keep_upload
from civic.files.settings import FilesSettings
from civic.files.stores import current_store, new_key
from civic.items.models import Item
from civic.jobs import outbox
from civic.jobs.outbox import drain
from civic.ports.store import Area, StoreError
from civic.testing.factories import make_person
from tests.civic.files import samples
from tests.civic.files.sending import rows, stored, work
from tests.conftest import close
from tests.databases import both_databases
from tests.modules.proposals.making import actor_of, propose, someone, switch_on
from tests.servers.civic_process import CIVIC
from tests.servers.portal import clean_environment
from tests.servers.process import end

PHOTO = samples.with_place()


@pytest.fixture
def portal(app, component):
    """The application, a public proposal's item and its author's account."""
    return with_proposal(app, component)


def with_proposal(app, component):
    account, _browser = someone(app)
    number = propose(app, account, component)
    with app.app_context():
        item_id = db.session.scalar(select(Item.id).where(Item.number == number))
    return app, item_id, account


def attach(portal, name="vue.jpg", content=PHOTO):
    """A file on the item, as the form's act does; gives its id."""
    app, item_id, account = portal
    with app.app_context():
        upload = keep_upload(check_upload(name, BytesIO(content), FilesSettings()))
        with write() as session:
            item = session.get_one(Item, item_id)
            file = attach_file(session, actor_of(session, account), item, upload, "Un banc", now())
            assert file is not None
            return file.id


def names(portal, area):
    return [path.partition("/")[2] for path in stored(portal[0])[area]]


def grow_old(app, **by):
    """Every object was written so long ago."""
    with app.app_context():
        store = current_store()
        for area in Area:
            for kept in list(store.walk(area)):
                then = (kept.kept_at - timedelta(**by)).timestamp()
                os.utime(store._at(area, kept.path), (then, then))


def sweep(app):
    with app.app_context(), write() as session:
        ask_for_sweep(session, now())
    work(app)


@both_databases
def test_a_public_picture_goes_straight_to_its_place(portal):
    attach(portal)
    work(portal[0])
    [file] = rows(portal[0])
    assert (file.state, file.visibility, file.width, file.height) == ("ready", "public", 800, 1200)
    assert names(portal, "private") == []
    assert len(names(portal, "public")) == 4


@both_databases
@pytest.mark.parametrize("step", ["draw_picture", "_drawn", "drop_stored"])
def test_a_crash_at_any_step_is_made_good(portal, monkeypatch, step):
    """The process dies after the slow work, or inside the transaction: the message is tried again, the rest swept."""
    app = portal[0]
    attach(portal)
    whole, died = getattr(handlers, step), []

    def dies_once(*arguments):
        result = whole(*arguments)
        if not died:
            died.append(step)
            raise KeyboardInterrupt
        return result

    kinds = {"draw_picture": handlers.DRAW, "drop_stored": handlers.DROP}
    if step in kinds:
        monkeypatch.setitem(handlers.HANDLERS, kinds[step], dies_once)
    else:
        monkeypatch.setattr(handlers, step, dies_once)
    with pytest.raises(KeyboardInterrupt):
        work(app)
    with app.app_context():
        db.session.remove()
        with write() as session:
            session.execute(update(OutboxMessage).values(leased_until=None, due_at=now()))
    work(app)
    assert died
    [file] = rows(app)
    assert (file.state, file.visibility) == ("ready", "public")
    grow_old(app, hours=27)
    sweep(app)
    kept = stored(app)
    assert kept["private"] == []
    assert sorted(kept["public"]) == sorted(file.paths())


@both_databases
def test_an_upload_whose_act_came_to_nothing_is_swept_after_a_day(portal):
    app = portal[0]
    attach(portal)
    with app.app_context():
        keep_upload(check_upload("seul.txt", BytesIO(b"seul"), FilesSettings()))
        current_store().put(Area.PUBLIC, f"{new_key(b'x')}/480.webp", b"x", "image/webp")
    work(app)
    sweep(app)
    assert names(portal, "private") == ["document.txt"]
    grow_old(app, hours=27)
    sweep(app)
    assert names(portal, "private") == []
    assert names(portal, "public") == ["480.jpg", "480.webp", "800.jpg", "800.webp"]


@both_databases
def test_a_copy_in_the_wrong_area_is_swept(portal):
    app = portal[0]
    attach(portal)
    work(app)
    [file] = rows(app)
    with app.app_context():
        for path in file.paths():
            current_store().put(Area.PRIVATE, path, b"left by a move", "image/webp")
    grow_old(app, hours=27)
    sweep(app)
    assert names(portal, "private") == []
    assert len(names(portal, "public")) == 4


def test_one_sweep_waits_at_a_time(portal):
    app = portal[0]
    with app.app_context(), write() as session:
        for _ in range(3):
            ask_for_sweep(session, now())
            session.flush()
        assert len(list(session.scalars(select(OutboxMessage).where(OutboxMessage.kind == handlers.SWEEP)))) == 1


@both_databases
def test_a_draft_deleted_while_its_picture_is_drawn_leaves_nothing(portal, monkeypatch):
    app, item_id, _account = portal
    attach(portal)
    drawn = handlers.render

    def meanwhile(content):
        found = drawn(content)
        db.session.remove()
        with write() as session:
            destroy_files(session, session.get_one(Item, item_id), now())
        return found

    monkeypatch.setattr(handlers, "render", meanwhile)
    work(app)
    assert rows(app) == []
    assert stored(app) == {"private": [], "public": []}


@both_databases
def test_an_item_hidden_while_its_picture_is_drawn_keeps_it_private(portal, monkeypatch):
    app, item_id, _account = portal
    attach(portal)
    drawn = handlers.render

    def meanwhile(content):
        found = drawn(content)
        db.session.remove()
        with write() as session:
            session.get_one(Item, item_id).visible = False
        return found

    monkeypatch.setattr(handlers, "render", meanwhile)
    work(app)
    assert [file.visibility for file in rows(app)] == ["private"]
    assert names(portal, "public") == []


def test_messages_delivered_twice_change_nothing(portal):
    app = portal[0]
    file_id = attach(portal)
    work(app)
    [before] = rows(app)
    with app.app_context():
        for handler in (handlers.draw_picture, handlers.place_file):
            effect = handler(db.session(), {"file": file_id})
            with write() as session:
                effect(session, now())
    work(app)
    [after] = rows(app)
    assert (after.key, after.state) == (before.key, before.state)
    assert sorted(stored(app)["public"]) == sorted(after.paths())


def test_a_store_that_is_down_is_tried_again(portal, monkeypatch):
    app = portal[0]
    attach(portal)
    whole = handlers.current_store

    def down():
        raise StoreError("the store did not answer")

    monkeypatch.setattr(handlers, "current_store", down)
    work(app)
    assert rows(app)[0].state == "waiting"
    monkeypatch.setattr(handlers, "current_store", whole)
    with app.app_context(), write() as session:
        assert "did not answer" in session.scalar(
            select(OutboxMessage.error).where(OutboxMessage.kind == handlers.DRAW)
        )
        session.execute(update(OutboxMessage).values(due_at=now()))
    work(app)
    assert rows(app)[0].state == "ready"


def test_a_picture_that_waits_for_hours_is_asked_for_again(portal):
    app = portal[0]
    attach(portal)
    with app.app_context(), write() as session:
        session.execute(update(OutboxMessage).values(failed_at=now()))
        draw_waiting(session, now())
        session.flush()
        assert session.scalar(select(OutboxMessage.id).where(OutboxMessage.failed_at.is_(None))) is None
        session.execute(update(StoredFile).values(created_at=now() - timedelta(hours=2)))
        draw_waiting(session, now())
    work(app)
    assert rows(app)[0].state == "ready"


def test_slow_work_comes_after_the_rest_and_outside_the_writer(portal, monkeypatch):
    """While a picture is drawn someone else writes; the facts of the same batch were handled before."""
    app = portal[0]
    attach(portal)
    with app.app_context(), write() as session:
        made = make_person(session, at=now()).id
    order = []
    drawn = handlers.render

    def watched(content):
        order.append("picture")
        waiting = db.session.scalars(select(OutboxMessage.kind).where(OutboxMessage.done_at.is_(None))).all()
        assert handlers.DRAW in waiting
        assert "event" not in waiting
        with create_app(app.extensions["civic.config"].instance).app_context(), write() as other:
            make_person(other, at=now())
            order.append("someone else")
        return drawn(content)

    monkeypatch.setattr(handlers, "render", watched)
    drain(app)
    assert made
    assert order == ["picture", "someone else"]


def test_a_message_another_runner_took_meanwhile_is_left_to_it(portal, monkeypatch):
    app = portal[0]
    attach(portal)
    monkeypatch.setattr("civic.jobs.outbox._claim", taken_over(app))
    drain(app)
    assert rows(app)[0].state == "waiting"


def taken_over(app):

    claim = outbox._claim

    def claims_and_loses(holder, limit):
        claimed = claim(holder, limit)
        with write() as session:
            session.execute(update(OutboxMessage).values(leased_by="another"))
        return claimed

    return claims_and_loses


# S3, over HTTP


def test_all_of_it_with_files_in_s3(instance, s3_server):
    config = s3_server.buckets()
    app = create_app(instance, {"base_url": "http://127.0.0.1", **config})
    portal = with_proposal(app, switch_on(app))
    attach(portal)
    attach(portal, "plan.pdf", samples.pdf())
    work(app)
    assert names(portal, "private") == []
    assert sorted(names(portal, "public")) == ["480.jpg", "480.webp", "800.jpg", "800.webp", "document.pdf"]
    picture, document = rows(app)
    browser = app.test_client()
    answer = browser.get(f"/files/{picture.key}/480.webp")
    assert (answer.status_code, answer.mimetype) == (200, "image/webp")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert browser.get(f"/files/{document.key}/document.pdf").data == samples.pdf()
    app.extensions.pop("civic.store")
    app.extensions["civic.config"] = replace(app.extensions["civic.config"], s3_public_address="https://images.ville.example")  # fmt: skip
    moved = browser.get(f"/files/{picture.key}/480.webp")
    assert (moved.status_code, moved.location) == (302, f"https://images.ville.example/{picture.key}/480.webp")
    assert browser.get(f"/files/{document.key}/document.pdf").data == samples.pdf()
    with app.app_context(), write() as session:
        session.get_one(Item, portal[1]).visible = False
    assert browser.get(f"/files/{picture.key}/480.webp").status_code == 404
    close(app)


def test_pages_allow_pictures_of_the_town_s_own_store_and_no_other(instance, s3_server):
    values = {"base_url": "http://127.0.0.1", **s3_server.buckets()}
    for address, allowed in (("", "img-src 'self' data:"), ("https://images.ville.example/x", "img-src 'self' https://images.ville.example data:")):  # fmt: skip
        app = create_app(instance, values | {"s3_public_address": address})
        policy = app.test_client().get("/").headers["Content-Security-Policy"]
        assert f"; {allowed};" in policy
        close(app)


def test_a_store_that_is_down_answers_with_a_page(portal, monkeypatch):
    app = portal[0]
    attach(portal)
    work(app)
    [file] = rows(app)

    def down():
        raise StoreError("the store did not answer")

    app.testing = False
    monkeypatch.setattr("civic.attachments.views.current_store", lambda: type("Down", (), {"address": lambda *a: None, "open": lambda *a: down()})())  # fmt: skip
    answer = app.test_client().get(f"/files/{file.key}/480.webp")
    assert answer.status_code == 503


# Both runners, as processes


@both_databases
def test_the_embedded_runner_draws_pictures(portal, instance, live_server):
    attach(portal)
    live_server(instance)
    wait_for_a_picture(portal[0])


def test_a_worker_of_its_own_draws_pictures_and_losing_redis_loses_none(portal, instance, redis_server):
    attach(portal)
    redis_server.empty()
    environment = {**clean_environment(), "CIVIC_INSTANCE": str(instance), "REDIS_URL": redis_server.url}
    worker = subprocess.Popen([str(CIVIC), "worker"], env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_for_a_picture(portal[0])
    finally:
        end(worker)


def wait_for_a_picture(app):
    limit = time.monotonic() + 60
    while rows(app)[0].visibility != "public":
        assert time.monotonic() < limit, "no runner drew the picture"
        time.sleep(0.2)
