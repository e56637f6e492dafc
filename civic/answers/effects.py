# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the steps of the visa write besides the state."""

from datetime import datetime

from sqlalchemy.orm import Session

from civic.answers.guards import digest
from civic.answers.models import Answer
from civic.permissions.actor import Actor
from civic.workflow.declaration import TransitionData


def review_recorded(session: Session, answer: Answer, actor: Actor, data: TransitionData, at: datetime) -> None:
    """What was read is what may be signed."""
    answer.reviewed_by_id = actor.account_id
    answer.reviewed_digest = digest(answer)


def review_falls(session: Session, answer: Answer, actor: Actor, data: TransitionData, at: datetime) -> None:
    """An edit or a return after the review: it must be reviewed again."""
    answer.reviewed_by_id = None
    answer.reviewed_digest = ""
