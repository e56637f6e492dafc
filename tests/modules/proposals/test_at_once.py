# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fifty presses of one button at the same moment, over real HTTP: one support."""

import re
import secrets
import threading
import urllib.parse
import urllib.request
from collections import Counter

from sqlalchemy import func, select

from civic.clock import now
from civic.db.session import db
from civic.items.counts import fold
from civic.items.models import Item
from civic.supports.models import Support
from tests.databases import both_databases
from tests.modules.proposals.making import propose, someone, writing

PRESSES = 50


class _Stay(urllib.request.HTTPRedirectHandler):
    """Keeps the answer itself instead of following it."""

    def redirect_request(self, *arguments):
        return None


@both_databases
def test_fifty_simultaneous_supports_of_one_person_are_one(app, component, author, instance, live_server):
    number = propose(app, author[0], component)
    _account, neighbour = someone(app)
    page = neighbour.open(f"/proposals/{number}").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    cookie = f"civic={neighbour.client.get_cookie('civic').value}"
    portal = live_server(instance)
    answers: Counter[int] = Counter()
    barrier = threading.Barrier(PRESSES)

    def press() -> None:
        data = urllib.parse.urlencode({"csrf_token": token, "once": secrets.token_urlsafe(24)}).encode()
        request = urllib.request.Request(f"{portal.url}/items/{number}/support", data, {"Cookie": cookie})
        barrier.wait()
        try:
            status = urllib.request.build_opener(_Stay).open(request, timeout=60).status
        except urllib.error.HTTPError as error:
            status = error.code
        answers[status] += 1

    threads = [threading.Thread(target=press) for _ in range(PRESSES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    portal.stop()
    assert answers == {303: PRESSES}
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Support)) == 1
    with writing(app) as session:
        fold(session, now())
        assert session.scalar(select(Item.support_count).where(Item.number == number)) == 1
