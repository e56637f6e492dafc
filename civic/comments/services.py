# SPDX-License-Identifier: AGPL-3.0-or-later
"""Comments on any item: writing, replying once, withdrawing one's own, hiding with a reason."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from civic.comments.models import COMMENT, QUESTION, Comment
from civic.db.session import lock
from civic.events.base import QuestionAnswered
from civic.events.outbox import announce
from civic.items.counts import count
from civic.items.models import Item
from civic.journal.entries import record
from civic.organisations.speaking import require_speaker
from civic.permissions.actor import Actor
from civic.permissions.core import CORE_POLICY
from civic.permissions.decision import Denied, Missing, Refusal, Refused

MAX_LENGTH = 2_000
MAX_REPLIES = 100
"""Replies shown under one comment, all at once; beyond that a new comment is clearer for everyone."""
COMMENT_KIND = "civic.comment"
EMPTY = {COMMENT: _("Write your comment."), QUESTION: _("Write your question.")}


def write_comment(
    session: Session,
    actor: Actor,
    item: Item,
    body: str,
    at: datetime,
    *,
    parent_id: int | None = None,
    nature: str = COMMENT,
    language: str = "fr",
    organisation_id: int | None = None,
) -> Comment:
    """Add a comment, a question or a reply. Raises Denied, Missing (empty, too long) or Refused (what it answers).

    A reply to a question by whoever may answer for the town is the town's answer, unless it is said in an
    organisation's name (Refused for whoever does not speak for it). The caller has checked that the
    item takes comments (its policy and its phase).
    """
    CORE_POLICY.require("comment:write", actor, item, at)
    assert actor.person_id is not None
    require_speaker(session, actor, organisation_id, at)
    body = body.strip()
    if not body:
        raise Missing({"body": EMPTY[nature]})
    if len(body) > MAX_LENGTH:
        raise Missing({"body": _("Write at most %(count)s characters.", count=MAX_LENGTH)})
    parent = _answerable(session, item, parent_id) if parent_id is not None else None
    comment = Comment(
        item_id=item.id,
        parent_id=parent_id,
        author_id=actor.person_id,
        organisation_id=organisation_id,
        body=body,
        language=language,
        nature=nature if parent is None else COMMENT,
        for_town=organisation_id is None and parent is not None and answers_for_town(actor, item, parent, at),
        channel=actor.channel,
        helper_id=actor.account_id if actor.mandate_id is not None else None,
        created_at=at,
    )
    session.add(comment)
    count(session, item.id, "comment", 1)
    session.flush()
    if comment.for_town:
        announce(session, QuestionAnswered(comment.id, at), at=at)
    return comment


def answers_for_town(actor: Actor, item: Item, parent: Comment, at: datetime) -> bool:
    """Whether what the actor replies to `parent` is the town's answer to a question."""
    return parent.nature == QUESTION and CORE_POLICY.allows("comment:answer", actor, item, at)


def asker_of(session: Session, reply: Comment) -> int | None:
    """Who asked the question that a reply answers; None when they answered themselves."""
    question = session.get(Comment, reply.parent_id) if reply.parent_id is not None else None
    return question.author_id if question is not None and question.author_id != reply.author_id else None


def _answerable(session: Session, item: Item, parent_id: int) -> Comment:
    """The comment answered: of the same item, one that stands, itself no reply, not already full of them."""
    parent = session.get(Comment, parent_id)
    if parent is None or parent.item_id != item.id or parent.parent_id is not None:
        raise Refused(Refusal("no_such_comment", _("The comment you answer does not exist.")))
    if parent.hidden_at is not None or parent.withdrawn_at is not None:
        raise Refused(Refusal("comment_gone", _("The comment you answer is no longer there.")))
    replies = session.scalar(select(func.count()).where(Comment.parent_id == parent_id)) or 0
    if replies >= MAX_REPLIES:
        raise Refused(Refusal("too_many_replies", _("This comment has many replies already: write a new one.")))
    return parent


def withdraw_comment(session: Session, actor: Actor, comment: Comment, at: datetime) -> None:
    """Take one's own comment back: its text is emptied, its place stays. Raises Denied for anyone else."""
    if actor.person_id is None or comment.author_id != actor.person_id:
        raise Denied(Refusal("not_author", _("Only its author can do this.")))
    lock(session, Comment, comment.id)
    if comment.withdrawn_at is not None:
        return
    was_shown = comment.hidden_at is None
    comment.withdrawn_at, comment.body = at, ""
    if was_shown:
        count(session, comment.item_id, "comment", -1)


def hide_comment(session: Session, actor: Actor, comment: Comment, reason: str, at: datetime) -> None:
    """Hide a comment in public, with the reason shown in its place; journaled. Raises Denied or Missing."""
    item = session.get_one(Item, comment.item_id)
    CORE_POLICY.require("comment:moderate", actor, item, at)
    if not reason.strip():
        raise Missing({"reason": _("Write the reason: it is public and the author reads it.")})
    lock(session, Comment, comment.id)
    if comment.hidden_at is not None:
        raise Refused(Refusal("already_hidden", _("This comment is already hidden.")))
    comment.hidden_at, comment.hidden_reason = at, reason.strip()
    if comment.withdrawn_at is None:
        count(session, comment.item_id, "comment", -1)
    record(
        session,
        actor,
        "hide",
        kind=COMMENT_KIND,
        subject_id=comment.id,
        at=at,
        text=reason.strip(),
        details={"item": item.id, "number": item.number},
    )
