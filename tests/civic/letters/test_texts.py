# SPDX-License-Identifier: AGPL-3.0-or-later
"""Short texts to whoever has no e-mail: nothing without a gateway, nothing without consent, nothing lost, nothing in clear."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from civic.account.export import personal_data
from civic.clock import now
from civic.db.session import db
from civic.erasure import erasers_of
from civic.events.models import OutboxMessage
from civic.jobs.outbox import ATTEMPTS, drain
from civic.journal.models import JournalEntry
from civic.letters.models import Letter
from civic.letters.settings import LETTERS_SCOPE, LettersSettings
from civic.people.erasure import erase_person
from civic.people.known_identity import Contact, KnownIdentity, contact_of, identities_of
from civic.people.mobile import checked_mobile
from civic.people.models import Person
from civic.permissions.actor import SYSTEM
from civic.permissions.decision import Missing
from civic.registry import current_registry
from civic.settings.store import save_settings
from tests.civic.counter.making import begin, counter, end
from tests.civic.letters.making import ADDRESS, answer, letters, mailed, proposes, settle
from tests.civic.people.making import writing
from tests.databases import both_databases
from tests.forms import forms_of

NUMBER = "06 12 34 56 78"
WITH_TEXTS = {"mobile": NUMBER, "agrees_to_texts": "y"}


@pytest.fixture
def gateway(app, sms_server):
    """The installation has a gateway, and the town wants texts."""
    config = app.extensions["civic.config"]
    app.extensions["civic.config"] = replace(config, sms_url=sms_server.url, sms_token=sms_server.token)
    wants(app)
    return sms_server


def wants(app, texts=True):
    with writing(app) as session:
        save_settings(session, SYSTEM, LETTERS_SCOPE, LettersSettings(texts=texts), now())


def texts(app) -> list[OutboxMessage]:
    with app.app_context():
        return list(db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "sms")))


def make_due(app):
    with writing(app) as session:
        session.execute(update(OutboxMessage).values(due_at=now(), leased_until=None))


def rose(session) -> int:
    """The person of the counter."""
    return session.scalars(select(Person.id).where(Person.family_name == "Durand", Person.erased_at.is_(None))).one()


@both_databases
def test_who_agreed_gets_number_state_and_address_besides_the_letter(app, gateway):
    helper = counter(app)
    item = proposes(helper, **WITH_TEXTS)
    answer(app, item)
    [sent] = gateway.received
    assert sent["to"] == "+33612345678"
    with app.app_context():
        person = rose(db.session)
        kept = db.session.scalars(select(KnownIdentity.sealed)).all()
        acts = db.session.scalars(select(JournalEntry.act).where(JournalEntry.subject_kind == "civic.person")).all()
        assert contact_of(db.session, person) == Contact(ADDRESS, "", "+33612345678")
        exported = str(personal_data(db.session(), current_registry(), person, now()))
    assert "+33612345678" in exported
    assert all(b"612345678" not in sealed for sealed in kept)
    assert acts.count("accept_texts") == 1
    assert "http://127.0.0.1/proposals/" in sent["text"]
    assert "banc" not in sent["text"]  # the title stays on the page
    assert "Rose" not in sent["text"]
    assert not set(sent["text"]) & set("\n\u202f\u00a0’")
    assert len(sent["text"]) <= 160
    assert len(letters(app)) == 1
    [message] = texts(app)
    assert (message.payload, message.done_at is not None) == ({}, True)
    page = helper.open(f"/desk/people/{person}").text
    assert "par SMS" in page
    assert "612345678" not in page


def test_a_number_alone_brings_a_text_and_no_letter_and_an_address_of_email_a_mail_alone(app, gateway, instance):
    helper = counter(app)
    answer(app, proposes(helper, address="", **WITH_TEXTS))
    assert (len(gateway.received), letters(app)) == (1, [])
    other = {"surname": "Martin", "first_names": "Paul", "birth_date": "1950-01-02", "email": "paul@rive.example"}
    answer(app, proposes(helper, title="Une fontaine", **{**WITH_TEXTS, **other}))
    assert len(gateway.received) == 1
    assert len(mailed(app, instance, "paul@rive.example")) == 1


@pytest.mark.parametrize("lacks", ["gateway", "setting"])
def test_without_gateway_or_setting_nothing_is_asked_kept_or_sent(app, sms_server, lacks):
    if lacks == "gateway":
        wants(app)
    else:
        app.extensions["civic.config"] = replace(app.extensions["civic.config"], sms_url=sms_server.url)
    helper = counter(app)
    assert "mobile" not in helper.open("/desk/counter/").text
    with pytest.raises(AssertionError):
        begin(helper, **WITH_TEXTS)  # no such field
    helper.open("/desk/counter/")
    [form] = [one for one in forms_of(helper.text) if "surname" in one.names]
    typed = dict(form.values)
    who = {"surname": "Durand", "first_names": "Rose", "birth_date": "1944-02-29"}
    who |= {"mandate": "oral", "kinds": "proposals.proposal"}
    helper.client.post("/desk/counter/", data={**typed, **who, **WITH_TEXTS})
    with app.app_context():
        assert contact_of(db.session, rose(db.session)).mobile == ""
    assert texts(app) == []


def test_numbers_kept_before_get_nothing_once_texts_are_off(app, gateway):
    helper = counter(app)
    item = proposes(helper, **WITH_TEXTS)
    wants(app, texts=False)
    answer(app, item)
    assert (texts(app), gateway.tries) == ([], [])


def test_a_number_without_consent_or_that_is_none_is_refused_on_its_field(app, gateway):
    helper = counter(app)
    begin(helper, mobile=NUMBER, status=422)
    assert "Demandez à la personne" in helper.text
    begin(helper, mobile="01 23 45 67 89", agrees_to_texts="y", status=422)
    assert "Écrivez un numéro de mobile français" in helper.text
    with app.app_context():
        assert db.session.scalars(select(Person.id).where(Person.family_name == "Durand")).all() == []


@both_databases
def test_a_gateway_that_refuses_or_is_away_is_tried_again_and_gets_each_text_once(app, gateway):
    helper = counter(app)
    gateway.status, gateway.answer = 500, b"failed for +33612345678"
    answer(app, proposes(helper, **WITH_TEXTS))
    [message] = texts(app)
    assert (message.done_at, message.attempts) == (None, 1)
    assert "500" in message.error
    assert "612345678" not in str(message.payload)
    assert "612345678" not in message.error
    gateway.stop()
    make_due(app)
    settle(app)
    assert texts(app)[0].attempts == 2
    gateway.start()
    gateway.status = 202
    make_due(app)
    settle(app)
    assert texts(app)[0].done_at is not None
    assert len(gateway.received) == 1
    assert len({one["reference"] for one in gateway.tries}) == 1


def test_a_wrong_token_a_redirect_or_no_gateway_any_more_sends_nothing_and_is_given_up(app, gateway):
    helper = counter(app)
    gateway.status, gateway.location = 307, f"http://127.0.0.1:{gateway.port}/elsewhere"
    answer(app, proposes(helper, **WITH_TEXTS))
    assert "307" in texts(app)[0].error
    assert len(gateway.tries) == 1
    config = app.extensions["civic.config"]
    app.extensions["civic.config"] = replace(config, sms_token="other")
    make_due(app)
    drain(app)
    assert "401" in texts(app)[0].error
    app.extensions["civic.config"] = replace(config, sms_url="")
    for _ in range(ATTEMPTS):
        make_due(app)
        drain(app)
    assert texts(app)[0].failed_at is not None
    assert "sms_url" in texts(app)[0].error
    assert gateway.received == []


@both_databases
def test_whoever_says_stop_or_is_erased_leaves_no_number(app, gateway):
    helper = counter(app)
    item = proposes(helper, **WITH_TEXTS)
    with app.app_context():
        person = rose(db.session)
    helper.open(f"/desk/people/{person}").send("/no-letters")
    with app.app_context():
        assert contact_of(db.session, person) == Contact()
    end(helper, begin(helper, **WITH_TEXTS))
    with writing(app) as session:
        erase_person(session, SYSTEM, person, erasers_of(current_registry()), at=now())
        assert identities_of(session, person) == []
        assert session.scalars(select(KnownIdentity)).all() == []
    answer(app, item)
    assert gateway.tries == []
    with app.app_context():
        assert db.session.scalars(select(Letter)).all() == []


@pytest.mark.parametrize(
    "typed, kept",
    [
        ("", ""),
        ("06 12 34 56 78", "+33612345678"),
        ("07.39.12.34.56", "+33739123456"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("0033612345678", "+33612345678"),
        ("0692 12 34 56", "+262692123456"),
        ("+262 692 12 34 56", "+262692123456"),
        ("06\u202f96\u00a012 34 56", "+596696123456"),
    ],
)
def test_numbers_are_kept_in_the_international_form(typed, kept):
    assert checked_mobile(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "01 23 45 67 89",
            "0612",
            "06123456789",
            "+44 7911 123456",
            "+262 612 34 56 78",
            "0700 12 34 56",
            "08 99 12 34 56",
        ),
        *("0612345678\n+33612345679", "06 12 34 56 7８", "٠٦١٢٣٤٥٦٧٨", "0" * 5000, "<b>0612345678</b>"),
    ],
)
def test_what_is_no_mobile_number_of_france_is_refused(typed):
    with pytest.raises(Missing):
        checked_mobile(typed)


@both_databases
def test_a_text_that_waits_does_not_leave_once_the_person_says_stop(app, gateway):
    helper = counter(app)
    gateway.status = 503
    answer(app, proposes(helper, **WITH_TEXTS))
    with app.app_context():
        person = rose(db.session)
    helper.open(f"/desk/people/{person}").send("/no-letters")
    gateway.status = 202
    make_due(app)
    settle(app)
    assert gateway.received == []
    [message] = texts(app)
    assert (message.done_at is not None, message.payload) == (True, {})
