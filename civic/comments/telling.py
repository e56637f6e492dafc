# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is told that the town replied: whoever asked the question, at their account; letters tell those without one."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.comments.models import Comment
from civic.comments.services import asker_of
from civic.events.base import QuestionAnswered
from civic.items.models import Item
from civic.notifications.mail import send_about
from civic.people.accounts import TAKES_MAIL
from civic.people.models import Account
from civic.registry import current_registry


def tell_asker(session: Session, event: QuestionAnswered) -> None:
    """ "The town answers your question": to whoever asked it, at each account of theirs, while the reply stands."""
    reply = session.get(Comment, event.comment_id)
    asker = asker_of(session, reply) if reply is not None else None
    item = session.get(Item, reply.item_id) if reply is not None else None
    resource = current_registry().resource(item.kind) if item is not None else None
    if reply is None or asker is None or item is None or resource is None or item.number is None:
        return
    if not item.visible or reply.hidden_at is not None or reply.withdrawn_at is not None:
        return
    for account in session.scalars(select(Account).where(Account.person_id == asker, TAKES_MAIL).order_by(Account.id)):
        send_about(session, account, item, resource.endpoint, "question_answered", at=event.at, reply=reply.body)
