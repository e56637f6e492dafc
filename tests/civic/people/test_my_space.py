# SPDX-License-Identifier: AGPL-3.0-or-later
"""My space: my acts, my profile, my address, my password, my data."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import event, select

import civic.account.guard
import civic.web.actors
import civic.web.acts
from civic.comments.models import Comment
from civic.db.session import db
from civic.follows.models import Follow
from civic.items.models import Item
from civic.people.models import Account, Person, SignInSession, Verification
from civic.people.naming import name_of
from civic.supports.models import Support
from civic.workflow.guarding import state_may_change
from tests.civic.people.making import AT, writing
from tests.civic.people.signing_in import Browser, Clock, last_code, mails
from tests.databases import both_databases

HERE, NEW = "marie@rive.example", "marie.new@rive.example"
PASSWORD = "trois chênes au bord de l’eau"
DAY = timedelta(days=1)
MARKUP = "Des <script>alert(1)</script> bancs"


@pytest.fixture
def marie(app):
    browser = Browser(app)
    browser.sign_in(HERE)
    return browser


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch, (civic.account.guard, civic.web.actors, civic.web.acts))


def act_a_lot(app, count):
    """Marie writes, supports, comments and follows `count` things."""
    with writing(app) as session:
        account = session.scalars(select(Account).where(Account.email == HERE)).one()
        for index in range(count):
            with state_may_change():
                item = Item(
                    kind="gone.thing",
                    visible=True,
                    title={"fr": f"{MARKUP} {index}"},
                    state="open",
                    state_at=AT,
                    author_id=account.person_id,
                    created_at=AT,
                )
            session.add(item)
            session.flush()
            session.add(Support(item_id=item.id, person_id=account.person_id, at=AT))
            session.add(Comment(item_id=item.id, author_id=account.person_id, body=MARKUP, created_at=AT))
            session.add(Follow(item_id=item.id, account_id=account.id, at=AT))


def queries_of(app, browser, path):
    with app.app_context():
        engine = db.engines[None]
    seen = []

    def listen(*arguments):
        seen.append(arguments[2])

    event.listen(engine, "before_cursor_execute", listen)
    assert browser.get(path).status_code == 200
    event.remove(engine, "before_cursor_execute", listen)
    return seen


def test_my_acts_cost_the_same_queries_for_one_and_twenty_five(app, marie):
    act_a_lot(app, 1)
    marie.get("/account")
    few = [len(queries_of(app, marie, path)) for path in ("/account", "/account/acts/supported")]
    act_a_lot(app, 24)
    assert [len(queries_of(app, marie, path)) for path in ("/account", "/account/acts/supported")] == few


@both_databases
@pytest.mark.parametrize("what", ["written", "supported", "comments", "followed"])
def test_lists_of_acts_page_through_everything_once(app, marie, what):
    act_a_lot(app, 23)
    first = marie.get(f"/account/acts/{what}")
    assert "<script>alert" not in first.text
    following = first.text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = marie.get(following)
    assert (first.text.count("<h2>Des"), second.text.count("<h2>Des")) == (20, 3)
    assert 'rel="next"' not in second.text
    assert marie.get(f"/account/acts/{what}?after=nonsense").status_code == 200


@both_databases
def test_acts_stand_by_their_day_and_not_by_the_order_they_were_entered_in(app, marie):
    act_a_lot(app, 3)
    with writing(app) as session:
        first, second, third = session.scalars(select(Support).order_by(Support.id))
        first.at, second.at, third.at = AT, AT - 9 * DAY, AT - DAY
        names = [f"bancs {place}" for place in (0, 2, 1)]
    for page in (
        marie.get("/account/acts/supported").text,
        marie.get("/account").text.partition("Ce que je soutiens")[2],
    ):
        places = [page.index(name) for name in names]
        assert places == sorted(places)
    assert "Du plus récent au plus ancien" in marie.get("/account/acts/supported").text


def test_unknown_acts_are_not_found_and_visitors_sign_in_first(app, marie):
    assert marie.get("/account/acts/else").status_code == 404
    visitor = Browser(app).get("/en/account/profile")
    assert visitor.location == "/en/sign-in?next=/en/account/profile"


@both_databases
def test_the_profile_is_ones_own_word_and_leaves_the_level(app, marie):
    form = {"given_name": "Élise", "family_name": "œuvrard", "birth_year": "1984", "quartier": "", "language": "en"}
    assert marie.send("/account/profile", form).status_code == 303
    with app.app_context():
        person = db.session.scalars(select(Person)).one()
        assert (person.display_name, person.birth_year, person.level) == ("Élise Œ.", 1984, "email")
        assert db.session.scalars(select(Account.language)).one() == "en"
    assert marie.send("/account/profile", {**form, "display_name": "Lili 27"}).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Person.display_name)).one() == "Lili 27"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("birth_year", "84"),
        ("birth_year", "2999"),
        ("birth_year", "née"),
        ("display_name", "x" * 61),
        ("given_name", "a\nb"),
        ("quartier", "999"),
        ("language", "tlh"),
    ],
)
def test_what_cannot_be_comes_back_with_everything_typed(app, marie, field, value):
    form = {"given_name": "Zoé <b>", "quartier": "", "language": "fr", field: value}
    answer = marie.send("/account/profile", form)
    assert answer.status_code == 422
    if field != "given_name":
        assert "Zoé &lt;b&gt;" in answer.text


def test_a_verified_identity_is_not_changed_by_its_owner(app, marie):
    with writing(app) as session:
        person = session.scalars(select(Person)).one()
        person.given_name = "Marie"
        session.add(Verification(person_id=person.id, level="residence", origin="desk", at=AT))
    marie.send("/account/profile", {"given_name": "Quelqu’un", "birth_year": "1900", "quartier": "", "language": "fr"})
    with app.app_context():
        person = db.session.scalars(select(Person)).one()
        assert (person.given_name, person.birth_year) == ("Marie", None)


def test_default_names():
    assert name_of("Marie", "Durand", "initial") == "Marie D."
    assert name_of("Marie", "Durand", "full") == "Marie Durand"
    assert name_of("Marie", "", "initial") == "Marie"
    assert name_of("", "Durand", "initial") == ""


@both_databases
def test_a_new_address_is_proven_and_the_old_one_told(app, marie):
    other = Browser(app)
    other.sign_in(HERE)
    asked = marie.send("/account/email", {"email": NEW})
    assert asked.location == "/account/email/code"
    with app.app_context():
        assert db.session.scalars(select(Account.email)).one() == HERE
    assert marie.send(asked.location, {"code": "12"}).status_code == 422
    assert marie.send(asked.location, {"code": last_code(app, NEW)}).location == "/account/security"
    with app.app_context():
        assert db.session.scalars(select(Account.email)).one() == NEW
    assert NEW in mails(app, HERE)[-1]["body"]
    assert marie.is_signed_in
    assert not other.is_signed_in


def test_changes_of_access_ask_who_one_is_after_a_quarter_of_an_hour(app, marie, clock):
    clock.forward(minutes=16)
    for path in ("/account/password", "/account/email", "/account/merge", "/account/erase"):
        assert marie.get(path).location == f"/account/confirm?next={path}"
        answer = marie.send(path, {"password": PASSWORD, "sure": "y"}, page="/account/profile")
        assert answer.location.startswith("/account/confirm")
    with app.app_context():
        assert db.session.scalars(select(Account.password_hash)).one() is None


@both_databases
def test_confirming_by_code_opens_a_new_session_and_ends_the_old_one(app, marie):
    asked = marie.send("/account/confirm/code?next=/account/password", page="/account/confirm")
    back = marie.send(asked.location, {"code": last_code(app, HERE)})
    assert back.location == "/account/password"
    with app.app_context():
        ended = db.session.scalars(select(SignInSession.ended_at).order_by(SignInSession.id)).all()
    assert [one is None for one in ended] == [False, True]


@both_databases
def test_a_password_is_set_then_confirms_then_goes(app, marie):
    for weak in ("court", "aaaaaaaaaaaaaaa", "motdepasse123", HERE):
        assert marie.send("/account/password", {"password": weak}).status_code == 422, weak
    assert marie.send("/account/password", {"password": PASSWORD}).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Account.password_hash)).one().startswith("$argon2id$")
    assert marie.send("/account/confirm", {"password": "not this one"}).status_code == 422
    assert marie.send("/account/confirm?next=/account/data", {"password": PASSWORD}).location == "/account/data"
    assert marie.send("/account/password/remove", page="/account/security").status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Account.password_hash)).one() is None


def test_the_export_holds_ones_own_and_nobody_elses(app, marie):
    act_a_lot(app, 2)
    stranger = Browser(app)
    stranger.sign_in("zoe@rive.example")
    answer = marie.get("/account/my-data.json")
    data = json.loads(answer.text)
    assert answer.headers["Cache-Control"] == "no-store"
    assert [one["email"] for one in data["accounts"]] == [HERE]
    assert [len(data[part]) for part in ("written", "supported", "comments", "followed")] == [2, 2, 2, 2]
    assert "zoe@" not in answer.text
    assert "hash" not in answer.text


@both_databases
def test_erasing_ones_account_empties_it_and_signs_out(app, marie):
    act_a_lot(app, 1)
    assert marie.send("/account/erase").status_code == 422
    assert marie.send("/account/erase", {"sure": "y"}).status_code == 303
    assert not marie.is_signed_in
    with app.app_context():
        person = db.session.scalars(select(Person)).one()
        assert person.erased_at is not None
        assert db.session.scalars(select(Account.email)).one() == ""
        assert len(db.session.scalars(select(Support)).all()) == 1


def test_users_are_made_and_listed_from_the_command_line(run_command):
    made = run_command(
        "user", "create", "--email", "Root@rive.example", "--name", "Anne Roux", "--role", "administrator"
    )
    assert "administrator" in made.output
    run_command("user", "create", "--email", "nobody", "--name", "x", code=1)
    run_command("user", "create", "--email", "root@rive.example", "--role", "administrator", code=1)
    listed = run_command("user", "list", "--staff").output
    assert "root@rive.example" in listed
    assert "Anne Roux" in listed
