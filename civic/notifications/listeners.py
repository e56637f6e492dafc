# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is told of what: the author and the followers when an item moves, the signatory when an answer awaits."""

from datetime import datetime

from sqlalchemy import Select, select, union
from sqlalchemy.orm import Session

from civic.answers.models import Answer
from civic.events.base import Transitioned
from civic.follows.models import Follow
from civic.i18n.texts import pick
from civic.items.models import Item
from civic.journal.models import JournalText
from civic.module import Listener
from civic.notifications.mail import address_of, send
from civic.people.models import Absence, Account
from civic.registry import current_registry
from civic.workflow.declaration import State


def tell_followers(session: Session, event: Transitioned) -> None:
    """ "Your proposal moved": to its author and to whoever follows it, once each, when the new state is public.

    A state that is not public (withdrawn before publication, dropped) tells nobody.
    """
    resource = current_registry().resource(event.kind)
    item = session.get(Item, event.subject_id)
    if resource is None or item is None or item.number is None or event.kind.startswith("civic.") or not item.visible:
        return
    state = resource.workflow.state(event.to_state)
    reason = session.scalar(select(JournalText.text).where(JournalText.entry_uid == event.entry_uid)) or ""
    for account in session.scalars(select(Account).where(Account.id.in_(_readers(item)), Account.closed_at.is_(None))):
        _tell(session, account, item, state, reason, resource.endpoint, event.at)


def _readers(item: Item) -> Select[tuple[int]]:
    """Accounts of the author and of the followers."""
    author = select(Account.id).where(Account.person_id == item.author_id)
    followers = select(Follow.account_id).where(Follow.item_id == item.id)
    return select(union(author, followers).subquery().c.id)


def _tell(
    session: Session, account: Account, item: Item, state: State, reason: str, endpoint: str, at: datetime
) -> None:
    """One mail."""
    send(
        session,
        to=account.email,
        template="item_moved",
        language=account.language,
        at=at,
        context={
            "title": pick(item.title, account.language),
            "number": item.number,
            "is_author": item.author_id == account.person_id,
            "state": state,
            "reason": reason,
            "due_at": item.due_at,
            "url": address_of(endpoint, account.language, number=item.number),
        },
    )


def tell_signatory(session: Session, event: Transitioned) -> None:
    """ "An answer awaits your signature": to the official and, while the official is away, to the replacement."""
    if event.kind != "civic.answer" or event.to_state != "to_sign":
        return
    answer = session.get(Answer, event.subject_id)
    if answer is None or answer.signer_id is None or answer.state != "to_sign":
        return
    item = session.get_one(Item, answer.item_id)
    day = event.at.date()
    replacements = select(Absence.replacement_id).where(
        Absence.account_id == answer.signer_id, Absence.from_on <= day, Absence.until_on > day
    )
    told = {answer.signer_id, *(key for key in session.scalars(replacements) if key is not None)}
    for account in session.scalars(select(Account).where(Account.id.in_(told), Account.closed_at.is_(None))):
        send(
            session,
            to=account.email,
            template="answer_awaits",
            language=account.language,
            at=event.at,
            context={
                "title": pick(item.title, account.language),
                "number": item.number,
                "due_at": answer.due_at,
                "url": address_of("desk.answer", account.language, answer_id=answer.id),
            },
        )


LISTENERS = (Listener(Transitioned, tell_followers), Listener(Transitioned, tell_signatory))
