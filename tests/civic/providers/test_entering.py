# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signing in through a provider: the account it opens, what is kept, where one comes back, how one leaves."""

import re
from html import unescape

import pytest
from flask import render_template_string, request
from sqlalchemy import func, select
from wtforms import StringField

from civic.adapters.oidc import OpenIDProvider
from civic.clock import now
from civic.db.session import db
from civic.people.linked import LinkedIdentity, ProviderSession, forget_ended
from civic.people.models import Account, Person, PersonIdentifier, SignInSession, Verification
from civic.people.providers import enter_with
from civic.people.pseudonyms import is_pseudonym
from civic.ports.identity import Proven
from civic.web.actors import current_actor
from civic.web.forms import CivicForm
from civic.web.pending import give_back, send_to_sign_in
from tests.civic.people.making import actor_for, make_staff, writing
from tests.civic.people.signing_in import last_code, mails
from tests.civic.providers.conftest import Traveller
from tests.databases import both_databases


def only(app, model):
    with app.app_context():
        return db.session.scalars(select(model)).one()


def count(app, model) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model))


@both_databases
def test_the_first_time_makes_account_and_person_with_a_proven_identity(app, angela):
    page = angela.get("/sign-in").text
    assert "S’identifier avec FranceConnect" in page
    assert "Qu’est-ce que FranceConnect\u202f?" in page
    assert angela.enter().location == "/account"
    person, account = only(app, Person), only(app, Account)
    assert (person.given_name, person.family_name, person.birth_year) == ("Angela", "DUBOIS", 1962)
    assert (person.level, person.display_name) == ("email", "Angela D.")
    assert account.email == ""
    verified = only(app, Verification)
    assert (verified.level, verified.origin, verified.proof_kind) == ("email", "provider", "franceconnect")
    home = angela.get("/account").text
    assert "Identité prouvée" in home
    assert "angela.dubois" not in home


def test_a_minor_goes_on_to_what_a_parent_signs(app, angela, oidc_provider):
    oidc_provider.control(people={"angela": {"birthdate": f"{now().year - 10}-03-02"}})
    assert angela.enter(path="/sign-in/with/franceconnect?next=/proposals/new").location == "/account/authorisation"
    assert 'id="paper"' in angela.get("/account/authorisation").text
    again = Traveller(app).enter(path="/sign-in/with/franceconnect?next=/processes")
    assert again.location == "/processes", "who is known is told by what refuses"


@both_databases
@pytest.mark.parametrize("age, is_minor", [(10, True), (40, False), (None, False)])
def test_a_date_of_birth_that_is_told_and_not_proven_says_who_waits_for_a_parent(app, age, is_minor):
    born = None if age is None else now().date().replace(year=now().year - age, day=1)
    told = Proven("ville", "https://ville.example", "zoe", surname="Petit", first_names="Zoé", birth_date=born)
    with writing(app) as session:
        account = enter_with(session, told, language="fr", shows_names="initial", at=now()).account
        assert actor_for(session, account).needs_parent(now()) is is_minor
        assert is_pseudonym(account.person.display_name, "Zoé", "Petit") is is_minor
        assert account.person.birth_year is None


def test_a_provider_that_tells_no_date_of_birth_leads_to_who_says_it(app, angela, oidc_provider):
    oidc_provider.control(people={"angela": {"birthdate": "1962-00-00"}})
    angela.enter()
    assert "moins de 15 ans, dites-le" in angela.get("/account").text


@both_databases
def test_the_second_time_opens_the_same_account(app, angela):
    angela.enter()
    assert Traveller(app).enter().location == "/account"
    assert (count(app, Account), count(app, Person), count(app, LinkedIdentity)) == (1, 1, 1)


def test_neither_subject_nor_names_stand_in_identifiers(app, angela):
    angela.enter()
    with app.app_context():
        for identifier in db.session.scalars(select(PersonIdentifier)):
            assert re.fullmatch("[0-9a-f]{64}", identifier.hash)
        token = db.session.scalars(select(ProviderSession)).one().id_token
    assert b"angela" not in token
    assert b"eyJ" not in token


class IdeaForm(CivicForm):
    title = StringField()


@pytest.fixture
def idea(app):
    """A page open to all, whose act needs an account."""

    @app.route("/try/idea", methods=["GET", "POST"])
    def try_idea():
        form = IdeaForm()
        if request.method == "POST" and not current_actor().signed_in:
            return send_to_sign_in()
        give_back(form)
        return render_template_string("{{ csrf_field() }}{{ once_field() }}[{{ form.title.data }}]", form=form)


def test_one_comes_back_where_one_was_with_all_one_typed(app, idea, angela):
    sent = angela.send("/try/idea?from=home", {"title": "Un abri à vélos"})
    page = angela.get(sent.location).text
    link = unescape(re.search(r'href="(/sign-in/with/franceconnect[^"]*)"', page)[1])
    back = angela.enter(path=link)
    assert back.location == "/try/idea?from=home"
    assert "[Un abri à vélos]" in angela.get(back.location).text


def test_giving_up_at_the_provider_loses_nothing(app, idea, angela):
    angela.send("/try/idea", {"title": "Un abri à vélos"})
    back = angela.enter(who="", path="/sign-in/with/franceconnect?next=/try/idea")
    page = angela.get(back.location)
    assert page.status_code == 200
    assert "Vous vous êtes arrêté chez FranceConnect" in page.text
    assert "/sign-in?next=/try/idea" in page.text
    assert "[Un abri à vélos]" in angela.get("/try/idea").text
    assert not angela.is_signed_in


@both_databases
@pytest.mark.parametrize("change", [{"fail": 503}, {"discovery": {"issuer": "https://elsewhere.example"}}])
def test_a_provider_that_fails_gets_a_page_with_the_other_ways(app, idea, angela, oidc_provider, change):
    angela.send("/try/idea", {"title": "Un abri à vélos"})
    oidc_provider.control(**change)
    page = angela.get(angela.leave_for("/sign-in/with/franceconnect?next=/try/idea"))
    assert page.status_code == 503
    assert "FranceConnect ne répond pas" in page.text
    assert "/sign-in?next=/try/idea" in page.text
    assert 'href="/offline"' in page.text
    assert angela.sign_in("marie@rive.example", "/sign-in?next=/try/idea").location == "/try/idea"
    assert "[Un abri à vélos]" in angela.get("/try/idea").text


def test_the_language_one_came_in_is_kept(app, angela):
    assert angela.enter(path="/en/sign-in/with/franceconnect").location == "/en/account"
    other = Traveller(app)
    back = other.enter(who="", path="/en/sign-in/with/franceconnect?next=/en/proposals/new")
    assert back.location.startswith("/en/sign-in/with/franceconnect/failed/declined?")
    assert "You stopped at FranceConnect" in other.get(back.location).text


def test_no_link_leads_elsewhere(app, angela):
    for wanted in ("https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"):
        assert Traveller(app).enter(path=f"/sign-in/with/franceconnect?next={wanted}").location == "/account"
    page = angela.get("/sign-in/with/franceconnect/failed/down?next=https://elsewhere.example/").text
    assert "elsewhere" not in page[page.index("<main") : page.index("</main>")]


def test_staff_still_confirm_the_second_factor(app, angela):
    with writing(app) as session:
        make_staff(session, "clerk").email = "nadia@rive.example"
    angela.sign_in("nadia@rive.example")
    angela.link()
    other = Traveller(app)
    assert other.enter().location.startswith("/sign-in/second-factor")
    assert other.get("/desk/").status_code == 303


def email_of(app, account_id) -> str:
    with app.app_context():
        return db.session.get(Account, account_id).email


def test_signing_out_signs_out_there_too_and_comes_home(app, angela):
    angela.enter()
    page = angela.send("/sign-out", page="/account")
    assert page.status_code == 200
    assert not angela.is_signed_in
    assert count(app, ProviderSession) == 0
    there = unescape(re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.text)[1])
    assert "id_token_hint=" in there
    home = angela.there.sign_out(there)
    assert home.startswith("http://127.0.0.1/?state=")
    # The provider asks again who one is: the next person at this computer is not Angela.
    assert angela.enter(who="pierre").location == "/account"
    assert "Pierre" in angela.get("/account").text


def test_who_signed_in_otherwise_leaves_at_once(app, angela):
    angela.sign_in("marie@rive.example")
    assert angela.send("/sign-out", page="/account").location == "/"


@both_databases
def test_signing_out_does_not_wait_for_a_provider_that_is_down(app, angela, oidc_provider):
    angela.enter()
    providers = app.extensions["civic.providers"]
    providers["franceconnect"] = OpenIDProvider(
        providers["franceconnect"].config
    )  # another process: it knows nothing yet
    oidc_provider.control(fail=503)
    page = angela.send("/sign-out", page="/account")
    assert "ne répond pas" in page.text
    assert not angela.is_signed_in


@both_databases
def test_what_signing_out_would_need_goes_with_the_session(app, angela):
    angela.enter()
    with writing(app) as session:
        forget_ended(session, now())
    assert count(app, ProviderSession) == 1
    with writing(app) as session:
        session.query(SignInSession).update({"ended_at": now()})
        forget_ended(session, now())
    assert count(app, ProviderSession) == 0


def test_the_address_given_by_the_provider_is_proposed_and_must_be_proven(app, angela):
    angela.enter()
    page = angela.get("/account/email").text
    assert 'value="angela.dubois@courriel.example"' in page
    asked = angela.send("/account/email", {"email": "angela.dubois@courriel.example"})
    assert email_of(app, only(app, Account).id) == ""
    code = last_code(app, "angela.dubois@courriel.example")
    assert angela.send(asked.location, {"code": code}).location == "/account/security"
    assert email_of(app, only(app, Account).id) == "angela.dubois@courriel.example"
    assert [mail["to"] for mail in mails(app)] == ["angela.dubois@courriel.example"]


def test_a_proven_year_of_birth_is_not_changed_by_hand(app, angela):
    angela.enter()
    page = angela.get("/account/profile").text
    assert 'name="birth_year"' not in page
    assert angela.send("/account/profile", {"birth_year": "1990", "language": "fr"}).status_code == 303
    assert only(app, Person).birth_year == 1962


def test_my_data_tells_the_link_and_erasing_removes_it(app, angela):
    angela.enter()
    data = angela.get("/account/my-data.json").json
    assert [one["provider"] for one in data["linked_identities"]] == ["franceconnect"]
    assert angela.send("/account/erase", {"sure": "y"}).location == "/"
    assert (count(app, LinkedIdentity), count(app, PersonIdentifier), count(app, SignInSession)) == (0, 0, 0)
    assert Traveller(app).enter().location == "/account"
    assert count(app, Account) == 2
