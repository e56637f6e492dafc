# SPDX-License-Identifier: AGPL-3.0-or-later
"""Roles: scopes, the account opened for an address, the last administrator."""

import threading

import pytest
from sqlalchemy import func, select

from civic.items.charge import release_files
from civic.journal.models import JournalEntry
from civic.people.models import Account, RoleGrant
from civic.people.roles import account_for, end_role, grant_role, open_grants
from civic.permissions.actor import Grant
from civic.permissions.decision import Missing, Refused
from tests.civic.people.making import AT, actor_for, make_account, make_department, make_staff, writing
from tests.databases import both_databases


@pytest.fixture
def boss(app):
    with writing(app) as session:
        return make_staff(session, "administrator", "Ève Admin").id


def acting(session, account_id):
    return actor_for(session, session.get_one(Account, account_id))


@both_databases
def test_a_role_is_granted_to_an_address_that_has_no_account_and_ends(app, boss):
    with writing(app) as session:
        account = account_for(session, " Nina.Zoé@Rive.example ".replace("é", "e"), "Nina Zoé", language="fr", at=AT)
        assert account.email == "nina.zoe@rive.example"
        assert account_for(session, "nina.zoe@rive.example", "", language="fr", at=AT).id == account.id
        granted = grant_role(
            session,
            acting(session, boss),
            account.id,
            Grant("clerk", module="proposals"),
            title="chargée de mission",
            at=AT,
        )
        actor = acting(session, account.id)
        assert actor.grants == (Grant("clerk", module="proposals"),)
        assert account.title == "chargée de mission"
        end_role(session, acting(session, boss), granted.id, release_files, at=AT)
        session.flush()
        assert acting(session, account.id).grants == ()
        with pytest.raises(Refused):
            end_role(session, acting(session, boss), granted.id, release_files, at=AT)
        acts = session.scalars(
            select(JournalEntry.act).where(JournalEntry.subject_kind == "civic.role").order_by(JournalEntry.id)
        ).all()
        assert acts == ["grant_role", "end_role"]


def test_the_same_role_is_held_once_per_scope(app, boss):
    with writing(app) as session:
        account = make_account(session).id
        grant_role(session, acting(session, boss), account, Grant("clerk"), at=AT)
        with pytest.raises(Refused):
            grant_role(session, acting(session, boss), account, Grant("clerk"), at=AT)
        grant_role(session, acting(session, boss), account, Grant("clerk", module="proposals"), at=AT)
        assert len(open_grants(session, {account})) == 2


def test_scopes_that_make_no_sense_are_refused(app, boss):
    with writing(app) as session:
        account = make_account(session).id
        department = make_department(session).id
        actor = acting(session, boss)
        for where, field in (
            (Grant("mayor"), "role"),
            (Grant("administrator", module="proposals"), "role"),
            (Grant("auditor", department_id=department), "role"),
            (Grant("agent"), "department_id"),
            (Grant("agent", department_id=department + 999), "department_id"),
        ):
            with pytest.raises(Missing) as refused:
                grant_role(session, actor, account, where, at=AT)
            assert set(refused.value.fields) == {field}
        grant_role(session, actor, account, Grant("agent", department_id=department), at=AT)


def test_shared_closed_and_wrong_addresses_are_explained(app, boss):
    with writing(app) as session:
        for name in ("Anne", "Paul"):
            make_account(session, name, email="famille@rive.example")
        with pytest.raises(Refused) as refused:
            account_for(session, "famille@rive.example", "", language="fr", at=AT)
        assert refused.value.refusals[0].code == "shared_address"
        with pytest.raises(Missing):
            account_for(session, "nouveau@rive.example", " ", language="fr", at=AT)
        with pytest.raises(Missing):
            account_for(session, "pas une adresse", "Nom", language="fr", at=AT)
        closed = make_account(session, closed_at=AT).id
        with pytest.raises(Refused):
            grant_role(session, acting(session, boss), closed, Grant("clerk"), at=AT)


def test_the_last_administrator_stays(app, boss):
    with writing(app) as session:
        only = open_grants(session, {boss})[0].id
        with pytest.raises(Refused) as refused:
            end_role(session, acting(session, boss), only, release_files, at=AT)
        assert refused.value.refusals[0].code == "last_administrator"
        second = make_staff(session, "administrator", "Second")
        end_role(session, acting(session, boss), only, release_files, at=AT)
        session.flush()
        with pytest.raises(Refused):
            end_role(session, acting(session, second.id), open_grants(session, {second.id})[0].id, release_files, at=AT)


@both_databases
def test_two_administrators_who_remove_one_another_leave_one(app, boss):
    with writing(app) as session:
        other = make_staff(session, "administrator", "Autre").id
        grants = {account: open_grants(session, {account})[0].id for account in (boss, other)}
    outcomes, start = [], threading.Barrier(2)

    def remove(account, grant):
        start.wait()
        try:
            with writing(app) as session:
                end_role(session, acting(session, account), grant, release_files, at=AT)
            outcomes.append("done")
        except Refused:
            outcomes.append("refused")

    threads = [threading.Thread(target=remove, args=(a, grants[b])) for a, b in ((boss, other), (other, boss))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused"]
    with writing(app) as session:
        assert (
            session.scalar(select(func.count()).where(RoleGrant.role == "administrator", RoleGrant.ended_at.is_(None)))
            == 1
        )
