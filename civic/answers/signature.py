# SPDX-License-Identifier: AGPL-3.0-or-later
"""The signature, one transaction that publishes the answer and moves its item; or the return instead of it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.answers.models import Answer, AnswerStep
from civic.answers.permissions import ANSWER_POLICY
from civic.answers.services import step_on
from civic.answers.workflow import ANSWER
from civic.db.session import lock
from civic.items.models import Item
from civic.people.absences import absence_on, stands_in_for
from civic.people.delegations import SigningRight, may_sign
from civic.people.models import Account, Delegation, Person
from civic.permissions.actor import Actor
from civic.permissions.decision import Denied, Refusal, Refused
from civic.settings.workflows import lifecycle
from civic.workflow.declaration import TransitionData
from civic.workflow.engine import Lifecycle, perform


def authority(session: Session, actor: Actor, answer: Answer, at: datetime, zone: ZoneInfo) -> SigningRight | Refusal:
    """The right to sign this answer today, as the official or under a delegation (CGCT L2122-18), or why not."""
    if answer.signer_id is None:
        return Refusal("signer_missing", _("Choose the elected official who answers."))
    today = at.astimezone(zone).date()
    assert actor.account_id is not None
    right = may_sign(session, actor.account_id, answer.signer_id, today)
    return right or _why_not(session, actor.account_id, answer.signer_id, today)


def may_return(session: Session, actor: Actor, answer: Answer, at: datetime, zone: ZoneInfo) -> Refusal | None:
    """Why the actor may not send the answer back before signing; None when they may.

    Whoever may sign may; so may whoever stands in for an absent official without a delegation: nothing is published.
    """
    capacity = authority(session, actor, answer, at, zone)
    if isinstance(capacity, SigningRight):
        return None
    assert actor.account_id is not None
    replaces = answer.signer_id in stands_in_for(session, actor.account_id, at.astimezone(zone).date())
    return None if replaces else capacity


def return_answer(
    session: Session, actor: Actor, answer_id: int, *, version: int, comment: str, at: datetime, zone: ZoneInfo
) -> Answer:
    """Send it back to the department with a comment, instead of signing. Raises Denied, StaleVersion or Missing."""
    answer = lock(session, Answer, answer_id)
    assert answer is not None
    ANSWER_POLICY.require("answer:sign", actor, answer, at)
    refusal = may_return(session, actor, answer, at, zone)
    if refusal is not None:
        raise Denied(refusal)
    return step_on(session, actor, answer, "return_review", version=version, comment=comment, at=at)


def _why_not(session: Session, account_id: int, signer_id: int, today: date) -> Refusal:
    """The refusal that says what to do: renew a delegation, record one, or name a replacement."""
    held = select(Delegation.id).where(Delegation.official_id == signer_id, Delegation.deputy_id == account_id)
    if session.scalar(held.limit(1)) is not None:
        return Refusal(
            "delegation_expired", _("Your delegation does not hold today: have a new one recorded under “Delegations”.")
        )
    if signer_id in stands_in_for(session, account_id, today):
        return Refusal(
            "replaces_without_delegation",
            _(
                "You replace the official who is away, but no delegation of signature to you holds today: have one recorded."
            ),
        )
    away = absence_on(session, signer_id, today)
    if away is not None and away.replacement_id is None:
        return Refusal(
            "nobody_replaces",
            _("The official is away and nobody was named in their place: name a replacement and record a delegation."),
        )
    return Refusal("not_signer", _("Another elected official answers for this file."))


def sign_answer(
    session: Session, actor: Actor, answer_id: int, item_cycle: Lifecycle, *, version: int, at: datetime, zone: ZoneInfo
) -> Answer:
    """Sign: the answer becomes public and the item takes the state it announces, together or not at all.

    `item_cycle` is the item's own lifecycle. Raises Denied, StaleVersion or Refused (review fallen, delegation expired,
    nobody replaces, the item moved meanwhile): nothing is then changed and the text is kept.
    """
    answer = session.get_one(Answer, answer_id)
    item = lock(session, Item, answer.item_id)  # always item before answer: two signatures never wait for each other
    answer = lock(session, Answer, answer_id) or answer
    assert item is not None
    ANSWER_POLICY.require("answer:sign", actor, answer, at)
    capacity = authority(session, actor, answer, at, zone)
    if isinstance(capacity, Refusal):
        raise Denied(capacity)
    if item.state != answer.item_state:
        raise Refused(
            Refusal(
                "item_moved",
                _("The file moved after this answer was written. Return it to the department: the text is kept."),
            )
        )
    perform(session, lifecycle(session, ANSWER, ANSWER_POLICY), actor, answer, "sign", at=at, version=version)
    _sign(session, actor, answer, capacity, at)
    data = TransitionData(planned_for=answer.planned_for, details={"answer": answer.id})
    perform(session, item_cycle, actor, item, answer.transition, at=at, data=data, answered=True)
    return answer


def _sign(session: Session, actor: Actor, answer: Answer, capacity: SigningRight, at: datetime) -> None:
    """Write who signed, in which capacity, as it will be read for ever."""
    assert actor.account_id is not None
    account = session.get_one(Account, actor.account_id)
    answer.signed_by_id = account.id
    answer.signed_at = at
    answer.signer_name = _full_name(session, account.id)
    answer.signer_title = account.title
    if capacity.delegation is not None:
        answer.delegation_id = capacity.delegation.id
        official = _full_name(session, capacity.official_id)
        under = f"par délégation de {official} ({capacity.delegation.act_reference})"
        answer.signer_title = ", ".join(part for part in (account.title, under) if part)[:200]
    session.add(AnswerStep(answer_id=answer.id, act="sign", by_id=account.id, comment="", at=at))


def _full_name(session: Session, account_id: int) -> str:
    """First name and surname of an official: public, they act in that function."""
    person = session.execute(
        select(Person.given_name, Person.family_name, Person.display_name)
        .join(Account, Account.person_id == Person.id)
        .where(Account.id == account_id)
    ).one()
    return f"{person.given_name} {person.family_name}".strip() or person.display_name
