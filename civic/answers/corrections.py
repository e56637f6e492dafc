# SPDX-License-Identifier: AGPL-3.0-or-later
"""Correcting a published error in a signed answer, with notice and public reason: what was published stays readable."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from civic.answers.guards import digest
from civic.answers.models import Answer, AnswerCorrection
from civic.answers.permissions import ANSWER_POLICY
from civic.answers.services import AnswerContent, require_version
from civic.answers.workflow import ANSWER_KIND
from civic.db.session import lock
from civic.events.base import AnswerCorrected
from civic.events.outbox import announce
from civic.journal.entries import record
from civic.permissions.actor import Actor
from civic.permissions.decision import Missing, Refusal, Refused

FACTS = ("cost_eur", "decision_reference", "planned_for")
"""What is corrected beside the text."""


def correct_answer(
    session: Session, actor: Actor, answer_id: int, content: AnswerContent, *, reason: str, version: int, at: datetime
) -> AnswerCorrection:
    """Correct a published error (a wrong date, cost or number): the former values, the reason and the date stay readable.

    The verdict and the signatory are no errors of writing: another decision is another answer.
    Raises Denied, StaleVersion, Missing, or Refused when the answer is not published.
    """
    answer = lock(session, Answer, answer_id)
    assert answer is not None
    ANSWER_POLICY.require("answer:correct", actor, answer, at)
    require_version(answer, version)
    if answer.state != "signed":
        raise Refused(Refusal("not_published", _("Only a published answer is corrected.")))
    former_body, former = answer.body, {name: getattr(answer, name) for name in FACTS}
    content.write_to(answer)
    changed = {name: value for name, value in former.items() if getattr(answer, name) != value}
    wrong = content.faults()
    if not reason.strip():
        wrong["reason"] = _("Say what was wrong: it is public.")
    if len(answer.body) < 20 or (answer.body == former_body and not changed):
        wrong["body"] = _("Write the corrected text.")
    if wrong:
        raise Missing(wrong)
    assert actor.account_id is not None
    correction = AnswerCorrection(
        answer_id=answer.id,
        former_body=former_body,
        former_facts=changed,
        reason=reason.strip(),
        by_id=actor.account_id,
        at=at,
    )
    answer.version += 1
    session.add(correction)
    record(
        session,
        actor,
        "correct",
        kind=ANSWER_KIND,
        subject_id=answer.id,
        at=at,
        text=correction.reason,
        details={"digest": digest(answer), "former": changed},
    )
    session.flush()
    announce(session, AnswerCorrected(answer.id, correction.reason, at, correction.id), at=at)
    return correction
