# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whoever has no e-mail gets each answer by post: counted once, printed again identical, marked as sent."""

import re
from datetime import timedelta

from sqlalchemy import select

from civic.answers.corrections import correct_answer
from civic.answers.models import Answer
from civic.answers.services import AnswerContent
from civic.clock import now
from civic.comments.models import Comment
from civic.comments.services import hide_comment
from civic.db.session import db
from civic.erasure import erasers_of
from civic.items.models import Item
from civic.journal.models import JournalEntry
from civic.letters.batches import KEPT, make_batch
from civic.letters.jobs import forget_letters, prepare_letters
from civic.letters.models import Letter, LetterBatch
from civic.people.erasure import erase_person
from civic.people.known_identity import Contact, contact_of, identities_of
from civic.people.models import Account
from civic.permissions.actor import SYSTEM
from civic.registry import current_registry
from tests.civic.counter.making import a_proposal, begin, counter, end, support
from tests.civic.letters.making import (
    ADDRESS,
    answer,
    letters,
    mailed,
    pdf_of,
    proposes,
    read,
    send_back,
    settle,
    words,
)
from tests.civic.people.making import actor_for, make_staff, writing
from tests.civic.people.signing_in import mails
from tests.databases import both_databases
from tests.modules.proposals.making import someone

pytestmark = both_databases
OTHER = {"surname": "Martin", "first_names": "Paul", "birth_date": "1950-01-02"}


def make(helper) -> int:
    """A clerk makes a batch; gives its number."""
    helper.open("/desk/letters").send("/desk/letters/make")
    return int(re.fullmatch(r"/desk/letters/(\d+)", helper.path)[1])


def test_rose_82_proposes_at_the_counter_and_reads_the_answer_on_paper(app):
    helper = counter(app)
    item = proposes(helper)
    answer(app, item)
    [letter] = letters(app)
    assert letter.batch_id is None
    batch = make(helper)
    printed = pdf_of(helper, batch)
    text = words(printed)
    for said in (
        "Rose Durand",
        "7 rue du Lavoir",
        "00000 Rive",
        "#panic()",
        "à l’ombre #strong[x]",
        "$x$",
        "Anne Maire",
    ):
        assert said in text, (said, text)
    assert "**" not in text  # Markdown is drawn
    assert pdf_of(helper, batch) == printed  # printed again identical
    helper.open(f"/desk/letters/{batch}").send(f"/letters/{batch}/sent")
    assert pdf_of(helper, batch) == printed
    with app.app_context():
        told = db.session.scalars(select(JournalEntry.act).where(JournalEntry.subject_kind == "civic.letter_batch"))
        once = "download_letters"
        assert told.all() == ["make_letters", once, once, "send_letters", once]
        assert db.session.get(LetterBatch, batch).sent_by_id is not None
    settle(app)
    assert len(letters(app)) == 1
    helper.open("/desk/letters").client.post("/desk/letters/make")
    assert "/desk/letters/make" not in helper.open("/desk/letters").text  # nothing waits any more


def test_a_supporter_gets_the_answer_once_and_whoever_took_it_back_none(app):
    helper = counter(app)
    item = proposes(helper)
    with app.app_context():
        number = db.session.get(Item, item).number
    sitting = begin(helper, address="2 rue Basse", **OTHER)
    support(helper, sitting, number)
    end(helper, sitting)
    sitting = begin(helper, address="3 rue Basse", surname="Petit", first_names="Ana", birth_date="1951-01-02")
    support(helper, sitting, number)
    acts = re.findall(r"/acts/(\d+)/withdraw", helper.open(f"/desk/counter/{sitting}").text)
    helper.send(f"/acts/{acts[0]}/withdraw")
    end(helper, sitting)
    answer(app, item)
    assert len(letters(app)) == 2
    text = words(pdf_of(helper, make(helper)))
    assert ("Paul Martin" in text, "Ana Petit" in text) == (True, False)
    assert len(read(pdf_of(helper, 1)).pages) == 2


def test_sent_back_then_corrected_each_is_told_and_a_correction_alone_says_what_was_wrong(app):
    helper = counter(app)
    item = proposes(helper)
    send_back(app, item)
    assert "Dites combien d’arbres." in words(pdf_of(helper, make(helper)))
    other = proposes(helper, title="Une fontaine", **OTHER)
    answer_id = answer(app, other)
    batch = make(helper)
    assert "Paul Martin" in words(pdf_of(helper, batch))
    with writing(app) as session:
        clerk = actor_for(session, make_staff(session, "clerk", "Zoé Greffe"))
        version = session.get_one(Answer, answer_id).version
        content = AnswerContent(body="Le banc existe déjà, depuis 2021, à trente mètres.")
        correct_answer(session, clerk, answer_id, content, reason="Année fausse", version=version, at=now())
    settle(app)
    text = words(pdf_of(helper, make(helper)))
    assert "Année fausse" in text
    assert "2021" in text
    assert "Année fausse" not in words(pdf_of(helper, batch))


def test_whoever_has_an_account_or_gave_an_email_address_gets_a_mail_and_no_letter(app, instance):
    helper = counter(app)
    item = proposes(helper, email="paul@rive.example", **OTHER)
    answer(app, item)
    assert letters(app) == []
    assert len(mailed(app, instance, "paul@rive.example")) == 1
    later = proposes(helper)
    answer(app, later)
    [letter] = letters(app)
    with writing(app) as session:
        session.add(Account(person_id=letter.person_id, email="fille@rive.example", created_at=now()))
    helper.open("/desk/letters").send("/desk/letters/make")
    assert helper.path == "/desk/letters"
    assert len(mailed(app, instance, "fille@rive.example")) == 1
    assert letters(app)[0].settled_by == "mail"


def test_letters_of_someone_erased_are_no_longer_printed(app):
    helper = counter(app)
    items = [proposes(helper), proposes(helper, title="Une fontaine", **OTHER)]
    for item in items:
        answer(app, item)
    batch = make(helper)
    rose = letters(app)[0].person_id
    with writing(app) as session:
        erase_person(session, SYSTEM, rose, erasers_of(current_registry()), at=now())
    text = words(pdf_of(helper, batch))
    assert ("Rose" in text, "Paul Martin" in text) == (False, True)
    helper.open(f"/desk/letters/{batch}").send(f"/letters/{batch}/withdraw")
    assert helper.client.get(f"/desk/letters/{batch}/letters.pdf").status_code == 409
    again = words(pdf_of(helper, make(helper)))
    assert ("Rose" in again, "Paul Martin" in again) == (False, True)


def test_after_a_week_the_batch_is_made_by_itself_and_clerks_are_told_once(app):
    helper = counter(app)
    answer(app, proposes(helper))
    with writing(app) as session:
        make_staff(session, "clerk", "Agnès L’Hôte")
        prepare_letters(session, now() + timedelta(days=6))
        assert session.scalars(select(LetterBatch)).all() == []
    with writing(app) as session:
        prepare_letters(session, now() + timedelta(days=8))
        prepare_letters(session, now() + timedelta(days=8))
        [batch] = session.scalars(select(LetterBatch))
        assert (batch.prepared_by_id, batch.letter_count) == (None, 1)
    told = [mail for mail in mails(app) if f"/desk/letters/{batch.id}" in mail["body"]]
    assert len(told) == len({mail["to"] for mail in told}) >= 2
    with writing(app) as session:
        session.get_one(LetterBatch, batch.id).sent_at = now()
        forget_letters(session, now() + KEPT + timedelta(days=1))
    assert helper.client.get(f"/desk/letters/{batch.id}/letters.pdf").status_code == 409


def test_no_address_stands_in_clear_in_the_database(app):
    helper = counter(app)
    answer(app, proposes(helper))
    with writing(app) as session:
        make_batch(session, SYSTEM, now())
        for line in (*ADDRESS.splitlines(), "Lavoir"):
            assert line.encode() not in (session.scalars(select(Letter.sealed)).one() or b"")


def test_the_file_is_tagged_in_its_language_and_the_address_is_where_the_window_is(app):
    helper = counter(app)
    answer(
        app, proposes(helper, address="Résidence des Œillets\nBâtiment C\n7 rue du Lavoir\nBP 12\n00000 Rive\nFrance")
    )
    file = read(pdf_of(helper, make(helper)))
    root = file.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "fr"
    assert root["/StructTreeRoot"]["/K"]
    assert file.metadata.title
    places = []
    file.pages[0].extract_text(
        visitor_text=lambda text, cm, tm, *_: places.append((text, tm[4] or cm[4], tm[5] or cm[5]))
    )
    millimetre = 72 / 25.4
    shown = [
        (x / millimetre, 297 - y / millimetre)
        for text, x, y in places
        if text.strip() in {"Rose Durand", "7 rue du Lavoir"}
    ]
    assert len(shown) == 2, places
    assert all(104 <= x <= 190 and 45 <= y <= 80 for x, y in shown), shown


def test_whoever_wants_no_more_letters_tells_the_counter(app):
    helper = counter(app)
    item = proposes(helper)
    send_back(app, item)
    rose = letters(app)[0].person_id
    assert "par courrier" in helper.open(f"/desk/people/{rose}").text
    helper.send("/no-letters")
    assert "/no-letters" not in helper.text
    assert letters(app)[0].settled_by == "address"
    with writing(app) as session:
        assert contact_of(session, rose) == Contact()
        assert identities_of(session, rose)[0].identity.surname == "Durand"
    proposes(helper, title="Une fontaine", address="")
    assert len(letters(app)) == 1


def asks(helper, number, body="Pour *quand* ?", **who) -> None:
    """Someone asks the town under a file, at the counter."""
    sitting = begin(helper, **{"address": ADDRESS, **who})
    helper.open(f"/desk/counter/{sitting}/files/{number}").send("/write", nature="question", body=body)
    end(helper, sitting)


def replies(app, helper, number, body="Au **printemps**, rue #strong[x].") -> None:
    """A clerk replies to the last question, for the town."""
    with app.app_context():
        question = db.session.scalars(
            select(Comment.id).where(Comment.nature == "question").order_by(Comment.id.desc())
        ).first()
    helper.open(f"/items/{number}/comment?parent={question}").send("/comment", body=body)
    settle(app)


def test_whoever_asked_at_the_counter_reads_the_reply_on_paper_and_nobody_else_does(app):
    helper, number = counter(app), a_proposal(app)
    sitting = begin(helper, address="2 rue Basse", **OTHER)
    support(helper, sitting, number)
    end(helper, sitting)
    asks(helper, number)
    assert letters(app) == []
    replies(app, helper, number)
    settle(app)
    [letter] = letters(app)
    batch = make(helper)
    text = words(pdf_of(helper, batch))
    for said in ("Rose Durand", "Vous avez demandé", "Pour quand ?", "Au printemps, rue #strong[x].", "votre question"):
        assert said in text, (said, text)
    assert letter.event.startswith("reply:")
    replies(app, helper, number, body="Finalement en été.")
    assert "Finalement en été." in words(pdf_of(helper, make(helper)))


def test_a_reply_that_is_hidden_or_a_question_taken_back_brings_no_letter(app):
    helper, number = counter(app), a_proposal(app)
    asks(helper, number)
    replies(app, helper, number)
    with writing(app) as session:
        clerk = actor_for(session, make_staff(session, "clerk", "Léa Greffe"))
        reply = session.scalars(select(Comment).where(Comment.for_town)).one()
        hide_comment(session, clerk, reply, "Erreur de personne", now())
    helper.open("/desk/letters").send("/desk/letters/make")
    assert letters(app)[0].settled_by == "news"


def test_a_reply_goes_by_mail_to_whoever_has_an_address_online_too(app, instance):
    helper, number = counter(app), a_proposal(app)
    asks(helper, number, email="paul@rive.example", **OTHER)
    replies(app, helper, number)
    assert letters(app) == []
    [subject] = mailed(app, instance, "paul@rive.example")
    assert "répond à votre question" in subject
    account_id, online = someone(app)
    with app.app_context():
        address = db.session.get(Account, account_id).email
    online.open(f"/items/{number}/comment").send("/comment", nature="question", body="Et l’hiver ?")
    before = len(mailed(app, instance, address))
    replies(app, helper, number, body="Aussi.")
    assert len(mailed(app, instance, address)) == before + 1
    assert len(mailed(app, instance, "paul@rive.example")) == 1


def test_who_is_no_colleague_replies_without_a_letter(app):
    helper, number = counter(app), a_proposal(app)
    asks(helper, number)
    with app.app_context():
        question = db.session.scalars(select(Comment.id).where(Comment.nature == "question")).one()
    someone(app)[1].open(f"/items/{number}/comment?parent={question}").send("/comment", body="Je crois que oui.")
    settle(app)
    assert letters(app) == []


def test_each_download_says_who_took_which_batch_out_and_a_refused_one_nothing(app):
    helper = counter(app)
    answer(app, proposes(helper))
    batch = make(helper)
    account_id, colleague = someone(app, role="clerk")
    pdf_of(colleague, batch)
    resident = someone(app)[1]
    assert resident.client.get(f"/desk/letters/{batch}/letters.pdf").status_code == 403
    helper.open(f"/desk/letters/{batch}").send(f"/letters/{batch}/withdraw")
    assert helper.client.get(f"/desk/letters/{batch}/letters.pdf").status_code == 409
    with app.app_context():
        [entry] = db.session.scalars(select(JournalEntry).where(JournalEntry.act == "download_letters"))
        assert (entry.subject_kind, entry.subject_id) == ("civic.letter_batch", batch)
        assert (entry.actor_id, entry.role) == (account_id, "clerk")
