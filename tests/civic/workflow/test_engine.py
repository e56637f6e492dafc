# SPDX-License-Identifier: AGPL-3.0-or-later
"""What `perform` promises: whoever may not, or too early, or too late, changes nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from civic.db.session import db, write
from civic.events.models import OutboxMessage
from civic.items.models import Item
from civic.journal.models import JournalEntry, JournalText
from civic.people.actors import actor_of_account
from civic.permissions.actor import VISITOR, Actor, Grant
from civic.permissions.decision import Denied, Missing, Refused, StaleVersion
from civic.testing.factories import make_account
from civic.workflow.declaration import Deadline, TransitionData
from civic.workflow.engine import Setup, available, perform, start
from civic.workflow.guarding import UnguardedState
from tests.civic.workflow.toy import AT, CLERK, CYCLE, KIND, toy
from tests.databases import both_databases

pytestmark = both_databases


@pytest.fixture
def at_work(app):
    with app.app_context():
        yield


@pytest.fixture
def author(at_work):
    with write() as session:
        account = make_account(session, at=AT)
        return actor_of_account(session, account.id)


def begin(author, **columns):
    with write() as session:
        return start(session, CYCLE, author, toy(author.person_id, **columns), AT).id


def act(actor, item_id, name, cycle=CYCLE, **options):
    with write() as session:
        perform(session, cycle, actor, session.get_one(Item, item_id), name, **({"at": AT} | options))


def stored(item_id):
    db.session.rollback()
    return db.session.get(Item, item_id, populate_existing=True)


def counts():
    db.session.rollback()
    return tuple(db.session.scalar(select(func.count()).select_from(model)) for model in (JournalEntry, OutboxMessage))


def test_a_transition_writes_state_date_deadline_version_effect_journal_and_event(author):
    item_id = begin(author)
    later = AT + timedelta(hours=3)
    act(author, item_id, "submit", at=later)
    item = stored(item_id)
    assert (item.state, item.state_at, item.version, item.visible) == ("waiting", later, 2, True)
    assert item.due_at == datetime(2026, 3, 20, 23, tzinfo=UTC)  # ten days, until midnight in Paris
    entry = db.session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert (entry.act, entry.from_state, entry.to_state, entry.subject_kind, entry.subject_id) == (
        "submit",
        "draft",
        "waiting",
        KIND,
        item_id,
    )
    assert (entry.actor_id, entry.role, entry.at) == (author.account_id, "resident", later)
    message = db.session.scalars(select(OutboxMessage)).one()
    assert message.payload["event"] == "Transitioned"
    assert message.payload["values"]["entry_uid"] == entry.uid


def test_the_reason_is_kept_apart_from_the_entry(author):
    item_id = begin(author)
    act(author, item_id, "submit")
    act(CLERK, item_id, "finish", data=TransitionData(reason="Déjà prévu par M. Martin"))
    entry = db.session.scalars(select(JournalEntry).where(JournalEntry.act == "finish")).one()
    assert "Martin" not in str({column.name: getattr(entry, column.name) for column in JournalEntry.__table__.columns})
    assert db.session.get(JournalText, entry.uid).text == "Déjà prévu par M. Martin"


@pytest.mark.parametrize(
    "place, title, codes",
    [("", "Deux mots", ["no_place"]), ("", "Un", ["no_place", "one_word"]), ("Ici", "Un", ["one_word"])],
)
def test_every_guard_that_refuses_is_told_and_nothing_changes(author, place, title, codes):
    item_id = begin(author, place=place, title=title)
    before = counts()
    with pytest.raises(Refused) as refused:
        act(author, item_id, "submit")
    assert [refusal.code for refusal in refused.value.refusals] == codes
    assert not isinstance(refused.value, Denied)
    item = stored(item_id)
    assert (item.state, item.version, item.visible) == ("draft", 1, False)
    assert counts() == before


@pytest.mark.parametrize("actor, code", [(VISITOR, "not_author"), (CLERK, "not_author")])
def test_who_does_not_hold_the_permission_is_denied(author, actor, code):
    item_id = begin(author)
    with pytest.raises(Denied) as denied:
        act(actor, item_id, "submit")
    assert denied.value.refusals[0].code == code
    assert stored(item_id).state == "draft"


def test_a_clerk_without_second_factor_is_told_to_confirm(author):
    item_id = begin(author)
    act(author, item_id, "submit")
    with pytest.raises(Denied) as denied:
        act(replace(CLERK, second_factor=False), item_id, "finish")
    assert denied.value.refusals[0].remedy == "second_factor"


@pytest.mark.parametrize("grant", [Grant("clerk", space_id=99), Grant("clerk", module="budget"), Grant("agent")])
def test_a_role_held_elsewhere_does_not_count(author, grant):
    item_id = begin(author)
    act(author, item_id, "submit")
    with pytest.raises(Denied):
        act(Actor(account_id=9, grants=(grant,), second_factor=True), item_id, "finish")
    act(Actor(account_id=9, grants=(Grant("clerk", module="toys"),), second_factor=True), item_id, "finish")


def test_a_stale_page_is_told_and_nothing_changes(author):
    item_id = begin(author)
    act(author, item_id, "submit", version=1)
    with pytest.raises(StaleVersion):
        act(CLERK, item_id, "finish", version=1)
    assert stored(item_id).state == "waiting"
    act(CLERK, item_id, "finish", version=2)


@pytest.mark.parametrize("blank", ["", "   \n\t"])
def test_missing_fields_are_named_and_blanks_do_not_fill_them(author, blank):
    item_id = begin(author)
    act(author, item_id, "submit")
    with pytest.raises(Missing) as missing:
        act(CLERK, item_id, "study", data=TransitionData(reason=blank))
    assert set(missing.value.fields) == {"reason", "department_id"}
    assert stored(item_id).state == "waiting"


def test_an_act_of_another_state_is_refused(author):
    item_id = begin(author)
    with pytest.raises(Refused) as refused:
        act(CLERK, item_id, "finish")
    assert refused.value.refusals[0].code == "wrong_state"
    with pytest.raises(KeyError):
        act(CLERK, item_id, "no_such_act")


def test_a_transition_of_an_answer_is_not_done_by_hand(author):
    item_id = begin(author)
    act(author, item_id, "submit")
    with pytest.raises(Refused) as refused:
        act(CLERK, item_id, "answer")
    assert refused.value.refusals[0].code == "needs_answer"
    act(CLERK, item_id, "answer", answered=True)
    assert stored(item_id).state == "done"


def test_a_state_the_town_skips_is_neither_offered_nor_reached(author):
    item_id = begin(author)
    act(author, item_id, "submit")
    skipping = replace(CYCLE, setup=Setup(skipped=frozenset({"studied"})))
    item = stored(item_id)
    assert [offer.transition.name for offer in available(skipping, CLERK, item, AT)] == ["finish", "answer"]
    assert [offer.transition.name for offer in available(CYCLE, CLERK, item, AT)] == ["study", "finish", "answer"]
    with pytest.raises(Refused):
        act(CLERK, item_id, "study", cycle=skipping, data=TransitionData(reason="x", department_id=1))


def test_a_town_sets_its_own_deadline_or_none(author):
    item_id = begin(author)
    act(author, item_id, "submit", cycle=replace(CYCLE, setup=Setup(deadlines={"waiting": Deadline(1, working=True)})))
    assert stored(item_id).due_at == datetime(2026, 3, 11, 23, tzinfo=UTC)
    other = begin(author)
    act(author, other, "submit", cycle=replace(CYCLE, setup=Setup(deadlines={"waiting": None})))
    assert stored(other).due_at is None


def test_offers_carry_the_reasons_of_their_refusal(author):
    item_id = begin(author, place="")
    [offer] = available(CYCLE, author, stored(item_id), AT)
    assert not offer.is_open
    assert [str(refusal) for refusal in offer.refusals] == ["Say where."]


def test_nothing_else_writes_a_state(author):
    item_id = begin(author)
    with pytest.raises(UnguardedState):
        toy(author.person_id, state="done")
    with write() as session:
        item = session.get_one(Item, item_id)
        with pytest.raises(UnguardedState):
            item.state = "done"
    assert stored(item_id).state == "draft"


def test_an_effect_that_fails_takes_everything_back(author):
    def explode(session, subject, actor, data, at):
        subject.place = "changed"
        raise RuntimeError("disk full")

    item_id = begin(author)
    workflow = CYCLE.workflow
    broken = replace(
        workflow, transitions=(replace(workflow.transition("submit"), effect=explode), *workflow.transitions[1:])
    )
    before = counts()
    with pytest.raises(RuntimeError, match="disk full"):
        act(author, item_id, "submit", cycle=replace(CYCLE, workflow=broken))
    assert (stored(item_id).place, stored(item_id).state) == ("Place du marché", "draft")
    assert counts() == before
