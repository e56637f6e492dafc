# SPDX-License-Identifier: AGPL-3.0-or-later
"""Delegations of signature: dates, who may hold them, what ending one cannot undo."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from civic.journal.models import JournalEntry
from civic.people.delegations import end_delegation, may_sign, record_delegation, signs_for
from civic.people.models import Account, Delegation, RoleGrant
from civic.permissions.decision import Missing, Refused
from tests.civic.people.making import AT, TODAY, actor_for, make_staff, writing
from tests.databases import both_databases

DAY = timedelta(days=1)


@pytest.fixture
def council(app):
    """An official, a deputy and the clerk who records."""
    with writing(app) as session:
        return [
            make_staff(session, role, name).id
            for role, name in (("official", "Zoé Mairé"), ("official", "Hugo Adjoint"), ("clerk", "Léa Greffe"))
        ]


def grant(session, council, **changed):
    official, deputy, clerk = council
    values = {
        "official_id": official,
        "deputy_id": deputy,
        "act_reference": "2026-014",
        "from_on": TODAY - DAY,
        "last_day": TODAY + DAY,
        "at": AT,
    }
    return record_delegation(session, actor_for_id(session, clerk), **{**values, **changed})


def actor_for_id(session, account_id):
    return actor_for(session, session.get_one(Account, account_id))


@both_databases
def test_a_delegation_holds_from_its_first_to_its_last_day_included(app, council):
    official, deputy, _clerk = council
    with writing(app) as session:
        granted = grant(session, council)
        for offset, holds in ((-2, False), (-1, True), (0, True), (1, True), (2, False)):
            right = may_sign(session, deputy, official, TODAY + offset * DAY)
            assert (right is not None) is holds, offset
        right = may_sign(session, deputy, official, TODAY)
        assert right is not None
        assert right.delegation is granted
        assert signs_for(session, deputy, TODAY) == {official}
        assert signs_for(session, deputy, TODAY + 2 * DAY) == set()


def test_the_official_needs_no_delegation_and_nobody_else_may_sign(app, council):
    official, deputy, clerk = council
    with writing(app) as session:
        own = may_sign(session, official, official, TODAY)
        assert own is not None
        assert own.delegation is None
        assert may_sign(session, deputy, official, TODAY) is None
        grant(session, council)
        assert may_sign(session, clerk, official, TODAY) is None
        assert may_sign(session, official, deputy, TODAY) is None, "a delegation has one direction"


def test_a_delegation_falls_with_the_mandate_of_the_official(app, council):
    official, deputy, _clerk = council
    with writing(app) as session:
        grant(session, council)
        assert may_sign(session, deputy, official, TODAY) is not None
        mandate = session.query(RoleGrant).filter_by(account_id=official, role="official").one()
        mandate.ended_at = AT
        session.flush()
        assert may_sign(session, deputy, official, TODAY) is None


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"last_day": TODAY - 2 * DAY}, "last_day"),
        ({"act_reference": "  "}, "act_reference"),
    ],
)
def test_a_wrong_delegation_is_refused_on_its_field(app, council, changed, field):
    with writing(app) as session, pytest.raises(Missing) as refused:
        grant(session, council, **changed)
    assert field in refused.value.fields


def test_only_elected_officials_delegate_and_receive_and_not_to_themselves(app, council):
    official, _deputy, clerk = council
    with writing(app) as session:
        with pytest.raises(Missing) as refused:
            grant(session, council, deputy_id=clerk)
        assert "deputy_id" in refused.value.fields
        with pytest.raises(Missing) as refused:
            grant(session, council, deputy_id=official)
        assert "deputy_id" in refused.value.fields


def test_two_delegations_between_the_same_two_do_not_overlap(app, council):
    with writing(app) as session:
        grant(session, council)
        with pytest.raises(Missing):
            grant(session, council, from_on=TODAY + DAY, last_day=None)
        grant(session, council, from_on=TODAY + 2 * DAY, last_day=None)


def test_ending_keeps_what_was_signed_and_withdraws_what_has_not_begun(app, council):
    official, deputy, clerk = council
    with writing(app) as session:
        granted = grant(session, council, last_day=None)
        actor = actor_for_id(session, clerk)
        with pytest.raises(Missing):
            end_delegation(session, actor, granted.id, last_day=TODAY - 2 * DAY, today=TODAY, at=AT)
        end_delegation(session, actor, granted.id, last_day=TODAY - DAY, today=TODAY, at=AT)
        assert may_sign(session, deputy, official, TODAY) is None
        assert may_sign(session, deputy, official, TODAY - DAY) is not None
        with pytest.raises(Refused):
            end_delegation(session, actor, granted.id, last_day=TODAY, today=TODAY, at=AT)
        later = grant(session, council, from_on=TODAY + DAY, last_day=None)
        end_delegation(session, actor, later.id, last_day=TODAY, today=TODAY, at=AT)
        session.flush()
        assert session.scalar(select(func.count()).select_from(Delegation)) == 1
        acts = session.scalars(
            select(JournalEntry.act).where(JournalEntry.subject_kind == "civic.delegation").order_by(JournalEntry.id)
        ).all()
        assert acts == ["grant_delegation", "end_delegation", "grant_delegation", "withdraw_delegation"]
