# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desk's pages about persons, as a clerk without script uses them."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from civic.clock import now
from civic.people.models import Account, Person, RollEntry, Verification
from tests.civic.people.at_desk import at_desk, sit_down
from tests.civic.people.making import make_account, make_staff, writing
from tests.databases import both_databases

CSV = "numero;nom;prenoms;date_naissance\n12;Le Goff;Éloïse Marie;31/05/1980\n"


@pytest.fixture
def resident(app):
    with writing(app) as session:
        person = make_account(session, "Éloïse L.", email="eloise@rive.example").person
        person.given_name, person.family_name = "Éloïse", "Le Goff-D’Œuvre"
        return person.id


def proof(**changed):
    day = (now() - timedelta(days=10)).date().isoformat()
    values = {
        "surname": "Le Goff",
        "first_names": "Éloïse Marie",
        "birth_date": "1980-05-31",
        "proof_kind": "bill",
        "proof_on": day,
        "quartier_id": "0",
    }
    return {**values, **changed}


@both_databases
@pytest.mark.parametrize("words", ["eloise", "ÉLOÏSE", "goff d", "ELOISE@RIVE", "le goff", "d'oeuvre"])
def test_someone_is_found_whatever_case_accents_and_hyphens(app, resident, words):
    page = at_desk(app, "clerk").get(f"/desk/people?q={words}").text
    assert f"/desk/people/{resident}" in page


def test_nobody_is_listed_without_a_search_and_signs_are_not_wildcards(app, resident):
    clerk = at_desk(app, "clerk")
    for words in ("", "e", "%%", "__", "zzz"):
        found = clerk.client.get("/desk/people", query_string={"q": words})
        assert found.status_code == 200
        assert "/desk/people/" not in found.text


def test_a_search_shows_twenty_five_persons_and_says_that_there_are_more(app, resident):
    clerk = at_desk(app, "clerk")
    with writing(app) as session:
        for number in range(30):
            make_account(session, f"Éloïse {number:02d}")
    page = clerk.get("/desk/people?q=eloise").text
    assert page.count("/desk/people/") == 25


def test_a_proof_is_verified_and_the_page_says_by_whom(app, resident):
    clerk = at_desk(app, "clerk", "Agnès L’Hôte")
    sent = clerk.send(f"/desk/people/{resident}/verify", proof())
    assert sent.status_code == 303
    page = clerk.get(sent.location).text
    assert "Agnès L’Hôte" in page
    with writing(app) as session:
        assert session.get_one(Person, resident).level == "residence"


@pytest.mark.parametrize(
    "changed",
    [
        {"proof_on": "2019-01-01"},
        {"proof_on": "2999-01-01"},
        {"proof_on": "hier"},
        {"birth_date": "2999-01-01"},
        {"surname": ""},
        {"surname": "x" * 20_000},
        {"proof_kind": "passport"},
        {"quartier_id": "99999"},
        {"surname": "<script>alert(1)</script>", "birth_date": "1700-01-01"},
    ],
)
def test_a_wrong_form_comes_back_filled_in_and_changes_nothing(app, resident, changed):
    clerk = at_desk(app, "clerk")
    sent = clerk.send(f"/desk/people/{resident}/verify", proof(**changed))
    assert sent.status_code == 422
    assert "error-summary" in sent.text
    assert "<script>alert" not in sent.text
    if "first_names" not in changed:
        assert "Éloïse Marie" in sent.text
    with writing(app) as session:
        assert session.scalar(select(func.count()).select_from(Verification)) == 0


def test_a_form_sent_twice_is_done_once(app, resident):
    clerk = at_desk(app, "clerk")
    tokens = clerk.tokens(f"/desk/people/{resident}/verify")
    answers = [clerk.send(f"/desk/people/{resident}/verify", proof(), tokens=tokens) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    with writing(app) as session:
        assert session.scalar(select(func.count()).select_from(Verification)) == 1


def test_residents_agents_and_unconfirmed_clerks_do_not_see_people(app, resident):
    with writing(app) as session:
        clerk, own = (
            make_staff(session, "clerk").id,
            session.scalars(select(Account.id).where(Account.person_id == resident)).one(),
        )
    paths = (
        "/desk/people",
        f"/desk/people/{resident}",
        f"/desk/people/{resident}/verify",
        f"/desk/people/{resident}/erase",
        "/desk/roll",
        "/desk/roles",
    )
    outsider, unconfirmed, anonymous = sit_down(app, own), sit_down(app, clerk, confirmed=False), app.test_client()
    for path in paths:
        assert outsider.get(path).status_code == 403, path
        assert unconfirmed.get(path).status_code in (303, 403), path
        away = anonymous.get(path)
        assert away.status_code == 303, path
        assert "/sign-in" in away.location


def test_a_roll_is_read_looked_at_and_put_in_place(app, resident):
    boss = at_desk(app, "administrator")
    read = send_file(boss, CSV)
    assert read.status_code == 303
    assert "1" in boss.get(read.location).text
    with writing(app) as session:
        assert session.scalar(select(func.count()).where(RollEntry.list_name == "roll")) == 0
    assert boss.send(read.location, {"choice": "apply"}).status_code == 303
    sent = boss.send(
        f"/desk/people/{resident}/listed",
        {
            "list_name": "roll",
            "surname": "LE GOFF",
            "first_names": "Eloise-Marie",
            "birth_date": "1980-05-31",
            "number": "",
        },
    )
    assert sent.status_code == 303
    with writing(app) as session:
        assert session.get_one(Person, resident).level == "roll"


def test_a_wrong_roll_names_every_line_and_keeps_the_former(app):
    boss = at_desk(app, "administrator")
    boss.send(send_file(boss, CSV).location, {"choice": "apply"})
    wrong = send_file(boss, CSV + "12;Deux;Fois;01/01/1990\n13;;Sans;01/01/1990\n14;Né;Mal;32/01/1990\n")
    assert wrong.status_code == 422
    for line in ("3", "4", "5"):
        assert f"<div>Ligne {line}</div>" in wrong.text
    with writing(app) as session:
        assert session.scalar(select(func.count()).select_from(RollEntry)) == 1
    for nothing in (None, b"", b"\x81\x8d\x90"):
        assert send_file(boss, nothing).status_code == 422


def test_a_roll_sent_without_a_file_says_so_at_the_field(app):
    page = send_file(at_desk(app, "administrator"), None)
    assert page.status_code == 422
    assert 'id="file-error">Choisissez d’abord un fichier' in page.text
    assert "fausse" not in page.text


def test_a_prepared_roll_can_be_forgotten(app):
    boss = at_desk(app, "administrator")
    read = send_file(boss, CSV)
    boss.send(read.location, {"choice": "drop"})
    with writing(app) as session:
        assert session.scalar(select(func.count()).select_from(RollEntry)) == 0


def test_a_roll_larger_than_other_requests_is_read(app):
    boss = at_desk(app, "administrator")
    lines = "".join(f"{n};Nom{n} {'é' * 80};Prénoms {'x' * 180};31/05/1980\n" for n in range(12_000))
    assert len(lines.encode()) > 4.2 * 1024 * 1024
    read = send_file(boss, "numero;nom;prenoms;date_naissance\n" + lines)
    assert read.status_code == 303
    with writing(app) as session:
        assert session.scalar(select(func.count()).select_from(RollEntry)) == 12_000


def test_other_pages_keep_their_limit(app):
    boss = at_desk(app, "administrator")
    assert boss.client.post("/desk/roles/grant", data={"name": "x" * 5_000_000}).status_code == 413


def send_file(browser, content, list_name="roll"):
    form = {**browser.tokens("/desk/roll"), "list_name": list_name}
    if content is not None:
        data = content if isinstance(content, bytes) else content.encode()
        form["file"] = (io.BytesIO(data), "liste.csv")
    return browser.client.post("/desk/roll", data=form, content_type="multipart/form-data")
