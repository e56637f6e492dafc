# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is told of a file to someone without e-mail: an answer, its correction, a reason, an end, a reply to a question."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.answers.models import Answer, AnswerCorrection
from civic.answers.queries import SignedAnswer, signed_answer
from civic.comments.models import Comment
from civic.config import Config
from civic.events.base import AnswerCorrected, QuestionAnswered, Transitioned
from civic.i18n.texts import pick
from civic.items.models import Item
from civic.journal.models import JournalEntry, JournalText
from civic.module import Resource
from civic.notifications.mail import address_of
from civic.registry import current_registry
from civic.settings.workflows import lifecycle
from civic.workflow.declaration import Transition, Workflow
from civic.workflow.stations import label_of

ENTRY, CORRECTION, REPLY = "entry", "correction", "reply"


@dataclass(frozen=True)
class News:
    """What a letter or a mail says, in the town's own language.

    Attributes:
        answer: the signed answer as it stands now, where the news is one or corrects one.
        wrong: what a correction says was wrong.
        reason: public reason of a step without an answer.
        reply: what the town replied to `question`; both empty where the news is another.
    """

    item_id: int
    number: int
    title: str
    author_id: int | None
    state: str
    is_final: bool
    at: datetime
    answer: SignedAnswer | None
    wrong: str
    reason: str
    due_at: datetime | None
    url: str
    question: str = ""
    reply: str = ""
    waits_for_author: bool = False
    """Whether `due_at` is the author's own time."""


def event_of(event: Transitioned | AnswerCorrected | QuestionAnswered) -> str:
    """The name under which a fact is told once."""
    if isinstance(event, Transitioned):
        return f"{ENTRY}:{event.entry_uid}"
    if isinstance(event, QuestionAnswered):
        return f"{REPLY}:{event.comment_id}"
    return f"{CORRECTION}:{event.correction_id}"


def deserves_letter(event: Transitioned) -> bool:
    """Whether a step is told by post: an answer, a step that must give its reason, or an end that the town decides.

    What the author did, as withdrawing, is not told to the author.
    """
    resource = current_registry().resource(event.kind)
    if resource is None or event.kind.startswith("civic."):
        return False
    workflow = resource.workflow
    step = next((one for one in workflow.transitions if one.name == event.act), None)
    return step is not None and _is_news(workflow, step)


def read_news(session: Session, item_id: int, event: str) -> News | None:
    """What a letter tells; None once the file is no longer public, or what it told is gone."""
    item = session.get(Item, item_id)
    resource = current_registry().resource(item.kind) if item is not None else None
    if item is None or resource is None or item.number is None or not item.visible:
        return None
    kind, _, key = event.partition(":")
    return _READERS[kind](session, item, resource, key)


def town_language() -> str:
    """Language of letters: the town's own; nobody without an account chose another."""
    config: Config = current_app.extensions["civic.config"]
    return config.default_language


def _is_news(workflow: Workflow, step: Transition) -> bool:
    """See `deserves_letter`."""
    to = workflow.state(step.to)
    return step.through_answer or "reason" in step.requires or (to.final and to.tone != "off")


def _of_entry(session: Session, item: Item, resource: Resource, uid: str) -> News | None:
    """A step of the file, with its answer or its reason."""
    entry = session.scalar(select(JournalEntry).where(JournalEntry.uid == uid))
    if entry is None or entry.to_state is None:
        return None
    step = next((one for one in resource.workflow.transitions if one.name == entry.act), None)
    by_answer = step is not None and step.through_answer
    reason = session.scalar(select(JournalText.text).where(JournalText.entry_uid == uid)) or ""
    answer = signed_answer(session, item.id) if by_answer else None
    return _news(session, item, resource, entry.to_state, entry.at, answer=answer, reason=reason)


def _of_correction(session: Session, item: Item, resource: Resource, key: str) -> News | None:
    """A correction of the answer."""
    found = session.execute(
        select(AnswerCorrection.at, AnswerCorrection.reason)
        .join(Answer, Answer.id == AnswerCorrection.answer_id)
        .where(AnswerCorrection.id == int(key), Answer.item_id == item.id)
    ).first()
    answer = signed_answer(session, item.id)
    if found is None or answer is None:
        return None
    return _news(session, item, resource, item.state, found.at, answer=answer, wrong=found.reason)


def _of_reply(session: Session, item: Item, resource: Resource, key: str) -> News | None:
    """The town's reply to a question, while both stand."""
    reply = session.get(Comment, int(key))
    question = session.get(Comment, reply.parent_id) if reply is not None and reply.parent_id is not None else None
    if reply is None or question is None or not (_stands(reply) and _stands(question)):
        return None
    told = _news(session, item, resource, item.state, reply.created_at)
    return replace(told, due_at=None, question=question.body, reply=reply.body)


def _stands(comment: Comment) -> bool:
    """Neither hidden nor withdrawn."""
    return comment.hidden_at is None and comment.withdrawn_at is None


def _news(
    session: Session,
    item: Item,
    resource: Resource,
    state_name: str,
    at: datetime,
    *,
    answer: SignedAnswer | None = None,
    wrong: str = "",
    reason: str = "",
) -> News:
    """The common part; call it while writing in the town's language."""
    cycle = lifecycle(session, resource.workflow, resource.policy)
    state = cycle.workflow.state(state_name)
    assert item.number is not None
    return News(
        item_id=item.id,
        number=item.number,
        title=pick(item.title, town_language()),
        author_id=item.author_id,
        state=label_of(state, cycle.setup.labels),
        is_final=state.final,
        at=at,
        answer=answer,
        wrong=wrong,
        reason=reason,
        due_at=None if state.final else item.due_at,
        waits_for_author=state.waits_for_author,
        url=address_of(resource.endpoint, town_language(), number=item.number),
    )


_READERS: dict[str, Callable[[Session, Item, Resource, str], News | None]] = {
    ENTRY: _of_entry,
    CORRECTION: _of_correction,
    REPLY: _of_reply,
}
