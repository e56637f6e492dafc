# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a receipt's code opens, without an account: where the act stands, why, what comes next. Nothing of the person."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.answers.queries import SignedAnswer, signed_answer
from civic.comments.models import QUESTION, Comment
from civic.counter.codes import code_hash
from civic.counter.kinds import SUPPORT, act_name
from civic.counter.models import CounterAct
from civic.counter.queries import is_gone
from civic.items.models import Item
from civic.journal.models import JournalEntry, JournalText
from civic.module import Resource
from civic.registry import Registry
from civic.settings.store import portal_state
from civic.settings.workflows import lifecycle
from civic.workflow.declaration import Transition
from civic.workflow.stations import label_of


@dataclass(frozen=True)
class Followed:
    """An act as its receipt follows it.

    Attributes:
        endpoint: public page of the file, empty while its module is off or the file is not public.
        state, tone, help, waits_for_author: stage of the file.
        reason: what the town said at the last step, where that is public.
        answer: the signed answer to the file.
        replies: texts of the town's answers to a question, with their days.
        is_withdrawn: whether it was taken back, at the counter or by its author online.
    """

    act: CounterAct
    name: str
    item: Item
    endpoint: str
    state: str
    tone: str
    help: str
    waits_for_author: bool
    reason: str
    due_at: datetime | None
    answer: SignedAnswer | None
    comment: Comment | None
    replies: tuple[Comment, ...]
    is_withdrawn: bool

    @property
    def is_support(self) -> bool:
        """Whether it is a support: it stands, or was withdrawn."""
        return self.act.kind == SUPPORT

    @property
    def is_question(self) -> bool:
        """Whether it is a question: waiting or answered."""
        return self.act.kind == QUESTION


def act_with_code(session: Session, code: str, number: int | None = None) -> CounterAct | None:
    """The act of a receipt; a number that was typed must be the one on the receipt."""
    if not code:
        return None
    query = select(CounterAct).where(CounterAct.code_hash == code_hash(code))
    if number is not None:
        query = query.join(Item, Item.id == CounterAct.item_id).where(Item.number == number)
    return session.scalar(query)


def follow_act(session: Session, registry: Registry, act: CounterAct) -> Followed:
    """Everything its page shows."""
    item = session.get_one(Item, act.item_id)
    resource = registry.resource(item.kind)
    is_on = item.kind.partition(".")[0] in portal_state(session).modules_on
    comment = session.get(Comment, act.comment_id) if act.comment_id is not None else None
    state, tone, explained, reason = stage_of(session, item, resource) if resource is not None else ("", "off", "", "")
    waits = resource is not None and resource.workflow.state(item.state).waits_for_author
    return Followed(
        act=act,
        name=act_name(registry, act.kind),
        item=item,
        endpoint=resource.endpoint if resource is not None and is_on and item.visible else "",
        state=state,
        tone=tone,
        help=explained,
        waits_for_author=waits,
        reason=reason,
        due_at=item.due_at,
        answer=signed_answer(session, item.id),
        comment=comment,
        replies=_replies(session, comment),
        is_withdrawn=is_gone(session, act),
    )


def stage_of(session: Session, item: Item, resource: Resource) -> tuple[str, str, str, str]:
    """Label, tone and explanation of the stage, and the public reason of the step that led there."""
    cycle = lifecycle(session, resource.workflow, resource.policy)
    state = cycle.workflow.state(item.state)
    last = session.execute(
        select(JournalEntry.act, JournalText.text)
        .join(JournalText, JournalText.entry_uid == JournalEntry.uid)
        .where(JournalEntry.subject_kind == item.kind, JournalEntry.subject_id == item.id)
        .where(JournalEntry.to_state == item.state)
        .order_by(JournalEntry.id.desc())
        .limit(1)
    ).first()
    told = last is not None and any(_says_why(one) for one in cycle.workflow.transitions if one.name == last.act)
    reason = last.text if last is not None and told else ""
    return label_of(state, cycle.setup.labels), state.mark, str(state.help or ""), reason


def _says_why(transition: Transition) -> bool:
    """Whether what was written with it is public."""
    return "reason" in (*transition.requires, *transition.accepts)


def _replies(session: Session, comment: Comment | None) -> tuple[Comment, ...]:
    """The town's answers to a question that stand."""
    if comment is None or comment.nature != QUESTION:
        return ()
    found = session.scalars(
        select(Comment)
        .where(Comment.parent_id == comment.id, Comment.for_town, Comment.hidden_at.is_(None))
        .where(Comment.withdrawn_at.is_(None))
        .order_by(Comment.id)
    )
    return tuple(found)
