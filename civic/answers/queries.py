# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading answers: what the public may see is signed, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from civic.answers.models import Answer, AnswerCorrection, AnswerStep
from civic.items.models import Item
from civic.people.models import Absence, Account, Delegation, Person


@dataclass(frozen=True)
class SignedAnswer:
    """The public part of an answer."""

    id: int
    item_id: int
    transition: str
    body: str
    cost_eur: int | None
    decision_reference: str
    planned_for: str
    signer_name: str
    signer_title: str
    signed_at: datetime


_PUBLIC = (
    Answer.id,
    Answer.item_id,
    Answer.transition,
    Answer.body,
    Answer.cost_eur,
    Answer.decision_reference,
    Answer.planned_for,
    Answer.signer_name,
    Answer.signer_title,
    Answer.signed_at,
)


def signed_answers(session: Session, item_ids: Sequence[int]) -> dict[int, SignedAnswer]:
    """The last signed answer of each item, in one query."""
    rows = session.execute(
        select(*_PUBLIC)
        .where(Answer.item_id.in_(item_ids), Answer.state == "signed")
        .order_by(Answer.signed_at, Answer.id)
    )
    return {row.item_id: SignedAnswer(**row._mapping) for row in rows}


def signed_answer(session: Session, item_id: int) -> SignedAnswer | None:
    """The last signed answer of one item."""
    return signed_answers(session, [item_id]).get(item_id)


@dataclass(frozen=True)
class Correction:
    """A correction as the public reads it, with what was published before; `former_body` is empty where the text stood."""

    at: datetime
    reason: str
    former_body: str
    former_facts: dict[str, Any]


def corrections(session: Session, answer: Answer | SignedAnswer) -> list[Correction]:
    """Public corrections of a signed answer, oldest first."""
    rows = session.scalars(
        select(AnswerCorrection).where(AnswerCorrection.answer_id == answer.id).order_by(AnswerCorrection.id)
    ).all()
    following = [*(row.former_body for row in rows[1:]), answer.body]
    return [
        Correction(row.at, row.reason, row.former_body if row.former_body != after else "", row.former_facts)
        for row, after in zip(rows, following, strict=False)
    ]


def answers_of(session: Session, item_id: int) -> Sequence[Answer]:
    """All answers of an item, newest first (desk)."""
    return session.scalars(select(Answer).where(Answer.item_id == item_id).order_by(Answer.id.desc())).all()


def steps(session: Session, answer_id: int) -> Sequence[Any]:
    """Steps of the visa with who made them, oldest first (desk)."""
    return session.execute(
        select(AnswerStep.act, AnswerStep.comment, AnswerStep.at, Person.display_name.label("by"), Account.title)
        .join(Account, Account.id == AnswerStep.by_id)
        .join(Person, Person.id == Account.person_id)
        .where(AnswerStep.answer_id == answer_id)
        .order_by(AnswerStep.id)
    ).all()


def awaiting(account_id: int, department_ids: frozenset[int], *, reviews: bool, on: date) -> Select[*tuple[Any, ...]]:
    """Answers that wait for someone: to draft in their departments or for whom they replace, to review for clerks, to
    sign as official, deputy or replacement. Rows: answer id, state, due, item id, number, title."""
    deputised = select(Delegation.official_id).where(
        Delegation.deputy_id == account_id,
        Delegation.from_on <= on,
        or_(Delegation.until_on.is_(None), Delegation.until_on > on),
    )
    replaced = select(Absence.account_id).where(
        Absence.replacement_id == account_id, Absence.from_on <= on, Absence.until_on > on
    )
    mine = [
        and_(
            Answer.state == "to_sign",
            or_(Answer.signer_id == account_id, Answer.signer_id.in_(deputised), Answer.signer_id.in_(replaced)),
        ),
        and_(
            Answer.state == "draft",
            or_(
                Answer.drafted_by_id == account_id,
                Answer.drafted_by_id.in_(replaced),
                Answer.department_id.in_(department_ids),
            ),
        ),
    ]
    if reviews:
        mine.append(Answer.state == "review")
    return (
        select(Answer.id, Answer.state, Answer.due_at, Item.id.label("item_id"), Item.number, Item.title)
        .join(Item, Item.id == Answer.item_id)
        .where(or_(*mine))
        .order_by(Answer.due_at, Answer.id)
    )
