# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who drafts, reviews, signs and corrects an answer. Subjects are the answer's item, or the answer with its item."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session, object_session

from civic.answers.models import Answer
from civic.items.models import Item
from civic.permissions.actor import Actor
from civic.permissions.decision import Refusal
from civic.permissions.policy import Policy, Predicate
from civic.permissions.predicates import second_factor


def item_of(subject: Any) -> Item:
    """The item of an answer, or the item itself."""
    if isinstance(subject, Answer):
        session = object_session(subject)
        assert isinstance(session, Session)
        return session.get_one(Item, subject.item_id)
    assert isinstance(subject, Item)
    return subject


def _in_charge(actor: Actor, subject: Any, at: datetime) -> bool:
    """A department agent of the department in charge, or a clerk, in the item's scope."""
    item = item_of(subject)
    return actor.has("clerk", item) or (
        actor.has("agent", item) and item.department_id is not None and actor.works_for(item.department_id, item)
    )


def _reviews(actor: Actor, subject: Any, at: datetime) -> bool:
    """A clerk in the item's scope."""
    return actor.has("clerk", item_of(subject))


def _signs(actor: Actor, subject: Any, at: datetime) -> bool:
    """An elected official in the item's scope; which one is checked by the signature itself (see signature.py)."""
    return actor.has("official", item_of(subject))


drafts = Predicate(
    "of_department_in_charge", _in_charge, Refusal("not_in_charge", _("The department in charge drafts the answer."))
)
reviews = Predicate("clerk", _reviews, Refusal("not_clerk", _("A clerk reviews the answer.")))
signs = Predicate("official", _signs, Refusal("not_official", _("An elected official signs the answer.")))

ANSWER_POLICY = Policy(
    name="civic.answer",
    table={
        "answer:draft": ((drafts, second_factor),),
        "answer:review": ((reviews, second_factor),),
        "answer:sign": ((signs, second_factor),),
        "answer:correct": ((reviews, second_factor),),
    },
    titles={
        "answer:draft": _("Draft the town’s answer"),
        "answer:review": _("Review the answer and send it for signature"),
        "answer:sign": _("Sign the answer, as the official or under a dated delegation"),
        "answer:correct": _("Correct a published answer, with notice and public reason"),
    },
)
