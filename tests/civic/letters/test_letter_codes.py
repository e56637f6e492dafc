# SPDX-License-Identifier: AGPL-3.0-or-later
"""Codes on letters: printed in bulk, used once by the right person, with or without an account; never a takeover."""

import io
import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from civic.clock import now
from civic.counter.codes import typed
from civic.db.session import db
from civic.erasure import erasers_of
from civic.items.models import Item
from civic.letters.issuing import MOST_LINES, forget_over
from civic.letters.models import LetterBatch, LetterCode
from civic.letters.settings import LETTERS_SCOPE, LettersSettings
from civic.letters.using import enter_by_letter
from civic.people.erasure import erase_person
from civic.people.limits import LETTER_CODE
from civic.people.models import Account, Person, SignInSession, Verification
from civic.permissions.actor import SYSTEM
from civic.permissions.decision import Refused
from civic.registry import current_registry
from civic.settings.store import save_settings
from civic.supports.models import Support
from tests.civic.counter.making import ROSE, a_proposal, begin, counter, end, support
from tests.civic.letters.making import (
    CODE,
    PAGE,
    answer,
    is_out,
    issue,
    letters,
    mailed,
    passer_by,
    pdf_of,
    use,
    words,
)
from tests.civic.people.making import writing
from tests.databases import both_databases
from tests.forms import Visitor
from tests.modules.proposals.making import someone

pytestmark = both_databases
NO_SUCH = "do not go together"
LIST = (
    "numero;nom;prenoms;date_naissance;numéro de voie;voie;code postal;commune\n"
    "1;Durand;Rose Marie;29/02/1944;7;rue du Lavoir;00000;Rive\n"
    "2;Martin;Paul;02/01/1950;2 bis;rue Basse;00000;Rive\n"
)


def town_says(app, **rules) -> None:
    with writing(app) as session:
        save_settings(session, SYSTEM, LETTERS_SCOPE, LettersSettings(**rules), now())


def the_code(app) -> LetterCode:
    with app.app_context():
        return db.session.scalars(select(LetterCode)).one()


def test_whoever_is_signed_in_is_verified_once_and_the_code_serves_no_more(app):
    helper = counter(app)
    code = issue(helper)
    account, online = someone(app)
    use(online, code.lower().replace(" ", ""))
    assert "is verified" in online.text
    with app.app_context():
        person = db.session.get(Person, db.session.get(Account, account).person_id)
        [proof] = db.session.scalars(select(Verification).where(Verification.origin == "letter"))
        assert (person.level, proof.person_id, proof.level) == ("residence", person.id, "residence")
    used = the_code(app)
    assert (used.person_id, used.sealed, used.nonce) == (person.id, None, "")
    assert "was used already" in use(someone(app)[1], code, status=422).text
    assert "was used already" in use(passer_by(app), code, status=422).text


def test_the_date_of_birth_that_goes_with_a_code_says_who_waits_for_a_parent(app):
    helper, born = counter(app), f"{now().year - 10}-03-02"
    for visitor, names in ((passer_by(app), "Zoé"), (someone(app)[1], "Noé")):
        code = issue(helper, surname="Petit", first_names=names, birth_date=born)
        use(visitor, code, born=born)
        assert visitor.path.endswith("/account/authorisation")
        assert 'id="paper"' in visitor.text
        assert "take part for" not in visitor.text


def test_what_is_wrong_says_the_same_whether_the_code_exists_or_not_and_five_dates_block_it(app):
    code = issue(counter(app))
    visitor = passer_by(app)
    unknown = use(visitor, "ACDEF GHJKM", status=422).text
    for _time in range(5):
        assert NO_SUCH in use(visitor, code, born="1944-02-28", status=422).text
    sentence = re.compile(r'<div class="errors".*?</div>', re.DOTALL)
    assert sentence.findall(unknown) == sentence.findall(visitor.text)
    assert NO_SUCH in unknown
    assert "Too many wrong dates" in use(visitor, code, status=422).text
    assert is_out(visitor)
    for nonsense in ("", "x" * 41, "00000 00000", "é" * 10):
        visitor.open(PAGE).send("/account/letter-code", code=nonsense, born="1944-02-29", status=422)


def test_guesses_are_limited_by_address_and_by_everyone_together(app):
    code, visitor = issue(counter(app)), passer_by(app)
    for _time in range(LETTER_CODE.per_address.amount):
        use(visitor, "ACDEF GHJKM", status=422)
    assert "Too many tries" in use(visitor, code, status=429).text
    assert LETTER_CODE.per_subject.amount < 10_000


def test_an_expired_code_says_so_and_another_can_be_issued(app):
    helper = counter(app)
    code = issue(helper)
    with writing(app) as session:
        session.execute(update(LetterCode).values(expires_at=now() - timedelta(seconds=1)))
    assert "has expired" in use(passer_by(app), code, status=422).text
    assert issue(helper) != code
    assert "has expired" in use(passer_by(app), code, status=422).text


def test_a_code_taken_back_before_it_is_sent_serves_no_more(app):
    helper = counter(app)
    code = issue(helper)
    batch = helper.path
    helper.send("/revoke")
    assert "took this code back" in use(passer_by(app), code, status=422).text
    second = issue(helper)
    helper.send("/withdraw")
    assert "took this code back" in use(passer_by(app), second, status=422).text
    assert helper.client.get(f"{batch}/letters.pdf").status_code == 409


def test_without_account_one_takes_part_for_an_hour_and_counts_once(app):
    helper, number = counter(app), a_proposal(app)
    sitting = begin(helper)  # the town knows her from the counter, without address
    support(helper, sitting, number)
    end(helper, sitting)
    other = a_proposal(app, "Une fontaine")
    rose = passer_by(app)
    use(rose, issue(helper), by_post="y")
    assert "60 minutes" in rose.text
    rose.open(f"/proposals/{other}").send(f"/items/{other}/support")
    rose.open("/proposals/new").send("/proposals/new", title="Un banc", body="Pour se reposer.")
    with app.app_context():
        [account] = db.session.scalars(select(Account).where(Account.email == ""))
        assert db.session.scalar(select(func.count(Support.person_id.distinct()))) == 1
        assert db.session.scalar(select(func.count()).select_from(Support)) == 2
        assert db.session.scalars(select(Person.id).where(Person.family_name == "Durand")).all() == [account.person_id]
        [session] = db.session.scalars(select(SignInSession).where(SignInSession.account_id == account.id))
        assert session.expires_at - session.created_at == timedelta(hours=1)
    assert not is_out(rose)
    with writing(app) as session:
        session.execute(update(SignInSession).where(SignInSession.account_id == account.id).values(expires_at=now()))
    assert is_out(rose)


def test_answers_go_by_post_to_whoever_took_part_by_letter_and_asked_for_it(app):
    helper = counter(app)
    rose = passer_by(app)
    use(rose, issue(helper), by_post="y")
    rose.open("/proposals/new").send("/proposals/new", title="Un banc", body="Pour se reposer à l’ombre.")
    with app.app_context():
        item_id = db.session.scalars(select(Item.id).where(Item.kind == "proposals.proposal")).one()
    answer(app, item_id)
    assert len(letters(app)) == 1
    helper.open("/desk/letters").send("/desk/letters/make")
    assert "7 rue du Lavoir" in words(pdf_of(helper, int(helper.path.rpartition("/")[2])))


def by_letter(app, helper, by_post="y", visitor=None, **who) -> Visitor:
    """Someone receives a code and uses it, signed in or not; they ask for the answers by post, or do not."""
    visitor = visitor or passer_by(app)
    asked = {"by_post": by_post} if by_post else {}
    return use(visitor, issue(helper, **who), born={**ROSE, **who}["birth_date"], **asked)


def test_whoever_takes_part_by_letter_or_provider_reads_the_answer_on_paper_once(app, instance):
    helper, number = counter(app), a_proposal(app)
    file, comment = f"/proposals/{number}", f"/items/{number}/comment"
    rose = by_letter(app, helper)
    rose.open(file).send(f"/items/{number}/support")
    rose.open(comment).send("/comment", nature="question", body="Pour quand ?")
    paul = by_letter(app, helper, surname="Martin", first_names="Paul", birth_date="1950-01-02")
    paul.open(comment).send("/comment", nature="comment", body="À l’ombre.")
    account_id, online = someone(app)
    with writing(app) as session:
        session.get_one(Account, account_id).email = ""  # as a provider that gives no address leaves it
    by_letter(app, helper, visitor=online, surname="Petit", first_names="Ana", birth_date="1951-01-02")
    online.open(file).send(f"/items/{number}/support")
    no_post = by_letter(app, helper, by_post="", surname="Muet", first_names="Léo", birth_date="1952-01-02")
    no_post.open(file).send(f"/items/{number}/support")
    gone = by_letter(app, helper, surname="Parti", first_names="Luc", birth_date="1953-01-02")
    gone.open(file).send(f"/items/{number}/support")
    gone.open(file).send("/support/withdraw")
    with app.app_context():
        item_id = db.session.scalars(select(Item.id).where(Item.number == number)).one()
    answer(app, item_id)
    told = [letter.person_id for letter in letters(app)]
    assert len(told) == len(set(told)) == 3
    helper.open("/desk/letters").send("/desk/letters/make")
    printed = words(pdf_of(helper, int(helper.path.rpartition("/")[2])))
    names = ("Rose Durand", "Paul Martin", "Ana Petit", "Muet", "Parti")
    assert [name for name in names if name in printed] == ["Rose Durand", "Paul Martin", "Ana Petit"]
    assert mailed(app, instance, "") == mailed(app, instance, None) == []


def test_a_town_may_keep_acts_for_accounts(app):
    helper = counter(app)
    code = issue(helper)
    page = passer_by(app).open(PAGE)
    town_says(app, acts_without_account=False)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    sent = page.client.post(PAGE, data={"csrf_token": token, "code": code, "born": ROSE["birth_date"]})
    assert sent.status_code == 422
    assert is_out(page)
    assert 'name="code"' not in page.open(PAGE).text
    use(someone(app)[1], code)
    assert the_code(app).used_at is not None


def test_a_letter_of_someone_else_is_refused_and_still_serves_its_owner(app):
    helper = counter(app)
    paul = {"surname": "Martin", "first_names": "Paul", "birth_date": "1950-01-02"}
    for_paul, for_rose = issue(helper, **paul), issue(helper)
    _account, online = someone(app)
    use(online, for_paul, born=paul["birth_date"])
    assert "made for someone else" in use(online, for_rose, status=422).text
    rose = passer_by(app)
    use(rose, for_rose)
    assert not is_out(rose)


def test_a_stolen_letter_opens_no_account_that_someone_signs_in_with(app):
    helper = counter(app)
    account, online = someone(app)
    use(online, issue(helper))
    stolen = issue(helper)
    thief, thief_id = passer_by(app), someone(app)
    assert "Someone signs in already" in use(thief, stolen, status=422).text
    assert is_out(thief)
    assert "Someone signs in already" in use(thief_id[1], stolen, status=422).text
    with app.app_context():
        persons = {key: db.session.get(Account, key).person_id for key in (account, thief_id[0])}
        assert len(set(persons.values())) == 2
    use(online, stolen)  # her own second letter is hers


def test_rose_known_at_the_counter_becomes_one_with_the_account_that_received_her_letter(app):
    helper, number = counter(app), a_proposal(app)
    sitting = begin(helper)
    support(helper, sitting, number)
    end(helper, sitting)
    account, online = someone(app)
    online.open(f"/proposals/{number}").send(f"/items/{number}/support")
    use(online, issue(helper))
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Support)) == 1
        rose = db.session.scalars(select(Person).where(Person.family_name == "Durand")).one()
        assert db.session.get(Account, account).person_id == rose.id


def test_of_many_who_use_one_code_at_once_one_succeeds(app):
    issue(counter(app))
    code_id, at = the_code(app).id, now()
    barrier, outcomes = threading.Barrier(6), []

    def press() -> None:
        barrier.wait()
        try:
            with writing(app) as session:
                enter_by_letter(session, code_id, by_post=False, language="fr", device="Test", at=at)
            outcomes.append("entered")
        except Refused as error:
            outcomes.append(error.refusals[0].code)

    threads = [threading.Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [*["code_used"] * 5, "entered"]
    with app.app_context():
        assert (
            db.session.scalar(select(func.count()).select_from(SignInSession).join(Account).where(Account.email == ""))
            == 1
        )


def send_list(helper, text: str, status: int = 200) -> Visitor:
    """A clerk sends a list with addresses."""
    page = helper.open("/desk/letters/codes").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    data = {"csrf_token": token, "file": (io.BytesIO(text.encode()), "liste.csv")}
    helper._arrive(helper.client.post("/desk/letters/codes", data=data, follow_redirects=True), status)
    return helper


def test_a_whole_list_is_issued_printed_in_one_file_and_not_twice(app):
    helper = counter(app)
    batch = int(send_list(helper, LIST).path.rpartition("/")[2])
    text = words(pdf_of(helper, batch))
    codes = CODE.findall(text)
    assert len(set(codes)) == 2
    for said in ("Rose Durand", "7 rue du Lavoir", "Paul Martin", "2 bis rue Basse", "/account/letter-code"):
        assert said in text
    with app.app_context():
        rows = db.session.connection().exec_driver_sql("SELECT * FROM civic_letter_code").mappings().all()
        kept = " ".join(str(value) for row in rows for value in row.values())
    assert not any(typed(code) in kept or code in kept for code in codes)
    assert not any(word in kept for word in ("Lavoir", "Durand", "1944"))
    send_list(helper, LIST)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(LetterCode)) == 2
    helper.open(f"/desk/letters/{batch}").send(f"/letters/{batch}/sent")
    assert helper.client.get(f"/desk/letters/{batch}/letters.pdf").status_code == 409  # nobody prints them again
    use(passer_by(app), codes[0])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (LIST.replace("7;rue du Lavoir;00000;Rive", ";;;"), "2"),
        (LIST.replace("29/02/1944", "30/02/1944"), "2"),
        ("numero;nom\n1;Durand\n", "prenoms"),
        (LIST.splitlines()[0] + "\n", ""),
        ("\x00\x01", ""),
    ],
)
def test_a_list_with_a_wrong_line_issues_nothing_and_says_which(app, text, fault):
    helper = counter(app)
    send_list(helper, text, status=422)
    assert fault in helper.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(LetterBatch)) == 0
    assert MOST_LINES == 5_000


def test_names_and_addresses_are_forgotten_once_a_code_is_over_or_its_person_erased(app):
    helper = counter(app)
    use(passer_by(app), issue(helper))
    issue(helper, surname="Martin", first_names="Paul", birth_date="1950-01-02")
    with writing(app) as session:
        rose = session.scalars(select(Person.id).where(Person.family_name == "Durand")).one()
        erase_person(session, SYSTEM, rose, erasers_of(current_registry()), at=now())
        [code] = session.scalars(select(LetterCode))
        assert code.sealed is not None
    with writing(app) as session:
        forget_over(session, now() + timedelta(days=80))
    assert the_code(app).sealed is None
    with writing(app) as session:
        forget_over(session, now() + timedelta(days=500))
        assert session.scalars(select(LetterCode)).all() == []
