# SPDX-License-Identifier: AGPL-3.0-or-later
"""What each role of the demonstration meets at the desk: no menu entry refuses, and there is something to do."""

import re

import pytest
from sqlalchemy import select

from civic.app import create_app
from civic.db.session import db
from civic.demo.accounts import shown_accounts
from civic.people.models import Account, RoleGrant
from tests.civic.people.at_desk import sit_down
from tests.conftest import close

STAFF = [shown.email for shown in shown_accounts() if shown.email.endswith("@ville-de-rive.example")]
MENU = re.compile(r'<nav class="main-menu".*?</nav>', re.DOTALL)
BUSY = ("nadia.rahmani", "julien.prost", "mathieu.garnier", "helene.vasseur", "karim.benali", "antoine.delmas")


@pytest.fixture
def portal(town):
    application = create_app(town)
    application.testing = True
    yield application
    close(application)


@pytest.fixture
def browser_of(portal):
    def sit(email: str):
        with portal.app_context():
            account = db.session().scalar(select(Account.id).where(Account.email == email))
        return sit_down(portal, account, confirmed=False).client

    return sit


@pytest.mark.parametrize("email", STAFF)
def test_every_entry_of_the_menu_opens(browser_of, email):
    client = browser_of(email)
    page = client.get("/desk/", follow_redirects=True)
    assert page.status_code == 200
    found = MENU.search(page.text)
    assert found is not None
    links = re.findall(r'href="([^"]+)"', found[0])
    assert len(links) >= 3
    for link in links:
        assert client.get(link).status_code == 200, link


@pytest.mark.parametrize("who", BUSY)
def test_something_awaits_those_who_act(browser_of, who):
    page = browser_of(f"{who}@ville-de-rive.example").get("/desk/").text
    assert "Rien ne vous attend" not in page
    assert 'href="/desk/' in page.split("</nav>", 1)[1]


def test_a_late_answer_is_told_at_the_head_of_the_queue(browser_of):
    page = browser_of("helene.vasseur@ville-de-rive.example").get("/en/desk/").text
    assert "1 file awaits you" in page
    assert "1 has passed the deadline promised to residents." in page


def test_who_only_reads_begins_with_the_journal(browser_of, portal):
    with portal.app_context():
        email = db.session().scalar(
            select(Account.email).join(RoleGrant, RoleGrant.account_id == Account.id).where(RoleGrant.role == "auditor")
        )
    client = browser_of(email)
    assert client.get("/desk/").location == "/desk/journal"
    page = client.get("/desk/journal").text
    menu = MENU.search(page)
    assert menu is not None
    assert 'href="/desk/"' not in menu[0]
    assert client.get("/desk/register").status_code == 200
