# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why an answer cannot go further yet."""

import hashlib
import json
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _

from civic.answers.models import Answer
from civic.permissions.actor import Actor
from civic.permissions.decision import Refusal


def text_is_written(actor: Actor, subject: Any, at: datetime) -> Refusal | None:
    """A motivated answer has a text of its own."""
    if len((subject.body or "").strip()) >= 20:
        return None
    return Refusal("text_missing", _("Write the answer first: what is decided, and why."))


def signer_is_named(actor: Actor, subject: Any, at: datetime) -> Refusal | None:
    """Someone elected answers for it."""
    if subject.signer_id is not None:
        return None
    return Refusal("signer_missing", _("Choose the elected official who answers."))


def review_still_holds(actor: Actor, subject: Any, at: datetime) -> Refusal | None:
    """What is signed is what was reviewed."""
    if subject.reviewed_digest and subject.reviewed_digest == digest(subject):
        return None
    return Refusal(
        "review_fell", _("The text changed after its review: it must be reviewed again before it is signed.")
    )


def digest(answer: Answer) -> str:
    """SHA-256 of everything the public will read of the answer."""
    read = [
        answer.transition,
        answer.body,
        # The two databases give a whole number back as two types.
        None if answer.cost_eur is None else int(answer.cost_eur),
        answer.decision_reference,
        answer.planned_for,
        answer.signer_id,
    ]
    return hashlib.sha256(json.dumps(read, ensure_ascii=False, default=str).encode()).hexdigest()
