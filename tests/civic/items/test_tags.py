# SPDX-License-Identifier: AGPL-3.0-or-later
"""The town's themes: unique whatever the accents, never lost while in use, found again under their new name."""

import threading

import pytest
from sqlalchemy import select

from civic.clock import now
from civic.db.session import db, write
from civic.events.base import TagChanged
from civic.items.models import Item, ItemTag, Tag
from civic.items.tag_list import add_tag, counted_tags, merge_tag, remove_tag, rename_tag
from civic.items.tags import set_tags, tags_of
from civic.journal.models import JournalEntry
from civic.permissions.actor import Actor, Grant
from civic.permissions.decision import Denied, Missing, Refused
from civic.search.models import SearchDocument
from civic.search.renewal import BATCH, index_tagged
from civic.settings.store import portal_state
from civic.spaces.workflow import PROCESS, PROCESS_POLICY
from civic.testing.factories import make_item
from civic.workflow.engine import Lifecycle
from tests.databases import both_databases
from tests.modules.proposals.making import propose, someone, switch_on, writing

pytestmark = both_databases
CYCLE = Lifecycle("civic.process", PROCESS, PROCESS_POLICY)
CLERK = Actor(account_id=None, grants=(Grant("clerk"),), second_factor=True, channel="test")


@pytest.fixture
def portal(app):
    with app.test_request_context():
        yield app


def named(name: str) -> dict[str, str]:
    return {"fr": name, "en": ""}


def make(name: str) -> int:
    with write() as session:
        return add_tag(session, CLERK, named(name), at=now()).id


def test_a_theme_is_unique_whatever_case_and_accents(portal):
    make("Œuvres d’été")
    for name in ("œuvres d’ÉTÉ", " Oeuvres d'ete ", "OEUVRES D’ETE"):
        with pytest.raises(Missing), write() as session:
            add_tag(session, CLERK, named(name), at=now())
    for name in ("", " ", "« … »", "x" * 61):
        with pytest.raises(Missing), write() as session:
            add_tag(session, CLERK, named(name), at=now())
    with db.session() as session:
        assert [(tag.slug, tag.name) for tag in counted_tags(session)] == [("oeuvres-d-ete", {"fr": "Œuvres d’été"})]


def test_two_clerks_adding_one_theme_at_once_make_one(portal):
    found: list[str] = []
    together = threading.Barrier(2)

    def add() -> None:
        with portal.test_request_context():
            together.wait()
            try:
                make("Vélo")
                found.append("added")
            except Missing as error:
                found.append(error.fields["name"])

    threads = [threading.Thread(target=add) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["La commune a déjà ce thème.", "added"] or sorted(found)[0].startswith("The town has")
    assert len(db.session.scalars(select(Tag)).all()) == 1


def test_renaming_keeps_the_theme_on_its_items_and_moves_the_generation(portal):
    tag, other = make("Velo"), make("Arbres")
    with write() as session:
        item = make_item(session, CYCLE, at=now()).id
        set_tags(session, item, [tag])
        before = portal_state(session).generation
    with write() as session:
        rename_tag(session, CLERK, tag, {"fr": "Vélo", "en": "Cycling"}, at=now())
        assert portal_state(session).generation > before
    [shown] = tags_of(db.session(), [item])[item]
    assert (shown.slug, shown.name) == ("velo", {"fr": "Vélo", "en": "Cycling"})
    with pytest.raises(Missing), write() as session:
        rename_tag(session, CLERK, other, named("vélo"), at=now())
    with write() as session:
        rename_tag(session, CLERK, other, named("Arbres"), at=now())


def test_joining_moves_every_item_once_and_ends_the_theme(portal):
    old, kept = make("Cyclable"), make("Vélo")
    with write() as session:
        items = [make_item(session, CYCLE, at=now()).id for _number in range(3)]
        set_tags(session, items[0], [old])
        set_tags(session, items[1], [old, kept])
        set_tags(session, items[2], [kept])
    with write() as session:
        merge_tag(session, CLERK, old, kept, at=now())
    session = db.session()
    assert [(tag.id, tag.count) for tag in counted_tags(session)] == [(kept, 3)]
    entry = session.scalars(select(JournalEntry).where(JournalEntry.act == "merge_tag")).one()
    assert (entry.subject_id, entry.details["into"], entry.details["items"]) == (old, "velo", 2)
    for from_id, into_id in ((old, kept), (kept, old), (kept, kept)):
        with pytest.raises((Refused, Missing)), write() as session:
            merge_tag(session, CLERK, from_id, into_id, at=now())


def test_a_theme_in_use_is_not_removed(portal):
    tag = make("Vélo")
    with write() as session:
        item = make_item(session, CYCLE, at=now()).id
        set_tags(session, item, [tag])
    with pytest.raises(Refused), write() as session:
        remove_tag(session, CLERK, tag, at=now())
    with write() as session:
        set_tags(session, item, [])
        remove_tag(session, CLERK, tag, at=now())
    assert counted_tags(db.session()) == []


def test_whoever_writes_while_themes_are_joined_keeps_a_theme_that_exists(portal):
    old, kept = make("Cyclable"), make("Vélo")
    with write() as session:
        item = make_item(session, CYCLE, at=now()).id
    started, go_on = threading.Event(), threading.Event()

    def put() -> None:
        with portal.test_request_context(), write() as session:
            set_tags(session, item, [old])
            started.set()
            go_on.wait(1)

    thread = threading.Thread(target=put)
    thread.start()
    started.wait(10)
    go_on.set()
    with write() as session:
        merge_tag(session, CLERK, old, kept, at=now())
    thread.join()
    assert db.session.scalars(select(ItemTag.tag_id)).all() == [kept]


@pytest.mark.parametrize("role", ["agent", "moderator", "official", "auditor"])
def test_others_do_not_touch_themes(portal, role):
    tag = make("Vélo")
    actor = Actor(grants=(Grant(role),), second_factor=True)
    for act in (
        lambda session: add_tag(session, actor, named("Arbres"), at=now()),
        lambda session: rename_tag(session, actor, tag, named("Arbres"), at=now()),
        lambda session: merge_tag(session, actor, tag, tag, at=now()),
        lambda session: remove_tag(session, actor, tag, at=now()),
    ):
        with pytest.raises(Denied), write() as session:
            act(session)


def test_what_bears_a_theme_is_found_by_its_new_name_batch_by_batch(app, monkeypatch):
    component = switch_on(app)
    with app.test_request_context():
        tag = make("Cyclable")
    numbers = [propose(app, someone(app)[0], component, tag_ids=(tag,)) for _number in range(3)]
    monkeypatch.setattr("civic.search.renewal.BATCH", 2)
    assert BATCH > 2
    with app.test_request_context(), write() as session:
        rename_tag(session, CLERK, tag, named("Bicyclette"), at=now())
    with writing(app) as session:
        ids = sorted(session.scalars(select(Item.id).where(Item.number.in_(numbers))))
        index_tagged(session, TagChanged(tag, 0, now()))
        found = session.scalars(
            select(SearchDocument.item_id).where(SearchDocument.folded.contains("bicyclette"))
        ).all()
        assert sorted(found) == ids[:2]
        index_tagged(session, TagChanged(tag, ids[1], now()))
        found = session.scalars(
            select(SearchDocument.item_id).where(SearchDocument.folded.contains("bicyclette"))
        ).all()
        assert sorted(found) == ids
