# SPDX-License-Identifier: AGPL-3.0-or-later
"""Going on leave: absence, files, drafts and notes in one act, or nothing at all."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from civic.answers.models import Answer, AnswerStep
from civic.desk.handover import Leave, hand_over, open_drafts, open_files
from civic.items.models import Item
from civic.journal.models import JournalEntry, JournalText
from civic.people.absences import stands_in_for
from civic.people.models import Absence, Account
from civic.permissions.decision import Missing
from civic.registry import current_registry
from civic.workflow.guarding import state_may_change
from modules.proposals.workflow import PROPOSAL
from tests.civic.people.making import AT, TODAY, actor_for, make_account, make_item, make_staff, writing
from tests.databases import both_databases

DAY = timedelta(days=1)
FINAL = next(state.name for state in PROPOSAL.states if state.final)


@pytest.fixture
def office(app):
    """Who leaves, who takes over, a third; with two open files, one finished, one of the third, and a draft."""
    with writing(app) as session:
        leaver, heir, third = (make_staff(session, "clerk", name).id for name in ("Anaïs", "Bérénice", "Chloé"))
        first = make_item(session, "Banc", assignee_id=leaver, number=11).id
        second = make_item(session, "Fontaine", assignee_id=leaver, number=12, kind="absent.module").id
        make_item(session, "Fini", state=FINAL, assignee_id=leaver, number=13)
        make_item(session, "Autre", assignee_id=third, number=14)
        with state_may_change():
            draft = Answer(
                state="draft",
                state_at=AT,
                item_id=first,
                transition="accept",
                item_state="study",
                drafted_by_id=leaver,
                created_at=AT,
            )
        session.add(draft)
        session.flush()
        return leaver, heir, third, first, second, draft.id


def go(session, office, **changed):
    leave = Leave(
        **{
            "from_on": TODAY + DAY,
            "last_day": TODAY + 14 * DAY,
            "to_account_id": office[1],
            "note": "Voir le dossier partagé.",
            **changed,
        }
    )
    actor = actor_for(session, session.get_one(Account, office[0]))
    return hand_over(session, actor, leave, list(current_registry().resources()), at=AT)


@both_databases
def test_files_drafts_and_absence_pass_in_one_act_with_notes(app, office):
    leaver, heir, third, first, second, draft = office
    with writing(app) as session:
        done = go(session, office, notes={first: "Le devis arrive le 3."})
        assert (done.files, done.drafts) == (2, 1)
    with writing(app) as session:
        items = {item.number: item for item in session.scalars(select(Item))}
        assert [items[number].assignee_id for number in (11, 12, 13, 14)] == [heir, heir, leaver, third]
        assert [items[number].version for number in (11, 12, 13, 14)] == [2, 2, 1, 1]
        assert session.get_one(Answer, draft).drafted_by_id == heir
        assert session.scalars(select(AnswerStep.comment)).one() == "Le devis arrive le 3."
        notes = session.execute(
            select(JournalEntry.subject_id, JournalText.text)
            .join(JournalText, JournalText.entry_uid == JournalEntry.uid)
            .where(JournalEntry.act == "hand_over", JournalEntry.subject_kind != "civic.answer")
        ).all()
        assert dict(tuple(row) for row in notes) == {first: "Le devis arrive le 3.", second: "Voir le dossier partagé."}
        assert stands_in_for(session, heir, TODAY + DAY) == {leaver}
        assert open_files(session, leaver, current_registry().resources()) == []
        assert open_drafts(session, leaver) == []


def test_without_a_colleague_the_absence_alone_is_recorded(app, office):
    with writing(app) as session:
        done = go(session, office, to_account_id=None)
        assert (done.files, done.drafts) == (0, 0)
        assert len(open_files(session, office[0], current_registry().resources())) == 2


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"last_day": TODAY - DAY}, "last_day"),
        ({"to_account_id": 1}, "to_account_id"),
        ({"to_account_id": 99_999}, "to_account_id"),
    ],
)
def test_a_refused_leave_moves_nothing(app, office, changed, field):
    if changed.get("to_account_id") == 1:
        changed = {"to_account_id": office[0]}
    with app.app_context(), pytest.raises(Missing) as refused, writing(app) as session:
        go(session, office, **changed)
    assert set(refused.value.fields) == {field}
    with writing(app) as session:
        assert session.scalar(select(func.count()).select_from(Absence)) == 0
        assert len(open_files(session, office[0], current_registry().resources())) == 2


def test_a_resident_cannot_take_files_over(app, office):
    with writing(app) as session:
        resident = make_account(session).id
        with pytest.raises(Missing):
            go(session, office, to_account_id=resident)
