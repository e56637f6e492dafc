# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of proofs sent online, as a resident and a clerk without script use them."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from civic.clock import now
from civic.people.electorates import Electorate, refusal
from civic.people.models import Account, Person, Verification
from civic.people.proof_upload import ProofUpload
from civic.permissions.decision import Denied
from civic.proofs.documents import LARGEST, PNG, ProofFile
from tests.civic.people.at_desk import at_desk, sit_down
from tests.civic.people.making import make_account, make_staff, writing
from tests.civic.people.papers import JPEG_FILE, OTHER, PDF_FILE, PNG_FILE, send
from tests.civic.people.signing_in import mails
from tests.databases import both_databases
from tests.queries import queries

PAGE = "/account/residence"
EMAIL = "eloise@rive.example"


@pytest.fixture
def eloise(app):
    """A resident at a browser."""
    with writing(app) as session:
        account = make_account(session, "Éloïse", EMAIL).id
    return sit_down(app, account, confirmed=False)


def form(content=PDF_FILE, name="facture.pdf", **changed):
    values = {
        "proof_kind": "bill",
        "proof_on": (now() - timedelta(days=10)).date().isoformat(),
        "surname": "Le Goff",
        "first_names": "Éloïse Marie",
        "birth_date": "1980-05-31",
    }
    file = {} if content is None else {"file": (io.BytesIO(content), name, "application/pdf")}
    return {**values, **changed, **file}


def post(browser, data):
    return browser.client.post(PAGE, data={**browser.tokens(PAGE), **data}, content_type="multipart/form-data")


def waiting(app) -> int:
    with writing(app) as session:
        return session.scalar(select(func.count()).select_from(ProofUpload))


def only_proof(app) -> int:
    with writing(app) as session:
        return session.scalars(select(ProofUpload.id)).one()


@both_databases
@pytest.mark.parametrize("content", [PDF_FILE, JPEG_FILE, PNG_FILE], ids=["pdf", "jpeg", "png"])
def test_a_document_is_sent_then_withdrawn(app, eloise, content):
    sent = post(eloise, form(content))
    assert (sent.status_code, sent.location) == (303, PAGE)
    page = eloise.get(PAGE).text
    assert "/account/residence/withdraw" in page
    assert 'type="file"' not in page
    assert 'href="/account/residence"' in eloise.get("/account").text
    assert eloise.send("/account/residence/withdraw", page=PAGE).status_code == 303
    assert waiting(app) == 0
    assert 'type="file"' in eloise.get(PAGE).text
    assert eloise.send("/account/residence/withdraw", page=PAGE).status_code == 303


@pytest.mark.parametrize(
    "changed",
    [
        {"content": None},
        {"content": b""},
        {"content": b"<html><script>alert(1)</script></html>"},
        {"content": b"MZ\x90", "name": "facture.pdf"},
        {"content": b"%PDF-" + b"x" * LARGEST},
        {"content": PDF_FILE, "proof_on": "2019-01-01"},
        {"content": PDF_FILE, "proof_on": "2999-01-01"},
        {"content": PDF_FILE, "proof_on": "hier"},
        {"content": PDF_FILE, "proof_kind": "selfie"},
        {"content": PDF_FILE, "birth_date": "2999-01-01"},
        {"content": PDF_FILE, "surname": "x" * 20_000},
        {"content": PDF_FILE, "surname": "--"},
    ],
)
def test_a_wrong_form_comes_back_filled_and_says_that_the_file_must_be_chosen_again(app, eloise, changed):
    sent = post(eloise, form(**changed))
    assert sent.status_code == 422
    assert "error-summary" in sent.text
    assert 'href="#file"' in sent.text
    assert "Éloïse Marie" in sent.text
    assert "<script>alert" not in sent.text
    assert waiting(app) == 0


def test_what_is_far_too_large_is_an_ordinary_page_and_changes_nothing(app, eloise):
    tokens = eloise.tokens(PAGE)
    data = {**tokens, **form(b"%PDF-" + b"x" * (17 * 1024 * 1024))}
    sent = eloise.client.post(PAGE, data=data, content_type="multipart/form-data")
    assert sent.status_code == 413
    assert 'class="failure"' in sent.text
    assert waiting(app) == 0
    stranger = app.test_client().post(PAGE, data=form(b"%PDF-" + b"x" * (5 * 1024 * 1024)))
    assert stranger.status_code == 413


def test_one_who_is_verified_or_waits_is_told_and_sends_nothing_more(app, eloise):
    tokens = eloise.tokens(PAGE)
    assert post(eloise, form()).status_code == 303
    again = eloise.client.post(PAGE, data={**tokens, **form(), "once": "x" * 24}, content_type="multipart/form-data")
    assert again.status_code == 422
    assert 'class="notice no"' in again.text
    clerk = at_desk(app, "clerk")
    assert clerk.send(f"/desk/proofs/{only_proof(app)}", agent_form()).status_code == 303
    page = eloise.get(PAGE).text
    assert 'class="notice yes"' in page
    assert 'type="file"' not in page
    again = eloise.client.post(PAGE, data={**tokens, **form(), "once": "y" * 24}, content_type="multipart/form-data")
    assert again.status_code == 422


def test_a_form_sent_twice_is_done_once(app, eloise):
    tokens = eloise.tokens(PAGE)
    sent = [eloise.client.post(PAGE, data={**tokens, **form()}, content_type="multipart/form-data") for _ in range(2)]
    assert [one.status_code for one in sent] == [303, 303]
    assert waiting(app) == 1


def agent_form(**changed):
    values = {name: value for name, value in form().items() if name != "file"}
    return {**values, "quartier_id": "0", **changed}


@both_databases
def test_a_clerk_looks_and_accepts(app, eloise):
    post(eloise, form())
    clerk = at_desk(app, "clerk", "Agnès L’Hôte")
    proof = only_proof(app)
    assert "/desk/proofs" in clerk.get("/desk/people").text
    assert f"/desk/proofs/{proof}" in clerk.get("/desk/proofs").text
    page = clerk.get(f"/desk/proofs/{proof}")
    assert 'value="Le Goff"' in page.text
    assert page.headers["Cache-Control"] == "no-store"
    sent = clerk.send(f"/desk/proofs/{proof}", agent_form(first_names="Éloïse Marie Anne"))
    assert (sent.status_code, sent.location) == (303, "/desk/proofs")
    assert waiting(app) == 0
    with writing(app) as session:
        account = session.scalars(select(Account).where(Account.email == EMAIL)).one()
        assert session.get_one(Person, account.person_id).level == "residence"
    assert "Agnès L’Hôte" in clerk.get(f"/desk/people/{account.person_id}").text
    assert [mail["to"] for mail in mails(app)] == [EMAIL]


@pytest.mark.parametrize(
    "changed",
    [
        {"proof_on": "2019-01-01"},
        {"proof_on": "2999-01-01"},
        {"proof_on": ""},
        {"proof_kind": "passport"},
        {"surname": ""},
        {"birth_date": "1700-01-01"},
        {"quartier_id": "99999"},
    ],
)
def test_a_wrong_acceptance_comes_back_filled_and_the_document_waits_on(app, eloise, changed):
    post(eloise, form())
    clerk, proof = at_desk(app, "clerk"), only_proof(app)
    sent = clerk.send(f"/desk/proofs/{proof}", agent_form(**changed))
    assert sent.status_code == 422
    assert "error-summary" in sent.text
    assert waiting(app) == 1


@both_databases
def test_a_clerk_says_why_not_and_the_person_reads_it(app, eloise):
    post(eloise, form())
    clerk, proof = at_desk(app, "clerk"), only_proof(app)
    address = f"/desk/proofs/{proof}/refuse"
    assert clerk.send(address, {"words": "La page <b> est coupée."}).status_code == 422
    sent = clerk.send(address, {"reason": "unreadable", "words": "La page <b> est coupée."})
    assert sent.status_code == 303
    assert "La page <b> est coupée." in mails(app, EMAIL)[-1]["body"]
    page = eloise.get(PAGE).text
    assert "La page &lt;b&gt; est coupée." in page
    assert 'type="file"' in page


@both_databases
def test_the_second_clerk_is_told(app, eloise):
    post(eloise, form())
    first, second, proof = at_desk(app, "clerk"), at_desk(app, "clerk", "Bruno Castel"), only_proof(app)
    tokens = {path: second.tokens(path) for path in (f"/desk/proofs/{proof}", f"/desk/proofs/{proof}/refuse")}
    assert first.send(f"/desk/proofs/{proof}", agent_form()).status_code == 303
    for path, held in tokens.items():
        late = second.send(path, {**agent_form(), "reason": "name"}, tokens=held)
        assert late.status_code == 409
        assert "/desk/proofs" in late.text
        assert second.get(path).status_code == 404
    assert second.get(f"/desk/proofs/{proof}/document").status_code == 404
    with writing(app) as session:
        assert session.scalar(select(func.count()).select_from(Verification)) == 1


@pytest.mark.parametrize(
    ("content", "media_type", "ending"),
    [(PDF_FILE, "application/pdf", "pdf"), (PNG_FILE, "image/png", "png"), (JPEG_FILE, "image/jpeg", "jpg")],
    ids=["pdf", "png", "jpeg"],
)
def test_the_document_is_only_ever_downloaded(app, eloise, content, media_type, ending):
    post(eloise, form(content, name="../<script>.html"))
    proof = only_proof(app)
    answer = at_desk(app, "clerk").get(f"/desk/proofs/{proof}/document")
    assert answer.data == content
    headers = answer.headers
    assert headers["Content-Type"].partition(";")[0] == media_type
    assert headers["Content-Disposition"] == f'attachment; filename="proof-{proof}.{ending}"'
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "script-src" not in headers["Content-Security-Policy"]
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_nobody_else_opens_a_document(app, eloise):
    post(eloise, form())
    proof = only_proof(app)
    with writing(app) as session:
        moderator = make_staff(session, "moderator", "Léa").id
        unconfirmed = make_staff(session, "clerk", "Guy").id
    for path in (
        "/desk/proofs",
        f"/desk/proofs/{proof}",
        f"/desk/proofs/{proof}/document",
        f"/desk/proofs/{proof}/refuse",
    ):
        assert eloise.get(path).status_code == 403, path
        assert sit_down(app, moderator).get(path).status_code == 403, path
        assert sit_down(app, unconfirmed, confirmed=False).get(path).status_code == 303, path


def test_a_picture_is_shown_on_the_page_and_a_pdf_is_not(app, eloise):
    post(eloise, form(PNG_FILE))
    clerk = at_desk(app, "clerk")
    assert f'<img src="/desk/proofs/{only_proof(app)}/document"' in clerk.get(f"/desk/proofs/{only_proof(app)}").text
    eloise.send("/account/residence/withdraw", page=PAGE)
    post(eloise, form(PDF_FILE))
    assert "<img" not in clerk.get(f"/desk/proofs/{only_proof(app)}").text


def test_a_document_that_no_longer_opens_can_still_be_refused(app, eloise):
    post(eloise, form())
    proof, clerk = only_proof(app), at_desk(app, "clerk")
    with writing(app) as session:
        session.get_one(ProofUpload, proof).token = "0" * 32
    assert clerk.get(f"/desk/proofs/{proof}").status_code == 200
    assert clerk.get(f"/desk/proofs/{proof}/document").status_code == 409
    assert clerk.send(f"/desk/proofs/{proof}/refuse", {"reason": "unreadable", "words": ""}).status_code == 303
    assert waiting(app) == 0


@both_databases
def test_the_list_gives_everyone_once_the_oldest_first_at_the_same_cost(app):
    clerk, at = at_desk(app, "clerk"), now()
    with writing(app) as session:
        accounts = [make_account(session, f"Nom{number:02d}").id for number in range(30)]
        send(session, accounts[0], at=at, document=ProofFile(PNG_FILE, PNG))
    clerk.get("/desk/proofs")
    with queries(app) as few:
        clerk.get("/desk/proofs")
    with writing(app) as session:
        for number, account in enumerate(accounts[1:], start=1):
            send(session, account, OTHER, at=at - timedelta(hours=number))
    with queries(app) as many:
        first = clerk.get("/desk/proofs").text
    assert len(few) == len(many)
    assert not [one for one in many if "document" in one]
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = clerk.get(following).text
    shown = [page.index(f">Nom{number:02d}<") for page, number in ((first, 29), (first, 28), (second, 1), (second, 0))]
    assert shown[0] < shown[1]
    assert shown[2] < shown[3]
    assert (first.count('href="/desk/proofs/'), second.count('href="/desk/proofs/')) == (25, 5)
    assert clerk.get("/desk/proofs?after=nonsense").status_code == 200


def test_who_must_prove_where_they_live_is_shown_the_way(app, eloise):
    with writing(app) as session:
        person = session.scalars(select(Person)).one()
        found = refusal(session, Electorate(level="residence"), person, now())
    assert found.remedy == "residence"
    app.add_url_rule("/kept", "kept", lambda: (_ for _ in ()).throw(Denied(found)))
    page = eloise.get("/kept")
    assert page.status_code == 403
    assert f'href="{PAGE}"' in page.text


def test_a_resident_reads_it_in_english_as_well(app, eloise):
    page = eloise.get(f"/en{PAGE}").text
    assert "Prove that I live here" in page
