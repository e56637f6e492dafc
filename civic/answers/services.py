# SPDX-License-Identifier: AGPL-3.0-or-later
"""Drafting and reviewing an answer. Signing stands apart, in signature.py; correcting what is signed, in corrections.py."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from civic.answers.guards import digest
from civic.answers.models import Answer, AnswerStep
from civic.answers.permissions import ANSWER_POLICY
from civic.answers.workflow import ANSWER, ANSWER_KIND
from civic.db.session import lock
from civic.items.models import Item
from civic.journal.entries import record
from civic.permissions.actor import Actor
from civic.permissions.decision import Missing, Refusal, Refused, StaleVersion
from civic.settings.workflows import lifecycle
from civic.workflow.declaration import TransitionData, Workflow
from civic.workflow.engine import perform, start

BODY_MAX = 10_000
"""Characters of an answer: four printed pages."""


@dataclass(frozen=True, kw_only=True)
class AnswerContent:
    """What may be wrong in an answer without the decision being another one."""

    body: str
    cost_eur: int | None = None
    decision_reference: str = ""
    planned_for: str = ""

    def faults(self) -> dict[str, str]:
        """What is wrong in it, by field."""
        wrong: dict[str, str] = {}
        if len(self.body) > BODY_MAX:
            wrong["body"] = _("Write at most %(count)s characters.", count=BODY_MAX)
        if self.cost_eur is not None and not 0 <= self.cost_eur < 10**12:
            wrong["cost_eur"] = _("Write an amount in euros, without cents.")
        return wrong

    def write_to(self, answer: Answer) -> None:
        """Copy what was written."""
        answer.body = self.body.strip()
        answer.cost_eur = self.cost_eur
        answer.decision_reference = self.decision_reference.strip()
        answer.planned_for = self.planned_for.strip()


@dataclass(frozen=True, kw_only=True)
class AnswerText(AnswerContent):
    """What the public will read."""

    transition: str
    signer_id: int | None


def draft_answer(
    session: Session, actor: Actor, item: Item, workflow: Workflow, text: AnswerText, at: datetime
) -> Answer:
    """Begin the answer to an item; `workflow` is the item's.

    Raises Denied, Missing, or Refused when an answer is already being prepared (a database constraint).
    """
    ANSWER_POLICY.require("answer:draft", actor, item, at)
    _check(workflow, item, text)
    assert actor.account_id is not None
    answer = Answer(
        item_id=item.id,
        item_state=item.state,
        drafted_by_id=actor.account_id,
        department_id=item.department_id,
        created_at=at,
    )
    _write(answer, text)
    try:
        with session.begin_nested():
            start(session, lifecycle(session, ANSWER, ANSWER_POLICY), actor, answer, at)
    except IntegrityError:
        raise Refused(Refusal("already_drafted", _("An answer to this file is already being prepared."))) from None
    _step(session, actor, answer, "draft", "", at)
    return answer


def edit_answer(
    session: Session, actor: Actor, answer_id: int, workflow: Workflow, text: AnswerText, *, version: int, at: datetime
) -> Answer:
    """Change the text. After the review, the review falls and the answer goes back to it.

    Raises Denied, StaleVersion, Missing, or Refused once it is signed or dropped.
    """
    answer = lock(session, Answer, answer_id)
    assert answer is not None
    item = session.get_one(Item, answer.item_id)
    ANSWER_POLICY.require("answer:draft", actor, answer, at)
    require_version(answer, version)
    if answer.state in ("signed", "dropped"):
        raise Refused(Refusal("closed", _("This answer is no longer a draft.")))
    _check(workflow, item, text)
    before = digest(answer)
    _write(answer, text)
    answer.item_state = item.state
    if answer.state == "to_sign" and digest(answer) != before:
        perform(session, lifecycle(session, ANSWER, ANSWER_POLICY), actor, _flushed(session, answer), "revise", at=at)
        _step(session, actor, answer, "revise", "", at)
    else:
        answer.version += 1
        record(
            session, actor, "edit", kind=ANSWER_KIND, subject_id=answer.id, at=at, details={"digest": digest(answer)}
        )
    return answer


def move_answer(
    session: Session, actor: Actor, answer_id: int, act: str, *, version: int, comment: str, at: datetime
) -> Answer:
    """A step of the visa before the signature, with its comment.

    Raises what `perform` raises, and Refused for the signature, the return by whoever signs (see signature.py) and the
    fall of the review, which have ways of their own.
    """
    if act in ("sign", "return_review", "revise"):
        raise Refused(Refusal("wrong_way", _("This step is not made here.")))
    answer = lock(session, Answer, answer_id)
    assert answer is not None
    return step_on(session, actor, answer, act, version=version, comment=comment, at=at)


def step_on(
    session: Session, actor: Actor, answer: Answer, act: str, *, version: int, comment: str, at: datetime
) -> Answer:
    """Move a locked answer and keep the step for the desk; whether the actor is the one who may was checked."""
    cycle = lifecycle(session, ANSWER, ANSWER_POLICY)
    perform(session, cycle, actor, answer, act, at=at, version=version, data=TransitionData(reason=comment))
    _step(session, actor, answer, act, comment, at)
    return answer


def _check(workflow: Workflow, item: Item, text: AnswerText) -> None:
    """The verdict must be one that the item's workflow gives to an answer, from where the item stands."""
    verdicts = {transition.name for transition in workflow.leaving(item.state) if transition.through_answer}
    if not verdicts:
        raise Refused(Refusal("no_answer_now", _("This file is not at a stage where it is answered.")))
    wrong = text.faults()
    if text.transition not in verdicts:
        wrong["transition"] = _("Choose what the town answers.")
    if wrong:
        raise Missing(wrong)


def _write(answer: Answer, text: AnswerText) -> None:
    """Copy what was written."""
    text.write_to(answer)
    answer.transition = text.transition
    answer.signer_id = text.signer_id


def _flushed(session: Session, answer: Answer) -> Answer:
    """The answer, written to the database: the engine reads it again."""
    session.flush()
    return answer


def require_version(answer: Answer, version: int) -> None:
    """A stale page is told."""
    if answer.version != version:
        raise StaleVersion(
            Refusal(
                "stale", _("Someone changed this answer while you were writing. Read what is new: your text is kept.")
            )
        )


def _step(session: Session, actor: Actor, answer: Answer, act: str, comment: str, at: datetime) -> None:
    """Keep the step for the desk."""
    assert actor.account_id is not None
    session.flush()
    session.add(AnswerStep(answer_id=answer.id, act=act, by_id=actor.account_id, comment=comment, at=at))
