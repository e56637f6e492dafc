# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who without e-mail is told of what: a letter put in the list, a short text, or a mail to an address given there."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Exists, Select, exists, select, union
from sqlalchemy.orm import Session

from civic.answers.models import Answer
from civic.comments.models import Comment
from civic.comments.services import asker_of
from civic.db.insertion import insert_once
from civic.events.base import AnswerCorrected, QuestionAnswered, Transitioned
from civic.i18n.catalogue import writing_in
from civic.items.models import Item
from civic.letters.models import Letter
from civic.letters.news import News, deserves_letter, event_of, read_news, town_language
from civic.letters.texts import text_news, texts_on
from civic.notifications.mail import send
from civic.people.accounts import TAKES_MAIL
from civic.people.known_identity import Contact, contact_among, identities_of_all
from civic.people.models import Account, Person
from civic.supports.models import Support


def tell_by_post(session: Session, event: Transitioned) -> None:
    """ "Your proposal was answered": to whoever has no e-mail and takes part in the file."""
    if deserves_letter(event):
        tell(session, event.subject_id, event_of(event), event.at)


def tell_correction_by_post(session: Session, event: AnswerCorrected) -> None:
    """ "The town corrected its answer", to the same people."""
    answer = session.get(Answer, event.answer_id)
    if answer is not None and event.correction_id:
        tell(session, answer.item_id, event_of(event), event.at)


def tell_reply_by_post(session: Session, event: QuestionAnswered) -> None:
    """ "The town answers your question": to whoever asked it."""
    reply = session.get(Comment, event.comment_id)
    asker = asker_of(session, reply) if reply is not None else None
    if reply is not None and asker is not None:
        tell(session, reply.item_id, event_of(event), event.at, to=select(Person.id).where(Person.id == asker))


def tell(session: Session, item_id: int, event: str, at: datetime, *, to: "Select[int] | None" = None) -> None:
    """A letter for each person who gave a postal address, a text to a mobile, or a mail to an e-mail address.

    `to` names whom it concerns, where that is not whoever takes part in the file.
    """
    with writing_in(town_language()):
        news = read_news(session, item_id, event)
        if news is None:
            return
        by_text = texts_on(session)
        for person_id, contact in contacts_of(session, _concerned(item_id) if to is None else to).items():
            if contact.email:
                mail_news(session, news, person_id, contact.email, at)
                continue
            if contact.mobile and by_text:
                text_news(session, news, person_id, at)
            if contact.address:
                insert_once(
                    session,
                    Letter,
                    person_id=person_id,
                    item_id=item_id,
                    event=event,
                    queued_at=at,
                    place=0,
                    settled_by="",
                )


def contacts_of(session: Session, persons: "Select[int]") -> dict[int, Contact]:
    """Where answers go for those of these persons who have no account with an e-mail address, in two queries."""
    without = select(Person.id).where(Person.id.in_(persons), Person.erased_at.is_(None), ~_has_mail())
    ids = list(session.scalars(without.order_by(Person.id)))
    return {key: contact_among(found) for key, found in identities_of_all(session, ids).items()}


def mails_of(session: Session, person_ids: Iterable[int]) -> dict[int, str]:
    """The e-mail address of the oldest open account of each person who has one."""
    rows = session.execute(
        select(Account.person_id, Account.email)
        .where(Account.person_id.in_(person_ids), TAKES_MAIL)
        .order_by(Account.id.desc())
    )
    return {row.person_id: row.email for row in rows}


def mail_news(session: Session, news: News, person_id: int, address: str, at: datetime) -> None:
    """The same news by e-mail."""
    context = {
        "title": news.title,
        "number": news.number,
        "is_author": news.author_id == person_id,
        "state": news.state,
        "is_final": news.is_final,
        "reason": news.wrong or news.reason,
        "due_at": news.due_at,
        "waits_for_author": news.waits_for_author,
        "url": news.url,
        "reply": news.reply,
        "at_counter": True,
    }
    template = "question_answered" if news.reply else "news_of_file"
    send(session, to=address, template=template, language=town_language(), at=at, context=context)


def _concerned(item_id: int) -> "Select[int]":
    """The author, and whoever supports, commented or asked and did not take it back: by whatever way, each once.

    A counter's sheet, the code of a letter, or a provider that gave no address: the act itself counts, not its way.
    """
    author = select(Item.author_id.label("person_id")).where(Item.id == item_id, Item.author_id.is_not(None))
    supports = select(Support.person_id).where(Support.item_id == item_id)
    said = (Comment.item_id == item_id, Comment.withdrawn_at.is_(None), Comment.for_town.is_(False))
    return select(union(author, supports, select(Comment.author_id).where(*said)).subquery().c.person_id)


def _has_mail() -> Exists:
    """Whether an open account of the person has an e-mail address: they are told as everyone online is."""
    return exists().where(Account.person_id == Person.id, TAKES_MAIL)
