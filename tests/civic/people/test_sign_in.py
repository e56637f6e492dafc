# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signing in by code, link and password: what opens an account, and all that does not."""

import re
from dataclasses import replace

import pytest
from limits import RateLimitItemPerHour
from sqlalchemy import func, select, update

import civic.account.codes
import civic.account.twice
import civic.people.passwords as passwords
import civic.web.actors
import civic.web.acts
from civic.db.session import db, write
from civic.people.accounts import accounts_at
from civic.people.limits import ASK_CODE, TRY_CODE, TRY_PASSWORD
from civic.people.models import Account, Person, SignInCode, SignInSession, Verification
from civic.people.passwords import _HASHER, _NOBODY, set_password
from civic.people.sessions import open_session
from tests.civic.people.making import actor_for, make_account, writing
from tests.civic.people.signing_in import Browser, Clock, last_code, last_link, mails, other_code
from tests.databases import both_databases

HERE, OTHER = "marie@rive.example", "jean@rive.example"
PASSWORD = "trois chênes au bord de l’eau"


@pytest.fixture
def browser(app):
    return Browser(app)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch, (civic.account.codes, civic.account.twice, civic.web.actors, civic.web.acts))


@both_databases
def test_the_first_code_makes_account_and_person_at_level_email(app, browser):
    assert browser.sign_in(" Marie@RIVE.example ", "/sign-in").location == "/account"
    with app.app_context():
        account = db.session.scalars(select(Account)).one()
        person = db.session.get(Person, account.person_id)
        verified = db.session.scalars(select(Verification)).one()
        assert (account.email, person.level, verified.level, verified.origin) == (HERE, "email", "email", "email")
    assert browser.is_signed_in


def test_the_answer_never_tells_whether_an_address_is_known(app):
    with writing(app) as session:
        make_account(session, email=HERE)
    answers = []
    for email in (HERE, OTHER):
        one = Browser(app)
        asked = one.ask_code(email)
        page = re.sub(r'value="[^"]+"', "", one.get(asked.location).text.replace(email, "…"))
        answers.append((asked.status_code, asked.location, page, len(mails(app, email))))
    assert answers[0] == answers[1]


def test_password_of_an_unknown_address_gets_the_same_answer_and_costs_a_hash(app, monkeypatch):
    with writing(app) as session:
        set_password(session, actor_for(session, make_account(session, email=HERE)), PASSWORD)

    hashed = []
    real = passwords._matches
    monkeypatch.setattr(passwords, "_matches", lambda kept, typed: hashed.append(kept) or real(kept, typed))
    pages = []
    for email in (HERE, OTHER):
        form = {"with-email": email, "with-password": "a wrong one, and long"}
        answer = Browser(app).send("/sign-in/password", form, page="/sign-in")
        pages.append((answer.status_code, re.sub(r'value="[^"]*"', "", answer.text)))
    assert pages[0] == pages[1]
    assert pages[0][0] == 422
    assert len(hashed) == 2


@both_databases
def test_password_signs_in_and_wrong_ones_are_limited(app):
    with writing(app) as session:
        set_password(session, actor_for(session, make_account(session, email=HERE)), PASSWORD)
    form = {"with-email": HERE, "with-password": PASSWORD}
    good = Browser(app)
    assert good.send("/sign-in/password?next=/account/profile", form, page="/sign-in").location == "/account/profile"
    bad = Browser(app)
    for _ in range(TRY_PASSWORD.per_pair.amount):
        bad.send("/sign-in/password", {**form, "with-password": "wrong"}, page="/sign-in")
    answer = bad.send("/sign-in/password", form, page="/sign-in")
    assert answer.status_code == 422
    assert not bad.is_signed_in


@both_databases
def test_right_passwords_cost_no_try_and_make_no_room_for_wrong_ones(app):
    with writing(app) as session:
        set_password(session, actor_for(session, make_account(session, email=HERE)), PASSWORD)
    form = {"with-email": HERE, "with-password": PASSWORD}
    for _ in range(TRY_PASSWORD.per_pair.amount + 2):
        assert Browser(app).send("/sign-in/password", form, page="/sign-in").status_code == 303
    for tried in range(TRY_PASSWORD.per_pair.amount):
        Browser(app).send("/sign-in/password", {**form, "with-password": "wrong"}, page="/sign-in")
        if tried == 3:
            assert Browser(app).send("/sign-in/password", form, page="/sign-in").status_code == 303
    assert Browser(app).send("/sign-in/password", form, page="/sign-in").status_code == 422


def test_right_codes_cost_no_try(app, monkeypatch):
    narrow = replace(TRY_CODE, per_pair=RateLimitItemPerHour(2))
    monkeypatch.setattr("civic.account.codes.TRY_CODE", narrow)
    for _ in range(4):
        assert Browser(app).sign_in(HERE).status_code == 303
    wrong = Browser(app)
    wrong.ask_code(HERE)
    for _ in range(2):
        said = wrong.send("/sign-in/code", {"code": "000000"})
        assert said.status_code == 422
        assert 'id="code-error"' in said.text
        assert "Une correction est nécessaire" in said.text
    stopped = wrong.send("/sign-in/code", {"code": last_code(app, HERE)})
    assert stopped.status_code == 422
    assert 'id="code-error"' not in stopped.text
    assert "Cela n’a pas été fait" in stopped.text
    assert not wrong.is_signed_in


@both_databases
def test_a_code_serves_once(app, browser):
    asked = browser.ask_code(HERE)
    code, tokens = last_code(app, HERE), browser.tokens(asked.location)
    assert browser.send(asked.location, {"code": code}).status_code == 303
    again = Browser(app)
    with again.client.session_transaction() as held, browser.client.session_transaction() as _theirs:
        held["code_email"] = HERE
    assert again.send("/sign-in/code", {"code": code}).status_code == 422
    assert tokens
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SignInSession)) == 1


def test_a_used_code_opens_nothing_in_the_same_browser(app, browser):
    asked = browser.ask_code(HERE)
    with browser.client.session_transaction() as held:
        kept = dict(held)
    code = last_code(app, HERE)
    assert browser.send(asked.location, {"code": code}).status_code == 303
    browser.client.delete_cookie("civic", domain="localhost")
    with browser.client.session_transaction() as held:
        held.update(kept)
    assert browser.send("/sign-in/code", {"code": code}).status_code == 422


def test_a_code_is_typed_only_in_the_browser_that_asked(app, browser):
    browser.ask_code(HERE)
    thief = Browser(app)
    thief.ask_code(HERE)
    with app.app_context():
        first = db.session.scalars(select(SignInCode).order_by(SignInCode.id)).first()
    codes = [re.search(r"\b\d{6}\b", mail["body"])[0] for mail in mails(app, HERE)]
    assert thief.send("/sign-in/code", {"code": codes[0]}).status_code == 422
    assert first.used_at is None
    assert browser.send("/sign-in/code", {"code": codes[0]}).status_code == 303


@both_databases
def test_five_wrong_tries_kill_the_code_although_each_was_refused(app, browser):
    asked = browser.ask_code(HERE)
    code = last_code(app, HERE)
    for count in range(1, 6):
        assert browser.send(asked.location, {"code": other_code(code)}).status_code == 422
        with app.app_context():
            assert db.session.scalars(select(SignInCode.wrong_count)).one() == count
            db.session.remove()
    assert browser.send(asked.location, {"code": code}).status_code == 422
    assert not browser.is_signed_in
    assert Browser(app).get(last_link(app, HERE)).status_code == 410


def test_a_code_and_its_link_end_after_fifteen_minutes(app, browser, clock):
    asked = browser.ask_code(HERE)
    code, link = last_code(app, HERE), last_link(app, HERE)
    clock.forward(minutes=15)
    assert browser.send(asked.location, {"code": code}).status_code == 422
    page = Browser(app).get(link)
    assert page.status_code == 410
    assert "/sign-in" in page.text


@both_databases
def test_following_the_link_shows_a_button_and_pressing_it_signs_in_on_any_browser(app, browser):
    browser.ask_code(HERE, "/sign-in?next=/account/data")
    link, phone = last_link(app, HERE), Browser(app)
    assert phone.get(link).status_code == 200
    assert not phone.is_signed_in, "a program that follows links must not sign in"
    assert phone.send(link).location == "/account/data"
    assert phone.is_signed_in
    assert Browser(app).get(link).status_code == 410


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "//[",
        "//[::1/evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/ok\r\nSet-Cookie: a=b",
        "/\t/evil.example",
        "account",
        "/" + "a" * 3000,
    ],
)
def test_next_never_leads_off_this_site(app, browser, target):
    with writing(app) as session:
        set_password(session, actor_for(session, make_account(session, email=HERE)), PASSWORD)
    tokens = browser.tokens("/sign-in")
    data = {**tokens, "with-email": HERE, "with-password": PASSWORD}
    answer = browser.client.post("/sign-in/password", query_string={"next": target}, data=data)
    assert (answer.status_code, answer.location) == (303, "/account")
    assert browser.client.get("/sign-in", query_string={"next": target}).location == "/account"


@both_databases
def test_a_shared_mailbox_asks_who_one_is(app, browser):
    with writing(app) as session:
        first = make_account(session, "Élise <b>Œuvrard</b>", email=HERE).id
        second = make_account(session, "Paul D’Œuvre", email=HERE).id
        stranger = make_account(session, "Zoé", email=OTHER).id
    asked = browser.sign_in(HERE)
    assert asked.location == "/sign-in/account"
    page = browser.get(asked.location).text
    assert "Paul D’Œuvre" in page
    assert "<b>Œuvrard" not in page
    assert not browser.is_signed_in
    assert browser.send("/sign-in/account", {"account": str(stranger)}).status_code == 422
    assert browser.send("/sign-in/account", {"account": str(second)}).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(SignInSession.account_id)).one() == second
    assert first != second


@both_databases
def test_someone_else_makes_an_account_at_the_same_address(app, browser):
    with writing(app) as session:
        first = make_account(session, email=HERE).id
    asked = browser.ask_code(HERE)
    answer = browser.send(asked.location, {"code": last_code(app, HERE), "another": "y"})
    assert answer.location == "/sign-in/account"
    assert browser.send(answer.location, {"account": "another"}).status_code == 303
    with app.app_context():
        known = accounts_at(db.session(), HERE)
        assert len(known) == 2
        assert known[0].person_id != known[1].person_id
        assert db.session.scalars(select(SignInSession.account_id)).one() != first


def test_asking_for_codes_is_limited_for_one_address(app):
    for _ in range(ASK_CODE.per_pair.amount):
        assert Browser(app).ask_code(HERE).status_code == 303
    refused = Browser(app).ask_code(HERE)
    assert refused.status_code == 422
    assert len(mails(app, HERE)) == ASK_CODE.per_pair.amount
    assert Browser(app).ask_code(OTHER).status_code == 303


def test_what_is_no_address_comes_back_with_what_was_typed(app, browser):
    for typed in (
        "marie",
        "marie@",
        "a@b@c.fr",
        "x" * 300 + "@rive.example",
        "é@rive.example",
        "a@rive.example\r\nBcc: b",
    ):
        answer = browser.send("/sign-in", {"email": typed})
        assert answer.status_code == 422, typed
    assert mails(app) == []


def test_signing_in_takes_the_cookie_of_before_away(app, browser):
    """A session planted before sign-in is of no use: token and CSRF token are new ones."""
    browser.get("/sign-in")
    with browser.client.session_transaction() as held:
        planted = held["csrf_token"]
        held["planted"] = "x"
    browser.sign_in(HERE)
    with browser.client.session_transaction() as held:
        assert "planted" not in held
        assert held.get("csrf_token") != planted
        assert held["_user_id"]


@both_databases
def test_signing_out_ends_the_session_on_the_server(app, browser):
    browser.sign_in(HERE)
    cookie = browser.client.get_cookie("civic", domain="localhost").value
    assert browser.send("/sign-out", page="/account/profile").status_code == 303
    assert not browser.is_signed_in
    browser.client.set_cookie("civic", cookie, domain="localhost")
    assert not browser.is_signed_in, "a copied cookie outlived the session"


@both_databases
def test_a_session_ends_by_its_date_and_by_its_owner(app, clock):
    first, second = Browser(app), Browser(app)
    first.sign_in(HERE)
    second.sign_in(HERE)
    with app.app_context():
        ids = db.session.scalars(select(SignInSession.id).order_by(SignInSession.id)).all()
    assert second.send(f"/account/sessions/{ids[0]}/end", page="/account/profile").status_code == 303
    assert not first.is_signed_in
    third = Browser(app)
    third.sign_in(HERE)
    assert second.send("/account/sessions/end-others", page="/account/profile").status_code == 303
    assert not third.is_signed_in
    assert second.is_signed_in
    clock.forward(days=31)
    assert not second.is_signed_in


def test_nobody_ends_the_session_of_another(app):
    mine, theirs = Browser(app), Browser(app)
    mine.sign_in(HERE)
    theirs.sign_in(OTHER)
    with app.app_context():
        other = db.session.scalars(select(SignInSession.id).order_by(SignInSession.id.desc())).first()
    assert mine.send(f"/account/sessions/{other}/end", page="/account/profile").status_code == 409
    assert theirs.is_signed_in


def test_last_seen_moves_with_a_form_and_never_with_a_page(app, browser, clock):
    browser.sign_in(HERE)

    def seen():
        with app.app_context():
            found = db.session.scalars(select(SignInSession.last_seen_at)).one()
            db.session.remove()
            return found

    before = seen()
    clock.forward(minutes=20)
    browser.get("/account")
    assert seen() == before
    browser.send("/account/profile", {"display_name": "Marie", "language": "fr", "quartier": ""})
    assert seen() > before


def test_closed_accounts_do_not_sign_in(app, browser):
    with writing(app) as session:
        account = make_account(session, email=HERE)
        token = open_session(session, account.id, days=1, device="", at=account.created_at)
        session.execute(update(Account).values(closed_at=account.created_at))
    assert token
    browser.sign_in(HERE)
    with app.app_context(), write() as session:
        assert len(accounts_at(session, HERE)) == 1, "a new account is made; the closed one stays closed"


def sent_twice(page, fields, *, keeps_cookie):
    """A browser that sends one form twice: the answer to the first is dropped, its cookie perhaps with it."""
    browser = page.client
    tokens = page.tokens(fields.pop("path"))
    with browser.session_transaction() as held:
        before = dict(held)
    path = fields.pop("to")
    first = browser.post(path, data={**tokens, **fields})
    assert first.status_code == 303, first.text
    if not keeps_cookie:
        with browser.session_transaction() as held:
            held.clear()
            held.update(before)
    return first, browser.post(path, data={**tokens, **fields})


@both_databases
@pytest.mark.parametrize("keeps_cookie", [True, False])
@pytest.mark.parametrize("way", ["code", "link", "choice"])
def test_a_form_that_signs_in_and_is_sent_twice_signs_in(app, browser, way, keeps_cookie):
    if way == "choice":
        with writing(app) as session:
            for _number in range(2):
                make_account(session, email=HERE)
    asked = browser.ask_code(HERE)
    fields = {"path": asked.location, "to": asked.location, "code": last_code(app, HERE)}
    if way == "link":
        address = last_link(app, HERE)
        fields = {"path": address, "to": address}
    if way == "choice":
        chosen = browser.send(asked.location, {"code": last_code(app, HERE)}).location
        with app.app_context():
            account = db.session.scalars(select(Account.id).order_by(Account.id)).first()
        fields = {"path": chosen, "to": chosen, "account": str(account)}
    first, second = sent_twice(browser, fields, keeps_cookie=keeps_cookie)
    assert (second.status_code, second.location) == (303, first.location)
    assert browser.is_signed_in
    with app.app_context():
        is_open = SignInSession.ended_at.is_(None)
        assert db.session.scalar(select(func.count()).select_from(SignInSession).where(is_open)) == 1


def test_the_second_sending_opens_nothing_for_another_form_browser_or_hour(app, browser, clock):
    asked = browser.ask_code(HERE)
    code, tokens = last_code(app, HERE), browser.tokens(asked.location)
    with browser.client.session_transaction() as held:
        before = dict(held)
    form = {**tokens, "code": code}
    assert browser.client.post(asked.location, data=form).status_code == 303

    def back(**changed):
        with browser.client.session_transaction() as held:
            held.clear()
            held.update({**before, **changed})
        return browser.client.post(asked.location, data=form)

    other = {**form, "once": "x" * 32}
    with browser.client.session_transaction() as held:
        held.clear()
        held.update(before)
    assert browser.client.post(asked.location, data=other).status_code == 422
    assert back(browser="of-someone-else").status_code == 422
    clock.forward(minutes=2)
    assert back().status_code == 422
    assert not browser.is_signed_in


def test_a_missing_account_costs_what_a_password_costs():
    """The hash compared with when there is none is written down: its costs must stay those of the others."""
    assert not _HASHER.check_needs_rehash(_NOBODY)
