# SPDX-License-Identifier: AGPL-3.0-or-later
"""Answers that prove nothing open nothing, are told in a sentence, and are logged without a word about the person."""

import logging
import re
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from sqlalchemy import func, select

import civic.account.flow
from civic.account.flow import LIFE
from civic.app import create_app
from civic.db.session import db
from civic.people.models import Account, Person, SignInSession
from tests.civic.people.making import make_account, writing
from tests.civic.people.signing_in import Browser, Clock
from tests.civic.providers.conftest import Traveller
from tests.conftest import close
from tests.databases import both_databases

VICTIM = "angela.dubois@courriel.example"


def count(app, model) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model))


def why(answer) -> str:
    assert answer.status_code == 303, answer.text
    page, _slash, reason = urlsplit(answer.location).path.rpartition("/")
    assert page.endswith("/failed"), answer.location
    return reason


@both_databases
@pytest.mark.parametrize(
    "wrong, reason",
    [("key", "forged"), ("hs256", "forged"), ("nonce", "forged"), ("other subject", "forged"), ("expired", "over")],
)
def test_a_wrong_answer_opens_nothing(app, angela, oidc_provider, caplog, wrong, reason):
    oidc_provider.control(wrong=wrong)
    with caplog.at_level(logging.WARNING):
        answer = angela.enter(path="/sign-in/with/franceconnect?next=/proposals/new")
    assert why(answer) == reason
    page = angela.get(answer.location)
    assert "Traceback" not in page.text
    assert "/sign-in?next=/proposals/new" in page.text
    assert not angela.is_signed_in
    assert (count(app, Account), count(app, Person), count(app, SignInSession)) == (0, 0, 0)
    said = [record.getMessage() for record in caplog.records if record.name.startswith("civic.account")]
    assert len(said) == 1
    assert "franceconnect" in said[0]
    for private in ("Angela", "DUBOIS", "1962", "courriel", "616e67656c61"):
        assert private not in caplog.text


def test_less_certainty_than_asked_is_told_as_such(app, angela, oidc_provider):
    oidc_provider.control(wrong="acr")
    answer = angela.enter()
    assert why(answer) == "weak"
    assert "Il faut une identité plus sûre" in angela.get(answer.location).text


def test_an_answer_serves_once_even_with_its_cookie(app, angela):
    url = angela.there.authorize(angela.leave_for())
    [held] = [cookie for name, cookie in cookies(angela).items() if name.startswith("civic_way_")]
    assert angela.come_back(url).location == "/account"
    thief = Traveller(app)
    thief.client.set_cookie(held.key, held.value)
    assert why(thief.come_back(url)) == "over"
    assert not thief.is_signed_in


@both_databases
def test_a_way_is_spent_with_the_session_it_opened(app, angela, monkeypatch):
    """Even a provider that would take a code twice."""
    providers = app.extensions["civic.providers"]
    url = angela.there.authorize(angela.leave_for())
    [held] = [cookie for name, cookie in cookies(angela).items() if name.startswith("civic_way_")]
    ours = providers["franceconnect"]
    given = []
    real = ours.finish
    monkeypatch.setattr(
        ours, "finish", lambda *asked: given.append(real(*asked)) or given[0] if not given else given[0]
    )
    assert angela.come_back(url).location == "/account"
    again = Traveller(app)
    again.client.set_cookie(held.key, held.value)
    assert why(again.come_back(url)) == "over"
    assert count(app, SignInSession) == 1


def cookies(browser) -> dict:
    return {cookie.key: cookie for cookie in browser.client._cookies.values()}


def test_another_browser_can_do_nothing_with_an_answer(app, angela):
    """Login CSRF: a link that would sign its reader in as somebody else."""
    url = angela.there.authorize(angela.leave_for())
    reader = Traveller(app)
    assert why(reader.come_back(url)) == "over"
    assert not reader.is_signed_in
    started = Traveller(app)
    started.leave_for()
    assert why(started.come_back(url)) == "over"
    assert not started.is_signed_in


def test_a_signed_in_reader_of_somebody_s_answer_stays_who_they_are(app, angela):
    url = angela.there.authorize(angela.leave_for())
    reader = Traveller(app)
    reader.sign_in("marie@rive.example")
    assert reader.come_back(url).location == "/account"
    assert "marie@rive.example" in reader.get("/account").text


@pytest.mark.parametrize("change", ["state", "no state", "iss", "no iss", "code", "no code", "two codes", "two states"])
def test_an_altered_answer_is_refused(app, angela, change):
    parts = urlsplit(angela.there.authorize(angela.leave_for()))
    answer = parse_qsl(parts.query)
    if change.startswith("no "):
        answer = [pair for pair in answer if pair[0] != change[3:]]
    elif change.startswith("two "):
        answer.append((change[4:-1], "another"))
    else:
        answer = [(name, "https://elsewhere.example" if name == change else value) for name, value in answer]
    assert why(angela.get(f"{parts.path}?{urlencode(answer)}")) in {"forged", "over"}
    assert not angela.is_signed_in


def test_two_providers_are_not_mixed_up(app, angela, other_provider):
    """RFC 9207: what was begun with one is not ended with the other's answer, nor at the other's address."""
    ours = angela.there.authorize(angela.leave_for())
    query = urlsplit(ours).query
    assert why(angela.get(f"/sign-in/with/autre/back?{query}")) == "forged"
    angela = Traveller(app)
    begun = dict(parse_qsl(urlsplit(angela.leave_for("/sign-in/with/autre")).query))
    theirs = Traveller(app)
    other = dict(parse_qsl(urlsplit(theirs.there.authorize(theirs.leave_for())).query))
    crossed = urlencode({**other, "state": begun["state"]})
    assert why(angela.get(f"/sign-in/with/autre/back?{crossed}")) == "forged"
    assert not angela.is_signed_in


def test_the_same_subject_at_two_providers_is_two_people(app, angela):
    angela.enter()
    other = Traveller(app)
    with writing(app) as session:
        session.query(Person).update({"birth_year": 1950})
    # The other provider proves no identity here, and calls somebody by the same subject.
    app.extensions["civic.providers"]["autre"].config.__dict__["proves_identity"] = False
    other.enter(path="/sign-in/with/autre")
    assert count(app, Account) == 2
    assert count(app, Person) == 2


@both_databases
def test_an_address_given_by_the_provider_takes_nothing_over(app, angela, oidc_provider):
    with writing(app) as session:
        victim = make_account(session, "Angela Dubois", email=VICTIM).id
    mallory = Traveller(app)
    oidc_provider.control(people={"mallory": {"given_name": "Mallory", "family_name": "INTRUS", "email": VICTIM}})
    mallory.enter("mallory")
    assert mallory.is_signed_in
    with app.app_context():
        accounts = db.session.scalars(select(Account).order_by(Account.id)).all()
        assert [(one.id == victim, one.email) for one in accounts] == [(True, VICTIM), (False, "")]
        assert accounts[0].person_id != accounts[1].person_id
    # A code sent to that address opens the victim's account only, without asking which.
    assert Browser(app).sign_in(VICTIM).location == "/account"
    # Adding the address asks for a code that goes to its owner.
    mallory.send("/account/email", {"email": VICTIM})
    assert mallory.send("/account/email/code", {"code": "000000"}).status_code == 422


@both_databases
def test_a_provider_that_changes_the_address_changes_nothing(app, angela, oidc_provider):
    angela.enter()
    with writing(app) as session:
        session.query(Account).update({"email": "angela@rive.example"})
        make_account(session, "Marie Durand", email="marie@rive.example")
    oidc_provider.control(people={"angela": {"email": "marie@rive.example"}})
    again = Traveller(app)
    again.enter()
    assert "angela@rive.example" in again.get("/account").text
    assert count(app, Account) == 2


def test_other_names_under_the_same_subject_do_not_change_who_one_is(app, angela, oidc_provider):
    """The subject is the key: a name corrected at the provider shuts nobody out, and joins nobody."""
    angela.enter()
    pierre = Traveller(app)
    pierre.enter("pierre")
    oidc_provider.control(
        people={"angela": {"given_name": "Pierre", "family_name": "LE GOFF", "birthdate": "1980-02-29"}}
    )
    again = Traveller(app)
    assert again.enter().location == "/account"
    assert "Angela D." in again.get("/account").text
    assert count(app, Person) == 2


def test_a_way_lasts_half_an_hour(app, angela, monkeypatch):
    clock = Clock(monkeypatch, (civic.account.flow,))
    url = angela.there.authorize(angela.leave_for())
    clock.forward(seconds=LIFE.total_seconds() + 1)
    assert why(angela.come_back(url)) == "over"


def test_a_browser_holds_two_ways_and_no_more(app, angela):
    urls = [angela.leave_for(f"/sign-in/with/franceconnect?next=/try/{number}") for number in range(5)]
    assert len([name for name in cookies(angela) if name.startswith("civic_way_")]) == 2
    assert angela.come_back(angela.there.authorize(urls[4])).location == "/try/4"


def test_the_cookie_tells_nothing_and_is_for_this_site_alone(app, angela):
    answer = angela.get("/sign-in/with/franceconnect?next=/secret-page")
    [cookie] = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("civic_way_")]
    assert re.search(r"HttpOnly; Path=/; SameSite=Lax", cookie)
    assert "secret-page" not in cookie
    state = dict(parse_qsl(urlsplit(answer.location).query))["state"]
    assert state not in cookie


def test_on_https_no_sister_site_can_plant_the_cookie(app, instance):
    public = create_app(instance, {"base_url": "https://participer.ville.example"})
    answer = public.test_client().get("/sign-in/with/franceconnect", base_url="https://participer.ville.example")
    [cookie] = [line for line in answer.headers.getlist("Set-Cookie") if "civic_way_" in line]
    assert cookie.startswith("__Host-civic_way_")
    assert "; Secure; HttpOnly; Path=/; SameSite=Lax" in cookie
    asked = dict(parse_qsl(urlsplit(answer.location).query))
    assert asked["redirect_uri"] == "https://participer.ville.example/sign-in/with/franceconnect/back"
    close(public)


@pytest.mark.parametrize("path", ["", "/back", "/failed/down"])
def test_an_unknown_provider_is_no_page(app, angela, path):
    assert angela.get(f"/sign-in/with/inconnu{path}").status_code == 404
    assert angela.get("/sign-in/with/franceconnect/failed/<script>").status_code == 404
