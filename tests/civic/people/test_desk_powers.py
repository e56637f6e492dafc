# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desk's pages of roles, delegations, absences and leave, by form."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from civic.clock import now
from civic.items.models import Item
from civic.people.models import Absence, Account, Delegation, RoleGrant
from tests.civic.people.at_desk import at_desk, sit_down
from tests.civic.people.making import make_department, make_item, make_staff, writing
from tests.databases import both_databases
from tests.queries import queries

DAY = timedelta(days=1)


def day(offset: int) -> str:
    return (now() + offset * DAY).date().isoformat()


def count(app, model, *conditions) -> int:
    with writing(app) as session:
        return session.scalar(select(func.count()).select_from(model).where(*conditions))


ROLE = {
    "email": "Nina@rive.example",
    "name": "Nina Été",
    "title": "",
    "role": "clerk",
    "department_id": "0",
    "space_id": "0",
    "module": "",
}


def test_a_role_granted_to_a_new_address_is_listed_and_ended(app):
    boss = at_desk(app, "administrator", "Ève Admin")
    assert boss.send("/desk/roles/grant", ROLE).status_code == 303
    page = boss.get("/desk/roles?q=ete").text.partition("<main")[2]
    assert "Nina Été" in page
    assert "Ève Admin" not in page
    with writing(app) as session:
        grant = session.scalars(select(RoleGrant.id).where(RoleGrant.role == "clerk")).one()
    assert boss.send(f"/desk/roles/{grant}/end", page="/desk/roles").status_code == 303
    assert "Nina Été" not in boss.get("/desk/roles").text


@both_databases
def test_names_stand_in_the_order_of_the_alphabet_whatever_their_accents(app):
    boss = at_desk(app, "administrator", "Zoé Zed")
    for name in ("Éva Bond", "elise Adam", "Œdipe Roi", "Olga Petit", "Eric Cent"):
        at_desk(app, "official", name)
    names = ("elise Adam", "Eric Cent", "Éva Bond", "Œdipe Roi", "Olga Petit", "Zoé Zed")
    for path in ("/desk/roles", "/desk/absences"):
        page = boss.get(path).text.partition("<main")[2]
        places = [page.index(name) for name in names]
        assert places == sorted(places), path


def test_a_role_for_someone_known_starts_from_their_page(app):
    boss = at_desk(app, "administrator")
    with writing(app) as session:
        known = make_staff(session, "agent", "Omar", department_id=make_department(session).id)
        account, email = known.id, known.email
    assert email in boss.get(f"/desk/roles/grant?account={account}").text
    sent = boss.send(
        f"/desk/roles/grant?account={account}", {**ROLE, "email": email, "role": "official", "title": "adjoint"}
    )
    assert sent.status_code == 303
    assert count(app, RoleGrant, RoleGrant.account_id == account, RoleGrant.role == "official") == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"email": "x"},
        {"email": "neuf@rive.example", "name": ""},
        {"role": "king"},
        {"role": "agent"},
        {"role": "auditor", "module": "proposals"},
        {"department_id": "77"},
        {"name": "x" * 20_000},
    ],
)
def test_a_wrong_grant_comes_back_with_what_was_typed(app, changed):
    boss = at_desk(app, "administrator")
    sent = boss.send("/desk/roles/grant", {**ROLE, **changed})
    assert sent.status_code == 422
    assert "error-summary" in sent.text
    assert count(app, RoleGrant) == 1


def test_the_last_administrator_is_told_why_and_stays(app):
    boss = at_desk(app, "administrator")
    with writing(app) as session:
        own = session.scalars(select(RoleGrant.id)).one()
    assert boss.send(f"/desk/roles/{own}/end", page="/desk/roles").status_code == 409
    assert boss.get("/desk/roles").status_code == 200


def test_a_colleague_gets_a_new_second_factor(app):
    boss = at_desk(app, "administrator")
    with writing(app) as session:
        lost = make_staff(session, "clerk", "Perdu")
        lost.totp_secret = b"sealed"
        lost = lost.id
    assert boss.send(f"/desk/accounts/{lost}/second-factor", page="/desk/roles").status_code == 303
    with writing(app) as session:
        assert session.get_one(Account, lost).totp_secret is None


def test_delegations_are_recorded_and_ended_by_form(app):
    clerk = at_desk(app, "clerk")
    with writing(app) as session:
        mayor, deputy = (make_staff(session, "official", name).id for name in ("Zoé Mairé", "Hugo Adjoint"))
        session.get_one(Account, deputy).title = "adjoint à l’urbanisme <b>"
    form = {
        "official_id": mayor,
        "deputy_id": deputy,
        "act_reference": "2026-014",
        "from_on": day(0),
        "last_day": day(30),
    }
    for wrong in (
        {"last_day": day(-3)},
        {"deputy_id": mayor},
        {"act_reference": ""},
        {"from_on": "31/02/2026"},
        {"official_id": "0"},
    ):
        sent = clerk.send("/desk/delegations", {**form, **wrong})
        assert sent.status_code == 422, wrong
        assert "error-summary" in sent.text
    assert count(app, Delegation) == 0
    assert clerk.send("/desk/delegations", form).status_code == 303
    assert "Hugo Adjoint, adjoint à l’urbanisme &lt;b&gt;" in clerk.get("/desk/delegations").text
    with writing(app) as session:
        granted = session.scalars(select(Delegation.id)).one()
    assert clerk.send(f"/desk/delegations/{granted}/end", {"last_day": day(-9)}).status_code == 422
    assert clerk.send(f"/desk/delegations/{granted}/end", {"last_day": day(0)}).status_code == 303
    assert clerk.get("/desk/delegations/99999/end").status_code == 404


def test_absences_are_recorded_and_withdrawn_by_form(app):
    clerk = at_desk(app, "clerk", "Anaïs")
    with writing(app) as session:
        other = make_staff(session, "clerk", "Bérénice").id
    form = {
        "account_id": other,
        "replacement_id": clerk.account_id,
        "from_on": day(3),
        "last_day": day(9),
        "note": "Congé",
    }
    assert clerk.send("/desk/absences", {**form, "last_day": day(1)}).status_code == 422
    assert clerk.send("/desk/absences", form).status_code == 303
    assert "Bérénice" in clerk.get("/desk/absences").text
    with writing(app) as session:
        absence = session.scalars(select(Absence.id)).one()
    assert clerk.send(f"/desk/absences/{absence}/end", page="/desk/absences").status_code == 303
    assert count(app, Absence) == 0


@pytest.mark.parametrize("role", ["agent", "official", "clerk"])
def test_anyone_at_the_desk_goes_on_leave_by_one_form(app, role):
    scope = {}
    with writing(app) as session:
        heir = make_staff(session, "clerk", "Bérénice").id
        if role == "agent":
            scope = {"department_id": make_department(session).id}
    leaver = at_desk(app, role, "Anaïs", **scope)
    with writing(app) as session:
        item = make_item(session, "Un <b>banc</b>", number=4, assignee_id=leaver.account_id).id
    form = {
        "from_on": day(1),
        "last_day": day(8),
        "to_account_id": heir,
        "note": "Tout est prêt.",
        f"note-{item}": "Sauf ici.",
    }
    assert "Un &lt;b&gt;banc" in leaver.get("/desk/leave").text
    wrong = leaver.send("/desk/leave", {**form, "last_day": day(-1)})
    assert wrong.status_code == 422
    assert "Sauf ici." in wrong.text
    assert "Tout est prêt." in wrong.text
    assert leaver.send("/desk/leave", form).status_code == 303
    with writing(app) as session:
        assert session.get_one(Item, item).assignee_id == heir
    assert count(app, Absence) == 1


def test_those_without_the_power_do_not_reach_the_pages(app):
    with writing(app) as session:
        agent = make_staff(session, "agent", "Omar", department_id=make_department(session).id).id
    browser = sit_down(app, agent)
    for path in (
        "/desk/roles",
        "/desk/roles/grant",
        "/desk/delegations",
        "/desk/absences",
        "/desk/people",
        "/desk/roll",
    ):
        assert browser.get(path).status_code == 403, path
    tokens = browser.tokens("/desk/leave")
    for path in (
        "/desk/roles/1/end",
        "/desk/accounts/1/second-factor",
        "/desk/absences/1/end",
        "/desk/modules/proposals/off",
    ):
        assert browser.send(path, tokens=tokens).status_code == 403, path
    assert count(app, RoleGrant, RoleGrant.ended_at.is_not(None)) == 0


@pytest.mark.parametrize(
    "path", ["/desk/roles", "/desk/delegations", "/desk/absences", "/desk/leave", "/desk/people?q=coll"]
)
def test_the_number_of_queries_does_not_grow_with_the_rows(app, path):
    boss = at_desk(app, "administrator", "Ève")
    boss.get(path)  # the town's settings are read once per process
    counts = []
    for more in (1, 24):
        fill(app, boss.account_id, more)
        with queries(app) as sent:
            assert boss.get(path).status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1], path


def fill(app, leaver: int, rows: int) -> None:
    """So many officials with a delegation and an absence, and as many files of one colleague."""
    today = now().date()
    with writing(app) as session:
        for _ in range(rows):
            mayor, deputy = (make_staff(session, "official", "Collègue").id for _both in (1, 2))
            session.add(Delegation(official_id=mayor, deputy_id=deputy, act_reference="A", from_on=today))
            session.add(Absence(account_id=mayor, replacement_id=deputy, from_on=today, until_on=today + DAY))
            make_item(session, assignee_id=leaver)
