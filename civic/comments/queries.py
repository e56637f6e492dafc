# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading a discussion: a page of comments and all their replies, in two queries whatever their number."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from civic.comments.models import COMMENT, QUESTION, Comment
from civic.items.models import Item
from civic.organisations.models import Organisation
from civic.people.models import Account, Person
from civic.people.staff import function_at, signature
from civic.web.pagination import Slice, keyset, page_of

PAGE = 20


@dataclass(frozen=True)
class CommentRow:
    """A comment as the page shows it; the text of a hidden or withdrawn one is never read."""

    id: int
    author_id: int
    author: str
    body: str
    language: str
    channel: str
    created_at: datetime
    hidden_at: datetime | None
    hidden_reason: str
    withdrawn_at: datetime | None
    nature: str = COMMENT
    for_town: bool = False
    helper: str = ""
    """Display name of whoever entered it at the counter for its author."""
    function: str | None = None
    """What its author did for the town when writing it: title, or name of a role; None for a resident."""
    organisation: str = ""
    """Kind of the organisation in whose name it is said; `author` is then its name."""
    organisation_slug: str = ""
    replies: list["CommentRow"] = field(default_factory=list)

    @property
    def signature(self) -> str:
        """Name, and function where the town speaks: “Nadia Rahmani, service citoyenneté”; empty once erased."""
        return signature(self.author, self.function)

    @property
    def is_answered(self) -> bool:
        """Whether the town has answered this question, and the answer still stands."""
        return any(reply.for_town and reply.stands for reply in self.replies)

    @property
    def stands(self) -> bool:
        """Whether its text is shown."""
        return self.hidden_at is None and self.withdrawn_at is None


_HELPER = aliased(Person)
_HELPING = aliased(Account)
_COLUMNS = (
    Comment.id,
    Comment.author_id,
    func.coalesce(Organisation.name, Person.display_name).label("display_name"),
    case((Comment.hidden_at.is_(None), Comment.body), else_="").label("body"),
    Comment.language,
    Comment.channel,
    Comment.created_at,
    Comment.hidden_at,
    Comment.hidden_reason,
    Comment.withdrawn_at,
    Comment.nature,
    Comment.for_town,
    func.coalesce(_HELPER.display_name, "").label("helper"),
    case((Comment.organisation_id.is_(None), function_at(Person.id, Comment.created_at))).label("function"),
    func.coalesce(Organisation.kind, "").label("organisation"),
    func.coalesce(Organisation.slug, "").label("organisation_slug"),
)


def thread_page(
    session: Session, item_id: int, *, after: str = "", before: str = "", size: int = PAGE
) -> Slice[CommentRow]:
    """A page of the discussion, oldest first, each comment with its replies."""
    query = _with_names(select(*_COLUMNS)).where(Comment.item_id == item_id, Comment.parent_id.is_(None))
    query, backwards = keyset(query, [Comment.id], [int], after=after, before=before, descending=False)
    found = session.execute(query.limit(size + 1)).all()
    page = page_of(found, size, lambda row: [row.id], backwards=backwards, began=bool(after or before))
    rows = [CommentRow(*row) for row in page.rows]
    _add_replies(session, rows)
    return Slice(rows, page.next, page.previous)


def _with_names(query: Select[Any]) -> Select[Any]:
    """The query joined with the author, the organisation it speaks for, and whoever entered it at the counter."""
    joined: Select[Any] = (
        query.join(Person, Comment.author_id == Person.id)
        .outerjoin(Organisation, Organisation.id == Comment.organisation_id)
        .outerjoin(_HELPING, _HELPING.id == Comment.helper_id)
        .outerjoin(_HELPER, _HELPER.id == _HELPING.person_id)
    )
    return joined


def _add_replies(session: Session, rows: Sequence[CommentRow]) -> None:
    """Put the replies of a page under their comments."""
    by_id = {row.id: row for row in rows}
    replies = session.execute(
        _with_names(select(Comment.parent_id, *_COLUMNS)).where(Comment.parent_id.in_(by_id)).order_by(Comment.id)
    )
    for parent_id, *values in replies:
        by_id[parent_id].replies.append(CommentRow(*values))


def waiting_questions(session: Session, limit: int = 200) -> list[Row[Any]]:
    """Questions on public files that stand and that no standing reply answers for the town, the oldest first.

    For the desk alone: whoever asked is named beside the organisation in whose name it is asked.
    """
    reply = aliased(Comment)
    answered = exists().where(
        reply.parent_id == Comment.id, reply.for_town, reply.hidden_at.is_(None), reply.withdrawn_at.is_(None)
    )
    asked = (Comment.id, Comment.body, Comment.created_at, Comment.channel)
    return list(
        session.execute(
            select(*asked, Person.display_name, Organisation.name.label("organisation"), Item)
            .join(Item, Item.id == Comment.item_id)
            .join(Person, Person.id == Comment.author_id)
            .outerjoin(Organisation, Organisation.id == Comment.organisation_id)
            .where(Comment.nature == QUESTION, Comment.hidden_at.is_(None), Comment.withdrawn_at.is_(None))
            .where(Item.visible, ~answered)
            .order_by(Comment.id)
            .limit(limit)
        )
    )
