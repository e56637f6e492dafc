# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fifty clients at the same moment, from the web and from the counter, for one person: one support."""

import re
import secrets
import threading
import urllib.parse
import urllib.request
from collections import Counter

from sqlalchemy import func, select

from civic.clock import now
from civic.counter.models import CounterAct, CounterSitting
from civic.db.session import db
from civic.items.counts import fold
from civic.items.models import Item
from civic.people.models import Account
from civic.supports.models import Support
from tests.civic.counter.making import a_proposal, begin, counter
from tests.databases import both_databases
from tests.modules.proposals.making import someone, writing

CLIENTS = 50


class _Stay(urllib.request.HTTPRedirectHandler):
    """Keeps the answer itself instead of following it."""

    def redirect_request(self, *arguments):
        return None


def credentials(browser, page: str) -> tuple[str, str]:
    """Cookie and token of a browser on a page with a form."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.open(page).text)[1]
    return f"civic={browser.client.get_cookie('civic').value}", token


@both_databases
def test_web_and_counter_at_once_give_one_support(app, instance, live_server):
    helper, number = counter(app), a_proposal(app)
    sitting = begin(helper)
    account, daughter_opened = someone(app)
    with writing(app) as session:
        session.get_one(Account, account).person_id = session.get_one(CounterSitting, sitting).person_id
    web = (*credentials(daughter_opened, f"/proposals/{number}"), f"/items/{number}/support")
    desk = (*credentials(helper, f"/desk/counter/{sitting}"), f"/desk/counter/{sitting}/files/{number}/support")
    portal = live_server(instance)
    answers: Counter[int] = Counter()
    barrier = threading.Barrier(CLIENTS)

    def press(cookie: str, token: str, address: str) -> None:
        data = urllib.parse.urlencode({"csrf_token": token, "once": secrets.token_urlsafe(24)}).encode()
        request = urllib.request.Request(f"{portal.url}{address}", data, {"Cookie": cookie})
        barrier.wait()
        try:
            status = urllib.request.build_opener(_Stay).open(request, timeout=60).status
        except urllib.error.HTTPError as error:
            status = error.code
        answers[status] += 1

    threads = [threading.Thread(target=press, args=(web, desk)[place % 2]) for place in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    portal.stop()
    assert answers == {303: CLIENTS}
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Support)) == 1
        assert db.session.scalar(select(func.count()).select_from(CounterAct)) <= 1
    with writing(app) as session:
        fold(session, now())
        assert session.scalar(select(Item.support_count).where(Item.number == number)) == 1
