# SPDX-License-Identifier: AGPL-3.0-or-later
"""A file never ends with someone who can do nothing with it: who is offered, who is refused, and when a role ends."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from civic.clock import now
from civic.desk.queries import counts
from civic.items.assignment import assign
from civic.items.charge import release_erased, release_files
from civic.items.models import Item
from civic.journal.models import JournalEntry
from civic.people.models import Account, RoleGrant
from civic.people.roles import end_role
from civic.permissions.actor import SYSTEM
from civic.permissions.decision import Missing
from civic.settings.store import switch_module
from civic.testing.factories import make_department
from modules.proposals.models import Proposal
from tests.civic.people.at_desk import at_desk
from tests.civic.people.making import AT, actor_for, make_account, make_item, make_staff, writing
from tests.databases import both_databases

pytestmark = both_databases
KINDS = ["proposals.proposal"]


@pytest.fixture
def town(app):
    """A file of the parks, and everyone: account ids by what they are."""
    with writing(app) as session:
        switch_module(session, SYSTEM, "proposals", is_on=True, at=AT)
        parks, roads = make_department(session).id, make_department(session).id
        made = {
            "clerk": make_staff(session, "clerk", "Anne Greffe"),
            "parks": make_staff(session, "agent", "Paul Parcs", department_id=parks),
            "roads": make_staff(session, "agent", "Rémi Routes", department_id=roads),
            "elsewhere": make_staff(session, "clerk", "Élodie Ailleurs", module="other"),
            "auditor": make_staff(session, "auditor", "Gérard Lecteur"),
            "moderator": make_staff(session, "moderator", "Léa Modère"),
            "resident": make_account(session, "Inès Durand"),
        }
        item = make_item(session, state="studied", number=7, due_at=now() + timedelta(days=3), department_id=parks)
        session.add(Proposal(id=item.id, body="Un banc."))
        ids = {name: account.id for name, account in made.items()}
        return {**ids, "item": item.id, "green": parks, "streets": roads}


def give(app, town, to, department="green"):
    with writing(app) as session:
        clerk = actor_for(session, session.get_one(Account, town["clerk"]))
        version = session.get_one(Item, town["item"]).version
        chosen = {"department_id": town.get(department), "assignee_id": town[to]}
        assign(session, clerk, town["item"], version=version, at=AT, **chosen)


def waiting(app, account_id):
    with writing(app) as session:
        return counts(session, actor_for(session, session.get_one(Account, account_id)), KINDS, now())[0]


def test_a_file_is_given_to_those_who_can_act_on_it_and_refused_with_a_sentence_to_all_others(app, town):
    for allowed, department in (("clerk", "none"), ("parks", "green"), ("roads", "streets")):
        give(app, town, allowed, department)
    for refused in ("auditor", "moderator", "resident", "elsewhere"):
        with app.test_request_context(), pytest.raises(Missing) as told:
            give(app, town, refused)
        assert "clerk" in str(told.value.fields["assignee_id"]) or "chargé" in str(told.value.fields["assignee_id"])
    for agent, department in (("parks", "streets"), ("parks", "none")):
        with app.test_request_context(), pytest.raises(Missing):
            give(app, town, agent, department)


def test_the_page_of_a_file_offers_no_one_else_and_tells_who_sends_another(app, town):
    clerk = at_desk(app, "clerk", "Zoé")
    path = f"/desk/items/{town['item']}"
    page = clerk.get(path).text
    assert "Paul Parcs" in page
    assert "Rémi Routes" in page
    for absent in ("Gérard Lecteur", "Léa Modère", "Élodie Ailleurs"):
        assert absent not in page
    form = {"version": 1, "department_id": town["green"], "assignee_id": town["auditor"]}
    answer = clerk.send(f"{path}/assign", form, page=path)
    assert answer.status_code == 422
    assert "ne peut pas agir sur ce dossier" in answer.text
    assert clerk.send(f"{path}/assign", {**form, "assignee_id": town["parks"]}, page=path).status_code == 303


def test_when_a_role_ends_its_files_are_nobodys_and_the_clerks_see_them_again(app, town):
    give(app, town, "clerk", "none")
    other = at_desk(app, "clerk", "Zoé").account_id
    assert waiting(app, other) == 0
    with writing(app) as session:
        session.add(RoleGrant(account_id=town["clerk"], role="moderator", granted_at=AT))
        grant = session.scalars(select(RoleGrant.id).where(RoleGrant.account_id == town["clerk"])).first()
        end_role(session, SYSTEM, grant, release_files, at=AT)
    assert waiting(app, other) == 1
    with writing(app) as session:
        item = session.get_one(Item, town["item"])
        assert (item.assignee_id, item.version) == (None, 3)
        entry = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
        assert (entry.act, entry.subject_id) == ("assign", town["item"])
        assert entry.details == {"assignee": [town["clerk"], None], "because": "role_ended"}


@pytest.mark.parametrize(
    "holder, department, shown",
    [
        ("auditor", "none", 1),
        ("moderator", "none", 1),
        ("resident", "none", 1),
        ("elsewhere", "none", 1),
        ("roads", "none", 1),
        ("clerk", "none", 0),
        ("auditor", "green", 0),
    ],
)
def test_a_file_given_before_to_someone_who_cannot_act_waits_for_the_clerks(app, town, holder, department, shown):
    other = at_desk(app, "clerk", "Zoé").account_id
    with writing(app) as session:
        item = session.get_one(Item, town["item"])
        item.assignee_id, item.department_id = town[holder], town.get(department)
    assert waiting(app, other) == shown
    assert waiting(app, town["parks"]) == (department == "green"), "what a department has waits for its agents"


def test_a_role_held_here_or_ended_counts_for_what_waits(app, town):
    other = at_desk(app, "clerk", "Zoé").account_id
    with writing(app) as session:
        session.get_one(Item, town["item"]).department_id = None
        session.get_one(Item, town["item"]).assignee_id = town["resident"]
        here = RoleGrant(account_id=town["resident"], role="clerk", module="proposals", granted_at=AT)
        session.add(here)
        session.flush()
        grant = here.id
    assert waiting(app, other) == 0
    with writing(app) as session:
        session.get_one(RoleGrant, grant).ended_at = AT
    assert waiting(app, other) == 1


def test_only_who_can_act_on_what_someone_has_in_charge_replaces_them(app, town):
    give(app, town, "parks")
    clerk = at_desk(app, "clerk", "Zoé")
    page = clerk.get("/desk/absences").text
    assert page.count("Gérard Lecteur") == 1, "an auditor may be away, and replaces nobody"
    today = now().date()
    form = {"account_id": town["parks"], "from_on": str(today), "last_day": str(today + timedelta(days=3))}
    for wrong in ("auditor", "roads"):
        answer = clerk.send("/desk/absences", {**form, "replacement_id": town[wrong]})
        assert answer.status_code == 422
    assert "ne peut pas agir sur les dossiers" in answer.text
    assert clerk.send("/desk/absences", {**form, "replacement_id": town["clerk"]}).status_code == 303


def test_a_role_that_ends_beside_another_that_holds_leaves_the_files(app, town):
    give(app, town, "clerk", "none")
    with writing(app) as session:
        session.add(RoleGrant(account_id=town["clerk"], role="clerk", module="proposals", granted_at=AT))
        session.flush()
        grant = session.scalars(select(RoleGrant.id).where(RoleGrant.account_id == town["clerk"])).first()
        end_role(session, SYSTEM, grant, release_files, at=AT)
        assert session.get_one(Item, town["item"]).assignee_id == town["clerk"]


def test_the_files_of_an_erased_colleague_are_nobodys(app, town):
    give(app, town, "clerk", "none")
    with writing(app) as session:
        account = session.get_one(Account, town["clerk"])
        session.query(RoleGrant).filter_by(account_id=account.id).one().ended_at = AT
        release_erased(session, account.person_id, AT)
        assert session.get_one(Item, town["item"]).assignee_id is None


def test_an_auditor_or_another_department_is_not_offered_what_someone_on_leave_hands_over(app, town):
    leaver = at_desk(app, "agent", "Omar", department_id=town["green"])
    with writing(app) as session:
        session.get_one(Item, town["item"]).assignee_id = leaver.account_id
    page = leaver.get("/desk/leave").text
    assert "Paul Parcs" in page
    assert "Anne Greffe" in page
    for absent in ("Gérard Lecteur", "Rémi Routes", "Élodie Ailleurs"):
        assert absent not in page
    today = now().date()
    form = {"from_on": today.isoformat(), "last_day": today.isoformat(), "to_account_id": town["auditor"]}
    answer = leaver.send("/desk/leave", form)
    assert answer.status_code == 422
    assert "Ce collègue ne peut pas agir" in answer.text
    assert leaver.send("/desk/leave", {**form, "to_account_id": town["parks"]}).status_code == 303
