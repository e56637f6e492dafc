# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stays: written with each move, with the deadline promised then and the department that held the file."""

from datetime import timedelta
from importlib import import_module

import pytest
from sqlalchemy import select, text

from civic.clock import now
from civic.db.session import write
from civic.items.models import Item
from civic.permissions.actor import SYSTEM
from civic.permissions.decision import Refused
from civic.settings.store import save_settings
from civic.settings.workflows import WorkflowSettings, workflow_scope
from civic.workflow.stays import Stay
from tests.civic.desk.making import DAY, act, open_desk, studied, submit
from tests.civic.people.making import writing
from tests.databases import both_databases

pytestmark = both_databases


def stays_of(session, item_id):
    """State, department, whether it ended, in order."""
    rows = session.scalars(select(Stay).where(Stay.subject_id == item_id, Stay.kind == "proposals.proposal"))
    return [(one.state, one.department_id, one.left_at is not None) for one in sorted(rows, key=lambda one: one.id)]


def test_each_move_ends_a_stay_and_begins_the_next_in_the_hands_of_whoever_held_it(app):
    desk = open_desk(app, "clerk")
    with writing(app) as session:
        item = studied(session, desk)
        item.department_id = desk.roads
        act(session, desk, item.id, "put_to_decision")
        assert stays_of(session, item.id) == [
            ("submitted", None, True),
            ("studied", desk.roads, True),
            ("deciding", None, False),
        ]


def test_a_stay_keeps_the_deadline_promised_when_it_began(app):
    desk = open_desk(app, "clerk")
    with writing(app) as session:
        item = submit(session, desk)
        item_id, promised = item.id, item.due_at
        values = WorkflowSettings(deadlines={"submitted": {"days": 200, "working": False}})
        save_settings(session, SYSTEM, workflow_scope("proposals.proposal"), values, now())
    with writing(app) as session:
        act(session, desk, item_id, "send_back", reason="Dites où.")
        stay = session.scalars(select(Stay).where(Stay.subject_id == item_id, Stay.state == "submitted")).one()
        assert stay.due_at == promised
        assert stay.left_at == session.get_one(Item, item_id).state_at


def test_a_draft_has_no_stay_and_a_refused_move_leaves_all_as_it_was(app):
    desk = open_desk(app, "clerk", "auditor")
    with writing(app) as session:
        item_id = studied(session, desk, at=now() - DAY).id
        drafts = session.scalars(select(Stay.state).where(Stay.kind == "proposals.proposal")).all()
        assert "draft" not in drafts
    with pytest.raises(Refused), app.app_context(), write() as session:
        act(session, desk, item_id, "put_to_decision", role="auditor")
    with writing(app) as session:
        assert stays_of(session, item_id)[-1] == ("studied", None, False)


def test_what_the_journal_knew_before_stays_existed_is_counted(app):
    desk = open_desk(app, "clerk")
    with writing(app) as session:
        item = studied(session, desk, at=now() - timedelta(days=20))
        act(session, desk, item.id, "put_to_decision")
        item_id, due_at = item.id, item.due_at
        session.execute(text("DELETE FROM civic_stay"))
    revision = import_module("civic.db.migrations.versions.civic_0012_stays_saved_views_and_summaries")
    with writing(app) as session:
        session.execute(text(revision.PAST_STAYS))
        assert [one[0] for one in stays_of(session, item_id)] == ["submitted", "studied", "deciding"]
        stays = session.scalars(select(Stay).where(Stay.subject_id == item_id).order_by(Stay.id)).all()
        assert [one.due_at for one in stays] == [None, None, due_at]
        assert [one.department_id for one in stays] == [desk.green, desk.green, None]
        assert (stays[1].left_at - stays[1].entered_at).days == 20
