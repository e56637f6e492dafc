# SPDX-License-Identifier: AGPL-3.0-or-later
"""What proposals do about facts announced by the core."""

from sqlalchemy.orm import Session

from civic.answers.models import Answer, AnswerCorrection
from civic.events.base import AnswerCorrected

from .models import Proposal


def plan_as_corrected(session: Session, event: AnswerCorrected) -> None:
    """The planned date a proposal took from its answer follows the correction; a date told since then stands."""
    correction = session.get(AnswerCorrection, event.correction_id)
    if correction is None or "planned_for" not in correction.former_facts:
        return
    answer = session.get_one(Answer, correction.answer_id)
    proposal = session.get(Proposal, answer.item_id)
    if proposal is not None and proposal.planned_for == correction.former_facts["planned_for"]:
        proposal.planned_for = answer.planned_for
