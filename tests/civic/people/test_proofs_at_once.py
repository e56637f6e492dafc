# SPDX-License-Identifier: AGPL-3.0-or-later
"""Documents sent fifty times at the same moment, over real HTTP: one waits. Two agents at the same moment: one decides."""

import re
import secrets
import threading
import urllib.request
from collections import Counter
from datetime import timedelta

from sqlalchemy import func, select

from civic.clock import now
from civic.journal.models import JournalEntry
from civic.people.models import Account, Verification
from civic.people.proof_upload import ProofUpload
from civic.people.verification import Proof
from civic.permissions.decision import Refused
from civic.proofs.documents import LARGEST
from civic.proofs.services import accept_proof, refuse_proof
from tests.civic.people.at_desk import sit_down
from tests.civic.people.making import AT, TODAY, actor_for, make_account, make_staff, writing
from tests.civic.people.papers import PDF_FILE, WHO, send
from tests.databases import both_databases

TIMES, PAGE, LINE = 50, "/account/residence", "a line between parts"


class _Stay(urllib.request.HTTPRedirectHandler):
    """Keeps the answer itself instead of following it."""

    def redirect_request(self, *arguments):
        return None


def body(fields: dict[str, str], content: bytes) -> bytes:
    """The form as a browser sends it."""
    parts = [
        f'--{LINE}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in fields.items()
    ]
    file = f'--{LINE}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    return "\r\n".join([*parts, file]).encode() + content + f"\r\n--{LINE}--\r\n".encode()


def ask(url: str, cookie: str, data: bytes) -> tuple[int, str]:
    headers = {"Cookie": cookie, "Content-Type": f'multipart/form-data; boundary="{LINE}"'}
    try:
        answer = urllib.request.build_opener(_Stay).open(urllib.request.Request(url, data, headers), timeout=120)
        return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def sender(app):
    """Someone's cookie, and the form they would send."""
    with writing(app) as session:
        account = make_account(session, "Éloïse").id
    browser = sit_down(app, account, confirmed=False)
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(PAGE).text)[1]
    fields = {
        "csrf_token": token,
        "proof_kind": "bill",
        "proof_on": (now() - timedelta(days=10)).date().isoformat(),
        "surname": "Le Goff",
        "first_names": "Éloïse",
        "birth_date": "1980-05-31",
    }
    return f"civic={browser.client.get_cookie('civic').value}", fields


@both_databases
def test_fifty_simultaneous_documents_of_one_person_are_one(app, instance, live_server):
    cookie, fields = sender(app)
    portal, answers, barrier = live_server(instance), Counter[int](), threading.Barrier(TIMES)

    def press() -> None:
        data = body({**fields, "once": secrets.token_urlsafe(24)}, PDF_FILE)
        barrier.wait()
        answers[ask(portal.url + PAGE, cookie, data)[0]] += 1

    threads = [threading.Thread(target=press) for _ in range(TIMES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    portal.stop()
    assert answers == {303: 1, 422: TIMES - 1}
    with writing(app) as session:
        assert session.scalar(select(func.count()).select_from(ProofUpload)) == 1
        assert session.scalar(select(func.count()).where(JournalEntry.act == "send_proof")) == 1


def test_a_real_server_says_in_french_that_a_file_is_too_large(app, instance, live_server):
    cookie, fields = sender(app)
    portal = live_server(instance)
    for size, status, words in ((LARGEST + 1, 422, "4 Mo"), (20 * 1024 * 1024, 413, "trop volumineux")):
        found, page = ask(portal.url + PAGE, cookie, body(fields, b"%PDF-" + b"x" * size))
        assert found == status
        assert words in page.replace("\u202f", " ").replace("\xa0", " ")
    portal.stop()
    with writing(app) as session:
        assert session.scalar(select(func.count()).select_from(ProofUpload)) == 0


@both_databases
def test_two_agents_at_the_same_moment_decide_once(app):
    with writing(app) as session:
        clerk, resident = make_staff(session, "clerk").id, make_account(session, "Éloïse").id
        upload = send(session, resident)
    start, outcomes = threading.Barrier(2), []

    def accept(session, actor) -> None:
        accept_proof(session, actor, upload, Proof("bill", TODAY - timedelta(days=9)), WHO, at=AT)

    def refuse(session, actor) -> None:
        refuse_proof(session, actor, upload, "name", "", at=AT)

    def decide(how) -> None:
        start.wait()
        try:
            with writing(app) as session:
                how(session, actor_for(session, session.get_one(Account, clerk)))
            outcomes.append("done")
        except Refused as error:
            outcomes.append(error.refusals[0].code)

    threads = [threading.Thread(target=decide, args=(how,)) for how in (accept, refuse)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "no_longer_waits"]
    with writing(app) as session:
        assert session.scalar(select(func.count()).select_from(ProofUpload)) == 0
        decided = session.scalars(
            select(JournalEntry.act).where(JournalEntry.act.in_(("accept_proof", "refuse_proof")))
        )
        verified = session.scalar(select(func.count()).select_from(Verification))
        assert list(decided) == (["accept_proof"] if verified else ["refuse_proof"])
