# SPDX-License-Identifier: AGPL-3.0-or-later
"""A batch of letters: made of those that wait, printed as often as needed, marked as sent, or taken back before."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from civic.db.session import lock
from civic.i18n.catalogue import writing_in
from civic.journal.entries import record
from civic.letters.models import ANSWERS, WITH_CODES, Letter, LetterBatch, LetterCode
from civic.letters.news import CORRECTION, News, read_news, town_language
from civic.letters.papers import compose_news, envelope
from civic.letters.sealed import seal
from civic.letters.waiting import mail_news, mails_of
from civic.people.known_identity import Opened, contact_among, identities_of_all
from civic.permissions.actor import Actor
from civic.permissions.decision import Refusal, Refused

KIND = "civic.letter_batch"
MOST = 500
"""Letters of one batch: what is printed, folded and posted in one go; the others wait for the next one."""
KEPT = timedelta(days=90)
"""How long a batch that was sent can be printed again, should the post lose it; then its letters are forgotten."""
BY_MAIL, NO_ADDRESS, NO_NEWS = "mail", "address", "news"


def make_batch(session: Session, actor: Actor, at: datetime) -> LetterBatch | None:
    """Put the letters that wait in a batch, as they will be printed; None when none is left to print.

    Whoever has an e-mail address by now is told there; whoever has no address any more, or whose news is no longer
    public, gets nothing. Raises Refused when nothing waits.
    """
    waiting = session.scalars(
        select(Letter)
        .where(Letter.batch_id.is_(None), Letter.settled_at.is_(None))
        .order_by(Letter.id)
        .limit(MOST)
        .with_for_update()
    ).all()
    if not waiting:
        raise Refused(Refusal("no_letter", _("No letter is waiting.")))
    batch = LetterBatch(kind=ANSWERS, prepared_at=at, prepared_by_id=actor.account_id, letter_count=0)
    session.add(batch)
    session.flush()
    with writing_in(town_language()):
        batch.letter_count = _fill(session, batch, waiting, at)
    if not batch.letter_count:
        session.delete(batch)
        session.flush()
        return None
    record(session, actor, "make_letters", kind=KIND, subject_id=batch.id, at=at, details={"count": batch.letter_count})
    return batch


def note_download(session: Session, actor: Actor, batch_id: int, at: datetime) -> None:
    """Keep who took the letters of a batch out of the portal, each time: they hold names and addresses."""
    batch = session.get_one(LetterBatch, batch_id)
    record(session, actor, "download_letters", kind=KIND, subject_id=batch.id, at=at, details={"kind": batch.kind})


def mark_sent(session: Session, actor: Actor, batch_id: int, at: datetime) -> LetterBatch:
    """Keep that a batch was printed and posted, once. Raises Refused when it was sent or taken back before.

    From then on nobody at the desk can print its codes again: the nonces they are drawn from are forgotten.
    """
    batch = _open_batch(session, batch_id)
    batch.sent_at, batch.sent_by_id = at, actor.account_id
    session.execute(update(LetterCode).where(LetterCode.batch_id == batch.id).values(nonce=""))
    record(session, actor, "send_letters", kind=KIND, subject_id=batch.id, at=at, details={"kind": batch.kind})
    return batch


def withdraw_batch(session: Session, actor: Actor, batch_id: int, at: datetime) -> LetterBatch:
    """Take back a batch that was not sent: its letters wait again, its codes serve no more. Raises Refused otherwise."""
    batch = _open_batch(session, batch_id)
    batch.withdrawn_at, batch.withdrawn_by_id = at, actor.account_id
    if batch.kind in WITH_CODES:
        alive = (LetterCode.batch_id == batch.id, LetterCode.used_at.is_(None), LetterCode.revoked_at.is_(None))
        session.execute(update(LetterCode).where(*alive).values(revoked_at=at, sealed=None, nonce=""))
    else:
        unsent = (Letter.batch_id == batch.id, Letter.settled_at.is_(None))
        session.execute(update(Letter).where(*unsent).values(batch_id=None, sealed=None))
    record(session, actor, "withdraw_letters", kind=KIND, subject_id=batch.id, at=at, details={"kind": batch.kind})
    return batch


def forget_sent(session: Session, at: datetime) -> None:
    """Forget what the letters of batches sent long ago said, and to whom (run every day)."""
    old = select(LetterBatch.id).where(LetterBatch.sent_at < at - KEPT)
    session.execute(update(Letter).where(Letter.batch_id.in_(old), Letter.sealed.is_not(None)).values(sealed=None))


def _open_batch(session: Session, batch_id: int) -> LetterBatch:
    """The batch, locked, while it is neither sent nor taken back."""
    batch = lock(session, LetterBatch, batch_id)
    if batch is None or batch.withdrawn_at is not None:
        raise Refused(Refusal("batch_withdrawn", _("This batch was taken back: nothing in it is sent.")))
    if batch.sent_at is not None:
        raise Refused(Refusal("batch_sent", _("This batch is marked as sent already.")))
    return batch


def _fill(session: Session, batch: LetterBatch, waiting: Iterable[Letter], at: datetime) -> int:
    """Seal each letter that is printed, settle the others; how many are printed."""
    letters = sorted(waiting, key=lambda letter: (letter.person_id, letter.id))  # one envelope per person
    persons = {letter.person_id for letter in letters}
    mails, identities = mails_of(session, persons), identities_of_all(session, persons)
    told = {key: read_news(session, *key) for key in {(letter.item_id, letter.event) for letter in letters}}
    printed: set[tuple[int, int]] = set()
    count = 0
    for letter in letters:
        news = told[letter.item_id, letter.event]
        answered = (letter.person_id, letter.item_id)
        if news is None or (letter.event.startswith(CORRECTION) and answered in printed):
            settle(letter, NO_NEWS, at)  # the letter before already holds the corrected answer
            continue
        known = identities.get(letter.person_id, [])
        mail = mails.get(letter.person_id) or contact_among(known).email
        if mail:
            mail_news(session, news, letter.person_id, mail, at)
            settle(letter, BY_MAIL, at)
        elif not contact_among(known).address:
            settle(letter, NO_ADDRESS, at)
        else:
            count += 1
            letter.place = count
            _seal(session, batch, letter, news, known)
            printed |= {answered} if news.answer is not None else set()
    return count


def _seal(session: Session, batch: LetterBatch, letter: Letter, news: News, known: list[Opened]) -> None:
    """Write the letter as it will be printed, and put it in the batch."""
    to = envelope(known[0].identity, contact_among(known).address)
    is_author = news.author_id == letter.person_id
    paper = compose_news(session, news, to, is_author=is_author, at=batch.prepared_at)
    letter.sealed, letter.batch_id = seal(f"letter {letter.id}", paper), batch.id


def settle(letter: Letter, how: str, at: datetime) -> None:
    """The letter is not to be posted."""
    letter.settled_at, letter.settled_by = at, how


def has_waited(session: Session, since: datetime) -> bool:
    """Whether a letter has waited since that moment or before."""
    oldest = select(Letter.id).where(Letter.batch_id.is_(None), Letter.settled_at.is_(None), Letter.queued_at <= since)
    return session.scalar(oldest.limit(1)) is not None
