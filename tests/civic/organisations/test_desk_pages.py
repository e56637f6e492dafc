# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desk's pages about organisations and authorisations: lists a page at a time, decisions, codes, two clerks at once."""

import re

import pytest
from sqlalchemy import select

from civic.clock import now
from civic.organisations.models import ACCEPTED, REQUESTED, Organisation, OrganisationMember
from civic.people.minor import Minor
from civic.people.minors import say_age
from tests.civic.people.at_desk import at_desk, sit_down
from tests.civic.people.making import actor_for, make_account, writing
from tests.civic.people.signing_in import mails
from tests.databases import both_databases
from tests.queries import queries

LIST, PAPERS = "/desk/organisations", "/desk/authorisations"
EMAIL = "eloise@rive.example"


@pytest.fixture
def clerk(app):
    return at_desk(app, "clerk")


def ask(app, count: int, first: int = 0) -> list[int]:
    """Requests that wait, of one person."""
    with writing(app) as session:
        person_id = make_account(session, "Éloïse Œuvrard", EMAIL if not first else None).person_id
        rows = [
            Organisation(
                kind="association",
                number=f"W75{number:07d}",
                name=f"Club & <i>n° {number}</i>",
                slug=f"club-{number}",
                requested_by_id=person_id,
                requested_at=now(),
            )
            for number in range(first, first + count)
        ]
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]


def young(app, count: int) -> list[int]:
    """Young persons who wait for a parent's signature."""
    with writing(app) as session:
        at = now()
        actors = [actor_for(session, make_account(session, f"Jeune {number}")) for number in range(count)]
        return [say_age(session, actor, at.year - 12, 1, at).id for actor in actors]


def followed(browser, page: str) -> list[str]:
    """Addresses of the rows on every page, in order, by the way to the next one."""
    found, path = [], page
    while path:
        text = browser.get(path).text
        found += re.findall(rf'href="({page}/\d+)"', text)
        following = re.search(r'rel="next" href="([^"]+)"', text)
        path = following[1].replace("&amp;", "&") if following else ""
    return found


@both_databases
@pytest.mark.parametrize(("page", "make"), [(LIST, ask), (PAPERS, young)], ids=["organisations", "authorisations"])
def test_a_list_shows_each_once_and_asks_no_more_for_more(app, clerk, page, make):
    ids = make(app, 2)
    clerk.get(page)
    with queries(app) as few:
        clerk.get(page)
    ids += ask(app, 58, 100) if make is ask else make(app, 58)
    with queries(app) as many:
        clerk.get(page)
    assert len(many) == len(few)
    assert followed(clerk, page) == [f"{page}/{one}" for one in ids]


@both_databases
def test_two_clerks_decide_once(app, clerk):
    [found] = ask(app, 1)
    other = at_desk(app, "clerk", "Thomas")
    accept, refuse = f"{LIST}/{found}/accept", f"{LIST}/{found}/refuse"
    late = other.tokens(refuse)
    assert "&lt;i&gt;" in clerk.get(accept).text
    assert clerk.send(accept).status_code == 303
    answer = other.send(refuse, {"reason": "Pas trouvée"}, tokens=late)
    assert answer.status_code == 422
    assert "Pas trouvée" in answer.text
    assert other.get(refuse).status_code == 303
    with writing(app) as session:
        assert session.get_one(Organisation, found).state == ACCEPTED
        assert session.scalar(select(OrganisationMember.accepted_at)) is not None
    assert [mail["to"] for mail in mails(app)] == [EMAIL]


def test_a_refusal_without_a_reason_comes_back(app, clerk):
    [found] = ask(app, 1)
    assert clerk.send(f"{LIST}/{found}/refuse", {"reason": " "}).status_code == 422
    assert clerk.send(f"{LIST}/{found}/refuse", {"reason": "x" * 501}).status_code == 422
    with writing(app) as session:
        assert session.get_one(Organisation, found).state == REQUESTED
    assert clerk.send(f"{LIST}/{found}/refuse", {"reason": "Numéro d’une autre"}).status_code == 303
    assert "Numéro d’une autre" in mails(app, EMAIL)[-1]["body"]


def test_the_list_shows_the_state_asked_for(app, clerk):
    ask(app, 1)
    assert "Club" not in clerk.get(f"{LIST}?state=accepted").text
    assert "Club" in clerk.get(f"{LIST}?state=nonsense").text
    for path in (f"{LIST}/999999", f"{LIST}/1/nonsense", f"{PAPERS}/999999", f"{PAPERS}/999999/revoke"):
        assert clerk.get(path).status_code == 404


@both_databases
def test_a_code_leads_to_its_form_which_is_recorded_then_revoked(app, clerk):
    [found] = young(app, 1)
    with writing(app) as session:
        code = session.get_one(Minor, found).code
    assert clerk.get(f"{PAPERS}?code={code[:4].lower()}%20{code[4:]}").location == f"{PAPERS}/{found}"
    assert clerk.get(f"{PAPERS}?code=AAAAAAAA").status_code == 200
    form = {"guardian": "Anne O’Brien", "signed_on": now().date().isoformat(), "reference": "Boîte 4"}
    assert clerk.send(f"{PAPERS}/{found}", form | {"guardian": ""}).status_code == 422
    assert clerk.send(f"{PAPERS}/{found}", form | {"signed_on": "0001-01-01"}).status_code == 422
    assert clerk.send(f"{PAPERS}/{found}", form).status_code == 303
    assert "O’Brien" in clerk.get(f"{PAPERS}/{found}").text
    assert clerk.get(f"{PAPERS}?recorded=1").text.count(f"{PAPERS}/{found}") == 1
    assert clerk.send(f"{PAPERS}/{found}/revoke").status_code == 303
    assert clerk.get(f"{PAPERS}/{found}/revoke").status_code == 303
    assert "O’Brien" not in clerk.get(f"{PAPERS}/{found}").text
    assert clerk.get(f"{PAPERS}?code={code}").status_code == 200


def test_a_young_person_prints_the_form_and_reads_why_nothing_is_done(app):
    with writing(app) as session:
        account_id = make_account(session, "Lucas").id
    browser = sit_down(app, account_id, confirmed=False)
    page = "/account/authorisation"
    assert browser.send(page, {"month": "0", "year": "2013"}).status_code == 422
    assert browser.send(page, {"month": "13", "year": "2013"}).status_code == 422
    assert browser.send(page, {"month": "3", "year": "99999999999999999999"}).status_code == 422
    assert browser.send(page, {"month": "3", "year": str(now().year - 12)}).status_code == 303
    with writing(app) as session:
        code = session.scalar(select(Minor.code))
    assert f"{code[:4]} {code[4:]}" in browser.get(page).text
    answer = browser.send(
        "/account/organisations", {"kind": "company", "name": "Club", "number": "732829320"}, page=page
    )
    assert answer.status_code == 403
    assert 'href="/account/authorisation"' in answer.text
