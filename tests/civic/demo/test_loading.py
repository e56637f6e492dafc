# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demonstration town: loaded whole or not at all, genuine in every state, the same at each loading."""

import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from civic.answers.models import Answer, AnswerCorrection, AnswerStep
from civic.app import create_app
from civic.cli import civic
from civic.clock import now
from civic.comments.models import Comment
from civic.db.session import db, write
from civic.demo.loading import has_persons, load_town, mark_of
from civic.demo.timeline import Timeline
from civic.demo.town import DATA, DemoTown
from civic.events.models import OutboxMessage
from civic.follows.models import Follow
from civic.items.models import CountDelta, Item
from civic.journal.models import JournalEntry
from civic.people.models import Account, Delegation, Person
from civic.permissions.decision import Refused
from civic.registry import EXTENSION
from civic.search.models import SearchDocument
from civic.settings.portal import PORTAL_SCOPE, PortalSettings
from civic.settings.store import portal_state
from civic.spaces.models import Component, Phase, Space
from civic.supports.models import Support
from civic.territory.models import Address, Quartier
from civic.workflow.deadlines import due
from modules.proposals import seeds
from modules.proposals.seeds import DEADLINES, FILES
from modules.proposals.workflow import KIND, PROPOSAL
from tests.conftest import close
from tests.databases import both_databases

AT = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
SECONDS = 20
"""What a technician may wait, on the clock."""
SHOWN_STATES = {state.name for state in PROPOSAL.states}


def load(app: Flask, at: datetime = AT) -> float:
    """Load; gives the seconds it took."""
    began = time.monotonic()
    with app.app_context(), write() as session:
        load_town(session, app.extensions[EXTENSION], at)
    return time.monotonic() - began


def proposals(session: Session) -> list[Item]:
    return list(session.scalars(select(Item).where(Item.kind == KIND).order_by(Item.id)))


def files() -> list[dict]:
    town = DemoTown(date(2026, 11, 21), ZoneInfo("Europe/Paris"), Timeline())
    told = [one for path in sorted(FILES.glob("proposals_*.toml")) for one in town.read(path)["proposal"]]
    counter = town.read(FILES / "counter.toml")
    entered = Counter(one["on"] for visit in counter["visit"] for one in visit.get("support", []))
    for sheet in counter["sheet"]:
        entered.update(dict.fromkeys(sheet["on"], len(sheet["signed"])))
    at_counter = [
        {"title": visit["proposal"]["title"], "state": "submitted", "supports": 0}
        for visit in counter["visit"]
        if "proposal" in visit
    ]
    return [one | {"supports": one["supports"] + entered[one["key"]]} for one in told] + at_counter


@pytest.fixture
def living(town: Path):
    """A session on a copy of the loaded town."""
    application = create_app(town)
    with application.app_context():
        yield db.session()
    close(application)


@both_databases
def test_every_state_of_the_files_is_reached(living: Session) -> None:
    told = {one["title"]: one["state"] for one in files()}
    assert {item.title["fr"]: item.state for item in proposals(living)} == told
    assert set(told.values()) == SHOWN_STATES
    answers = Counter(living.scalars(select(Answer.state)))
    assert set(answers) == {"draft", "review", "to_sign", "signed"}
    assert living.scalar(select(func.count()).select_from(AnswerCorrection)) == 1
    assert living.scalar(select(func.count()).where(AnswerStep.act == "return_draft")) == 1


@both_databases
def test_stored_counts_equal_rows(living: Session) -> None:
    assert living.scalar(select(func.count()).select_from(CountDelta)) == 0
    for model, column in ((Support, "support_count"), (Comment, "comment_count"), (Follow, "follow_count")):
        rows = dict(living.execute(select(model.item_id, func.count()).group_by(model.item_id)).all())
        assert rows, model
        assert {item.id: getattr(item, column) for item in proposals(living) if getattr(item, column)} == rows
    assert {item.title["fr"]: item.support_count for item in proposals(living)} == {
        one["title"]: one["supports"] for one in files()
    }


@both_databases
def test_nobody_is_told_of_the_past(living: Session) -> None:
    assert living.scalar(select(func.count()).select_from(OutboxMessage)) == 0


@both_databases
def test_the_journal_tells_the_years_in_their_order(living: Session) -> None:
    moments = living.scalars(select(JournalEntry.at).order_by(JournalEntry.id)).all()
    assert len(moments) > 400
    assert moments == sorted(moments)
    assert moments[-1] <= now()
    numbers = [item.number for item in sorted(proposals(living), key=lambda item: item.number or 0) if item.number]
    assert numbers == list(range(1, 41))


def test_the_journal_verifies(town: Path) -> None:
    for act in ("seal", "verify"):
        done = CliRunner().invoke(civic, ["--instance", str(town), "journal", act], catch_exceptions=False)
        assert done.exit_code == 0, done.output


def test_exactly_the_late_ones_are_late(living: Session) -> None:
    late = {item.title["fr"] for item in proposals(living) if item.due_at is not None and item.due_at < now()}
    assert late == {one["title"] for one in files() if one.get("late")}


def test_the_same_ones_are_late_whatever_the_day_of_loading() -> None:
    """Working days and holidays move deadlines: no loading day may make another file late, or one of them early."""
    zone = ZoneInfo("Europe/Paris")
    entered = {one["title"]: (one["history"][-1]["at"], one["state"], bool(one.get("late"))) for one in files() if one.get("history")}  # fmt: skip
    for shift in range(3 * 366):
        today = datetime(2026, 1, 1, 12, tzinfo=zone) + timedelta(days=shift)
        for title, (day, state, late) in entered.items():
            limit = PROPOSAL.state(state).deadline
            if state in DEADLINES:
                limit = type(limit)(**DEADLINES[state])
            overdue = limit is not None and due(today + timedelta(days=day), limit, zone) < today
            assert overdue == late, (title, today.date())


def test_answers_are_signed_by_who_may(living: Session) -> None:
    signed = living.scalars(select(Answer).where(Answer.state == "signed")).all()
    deputy = [answer for answer in signed if answer.signed_by_id != answer.signer_id]
    assert len(deputy) == 1
    delegation = living.get_one(Delegation, deputy[0].delegation_id)
    assert (delegation.official_id, delegation.deputy_id) == (deputy[0].signer_id, deputy[0].signed_by_id)
    assert "par délégation de Claire Morel" in deputy[0].signer_title


def test_the_town_stands_whole(living: Session) -> None:
    settings = portal_state(living).settings(PORTAL_SCOPE, PortalSettings)
    assert (settings.town_name, settings.staff_second_factor) == ("Ville de Rive", False)
    assert "proposals" in portal_state(living).modules_on
    assert living.scalar(select(func.count()).select_from(Quartier)) == 6
    assert living.scalar(select(func.count()).select_from(Address)) >= 250
    states = {space.slug: (space.visibility, space.item.state) for space in living.scalars(select(Space))}
    assert states.pop("root")
    assert states == {
        "berges-de-la-merelle": ("public", "open"),
        "marcher-et-pedaler": ("public", "open"),
        "des-cours-d-ecole-a-l-ombre": ("public", "closed"),
        "nos-batiments-notre-energie": ("staff", "open"),
    }
    assert living.scalar(select(func.count()).select_from(Component)) == 5
    assert living.scalar(select(func.count()).select_from(Phase)) == 9
    levels = Counter(living.scalars(select(Person.level).join(Account).where(Account.email.like("%@courriel.example"))))
    assert levels == {"roll": 24, "residence": 15, "email": 8, "declared": 2}
    numbered = [item.id for item in proposals(living) if item.number]
    assert set(living.scalars(select(SearchDocument.item_id))) >= set(numbered)


def test_one_password_is_hashed_once_and_shared(living: Session) -> None:
    hashes = set(living.scalars(select(Account.password_hash)))
    assert len(hashes) == 1
    assert None not in hashes
    assert mark_of(living).shared_password


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_it_loads_fast_enough_and_the_same_town_comes_out_on_both_databases(app: Flask, templates, tmp_path) -> None:
    assert load(app) < SECONDS
    second = create_app(templates.copy("sqlite", tmp_path / "second"), {"base_url": "http://127.0.0.1"})
    try:
        assert load(second) < SECONDS
        assert _told(app) == _told(second)
    finally:
        close(second)


def _told(app: Flask) -> list:
    """Everything a reader would see, in order."""
    with app.app_context():
        session = db.session()
        items = [
            (one.number, one.title, one.state, one.state_at, one.due_at, one.support_count)
            for one in proposals(session)
        ]
        said = session.execute(select(Comment.body, Comment.created_at).order_by(Comment.id)).all()
        supports = session.execute(select(Support.item_id, Support.person_id, Support.at)).all()
        acts = session.execute(select(JournalEntry.at, JournalEntry.act, JournalEntry.subject_id).order_by(JournalEntry.id)).all()  # fmt: skip
        return [items, said, sorted(supports), acts]


@both_databases
def test_a_failure_half_way_leaves_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object, **options: object) -> None:
        raise OSError("the machine stopped")

    monkeypatch.setattr(seeds, "sign_answer", broken)
    with pytest.raises(OSError, match="stopped") as error:
        load(app)
    assert "signature for" in error.value.__notes__[0]
    with app.app_context():
        assert not has_persons(db.session())
        assert not mark_of(db.session()).loaded
        for model in (Quartier, Item, JournalEntry, OutboxMessage):
            assert db.session().scalar(select(func.count()).select_from(model)) == 0


def test_a_town_that_knows_people_is_refused(app: Flask) -> None:
    with app.app_context(), write() as session:
        session.add(Person(display_name="Zoé", created_at=AT))
    with pytest.raises(Refused):
        load(app)


def test_the_data_stands_in_the_package() -> None:
    assert {path.name for path in DATA.iterdir()} >= {"town.toml", "processes.toml", "streets.csv", "quartiers.geojson"}
