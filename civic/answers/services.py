# SPDX-License-Identifier: AGPL-3.0-or-later
"""Drafting, reviewing and correcting an answer. Signing stands apart, in signature.py."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from civic.answers.guards import digest
from civic.answers.models import Answer, AnswerCorrection, AnswerStep
from civic.answers.permissions import ANSWER_POLICY
from civic.answers.workflow import ANSWER, ANSWER_KIND
from civic.db.session import lock
from civic.events.base import AnswerCorrected
from civic.events.outbox import announce
from civic.items.models import Item
from civic.journal.entries import record
from civic.permissions.actor import Actor
from civic.permissions.decision import Missing, Refusal, Refused, StaleVersion
from civic.settings.workflows import lifecycle
from civic.workflow.declaration import TransitionData, Workflow
from civic.workflow.engine import perform, start

BODY_MAX = 10_000
"""Characters of an answer: four printed pages."""


@dataclass(frozen=True)
class AnswerText:
    """What the public will read."""

    transition: str
    body: str
    signer_id: int | None
    cost_eur: int | None = None
    decision_reference: str = ""
    planned_for: str = ""


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
    _require_version(answer, version)
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
    """A step of the visa other than the signature, with its comment.

    Raises what `perform` raises, and Refused for `sign` and `revise`, which have ways of their own.
    """
    if act in ("sign", "revise"):
        raise Refused(Refusal("wrong_way", _("This step is not made here.")))
    answer = lock(session, Answer, answer_id)
    assert answer is not None
    cycle = lifecycle(session, ANSWER, ANSWER_POLICY)
    perform(session, cycle, actor, answer, act, at=at, version=version, data=TransitionData(reason=comment))
    _step(session, actor, answer, act, comment, at)
    return answer


def correct_answer(
    session: Session, actor: Actor, answer_id: int, *, body: str, reason: str, version: int, at: datetime
) -> AnswerCorrection:
    """Correct a published error (a wrong date), in public: the former text, the reason and the date stay readable.

    Raises Denied, StaleVersion, Missing, or Refused when the answer is not published.
    """
    answer = lock(session, Answer, answer_id)
    assert answer is not None
    ANSWER_POLICY.require("answer:correct", actor, answer, at)
    _require_version(answer, version)
    if answer.state != "signed":
        raise Refused(Refusal("not_published", _("Only a published answer is corrected.")))
    empty = {}
    if not reason.strip():
        empty["reason"] = _("Say what was wrong: it is public.")
    if len(body.strip()) < 20 or body.strip() == answer.body:
        empty["body"] = _("Write the corrected text.")
    if empty:
        raise Missing(empty)
    assert actor.account_id is not None
    correction = AnswerCorrection(
        answer_id=answer.id, former_body=answer.body, reason=reason.strip(), by_id=actor.account_id, at=at
    )
    answer.body = body.strip()
    answer.version += 1
    session.add(correction)
    record(
        session,
        actor,
        "correct",
        kind=ANSWER_KIND,
        subject_id=answer.id,
        at=at,
        text=reason.strip(),
        details={"digest": digest(answer)},
    )
    session.flush()
    announce(session, AnswerCorrected(answer.id, reason.strip(), at), at=at)
    return correction


def _check(workflow: Workflow, item: Item, text: AnswerText) -> None:
    """The verdict must be one that the item's workflow gives to an answer, from where the item stands."""
    verdicts = {transition.name for transition in workflow.leaving(item.state) if transition.through_answer}
    if not verdicts:
        raise Refused(Refusal("no_answer_now", _("This file is not at a stage where it is answered.")))
    wrong = {}
    if text.transition not in verdicts:
        wrong["transition"] = _("Choose what the town answers.")
    if len(text.body) > BODY_MAX:
        wrong["body"] = _("Write at most %(count)s characters.", count=BODY_MAX)
    if text.cost_eur is not None and not 0 <= text.cost_eur < 10**12:
        wrong["cost_eur"] = _("Write an amount in euros, without cents.")
    if wrong:
        raise Missing(wrong)


def _write(answer: Answer, text: AnswerText) -> None:
    """Copy what was written."""
    answer.transition = text.transition
    answer.body = text.body.strip()
    answer.signer_id = text.signer_id
    answer.cost_eur = text.cost_eur
    answer.decision_reference = text.decision_reference.strip()
    answer.planned_for = text.planned_for.strip()


def _flushed(session: Session, answer: Answer) -> Answer:
    """The answer, written to the database: the engine reads it again."""
    session.flush()
    return answer


def _require_version(answer: Answer, version: int) -> None:
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
