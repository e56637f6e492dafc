# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is told of what: the author and the followers when an item moves, the signatory when an answer awaits."""

from datetime import date

from sqlalchemy import Select, select, union
from sqlalchemy.orm import Session

from civic.answers.models import Answer
from civic.events.base import AnswerCorrected, Transitioned
from civic.follows.models import Follow
from civic.i18n.setup import current_zone
from civic.i18n.texts import pick
from civic.items.models import Item
from civic.journal.models import JournalText
from civic.module import Listener
from civic.notifications.mail import address_of, send_about, send_to
from civic.people.absences import absence_on
from civic.people.accounts import TAKES_MAIL
from civic.people.delegations import in_force
from civic.people.models import Account, Delegation
from civic.registry import current_registry
from civic.settings.workflows import lifecycle


def tell_followers(session: Session, event: Transitioned) -> None:
    """ "Your proposal moved": to its author and to whoever follows it, once each, when the new state is public.

    A state that is not public (withdrawn before publication, dropped) tells nobody.
    """
    resource = current_registry().resource(event.kind)
    item = session.get(Item, event.subject_id)
    if resource is None or item is None or item.number is None or event.kind.startswith("civic.") or not item.visible:
        return
    cycle = lifecycle(session, resource.workflow, resource.policy)
    state = resource.workflow.state(event.to_state)
    names = cycle.setup.labels.get(state.name)
    reason = session.scalar(select(JournalText.text).where(JournalText.entry_uid == event.entry_uid)) or ""
    for account in session.scalars(_with_mail(_readers(item))):
        send_about(
            session,
            account,
            item,
            resource.endpoint,
            "item_moved",
            at=event.at,
            is_author=item.author_id == account.person_id,
            state=pick(names, account.language) or state.label,
            is_final=state.final,
            reason=reason,
            due_at=item.due_at,
            waits_for_author=state.waits_for_author,
        )


def _readers(item: Item) -> Select[tuple[int]]:
    """Accounts of the author and of the followers."""
    author = select(Account.id).where(Account.person_id == item.author_id)
    followers = select(Follow.account_id).where(Follow.item_id == item.id)
    return select(union(author, followers).subquery().c.id)


def _with_mail(account_ids: Select[tuple[int]] | set[int]) -> Select[Account]:
    """Those of these accounts that mail reaches."""
    return select(Account).where(Account.id.in_(account_ids), TAKES_MAIL)


def tell_corrected(session: Session, event: AnswerCorrected) -> None:
    """ "The town corrected its answer": to whoever was told of the answer, with the public reason."""
    answer = session.get(Answer, event.answer_id)
    item = session.get(Item, answer.item_id) if answer is not None else None
    resource = current_registry().resource(item.kind) if item is not None else None
    if item is None or resource is None or item.number is None or not item.visible:
        return
    for account in session.scalars(_with_mail(_readers(item))):
        send_about(session, account, item, resource.endpoint, "answer_corrected", at=event.at, reason=event.reason)


def tell_signatory(session: Session, event: Transitioned) -> None:
    """ "An answer awaits your signature": to the official and, while the official is away, to whoever stands in."""
    if event.kind != "civic.answer" or event.to_state != "to_sign":
        return
    answer = session.get(Answer, event.subject_id)
    if answer is None or answer.signer_id is None or answer.state != "to_sign":
        return
    item = session.get_one(Item, answer.item_id)
    told = {answer.signer_id, *_standing_in(session, answer.signer_id, event.at.astimezone(current_zone()).date())}
    for account in session.scalars(_with_mail(told)):
        send_to(
            session,
            account,
            "answer_awaits",
            at=event.at,
            title=pick(item.title, account.language),
            number=item.number,
            due_at=answer.due_at,
            url=address_of("desk.answer", account.language, answer_id=answer.id),
        )


def _standing_in(session: Session, official_id: int, day: date) -> set[int]:
    """Who is told in an absent official's place: the replacement, and the deputies whose delegation holds that day."""
    away = absence_on(session, official_id, day)
    if away is None:
        return set()
    deputies = session.scalars(select(Delegation.deputy_id).where(Delegation.official_id == official_id, in_force(day)))
    return {*deputies, *((away.replacement_id,) if away.replacement_id is not None else ())}


LISTENERS = (
    Listener(Transitioned, tell_followers),
    Listener(Transitioned, tell_signatory),
    Listener(AnswerCorrected, tell_corrected),
)
