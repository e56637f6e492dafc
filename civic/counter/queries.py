# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading what was entered: for the sitting, for the sheet, and for the mention that stands in public."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, not_, or_, select
from sqlalchemy.orm import Session, aliased

from civic.comments.models import Comment
from civic.counter.kinds import SUPPORT
from civic.counter.models import CounterAct, CounterLine, CounterSheet
from civic.items.channels import CHANNELS, entered_words
from civic.items.models import Item
from civic.people.models import Account, Person
from civic.supports.models import Support


def entered_mention(session: Session, item: Item) -> str:
    """ "At the counter, entered by Nadia R., for the town", for an item begun for someone; empty, without a query, else."""
    if item.channel not in CHANNELS:
        return ""
    row = session.execute(
        select(CounterAct.channel, CounterAct.occasion, Person.display_name)
        .join(Account, Account.id == CounterAct.helper_id)
        .join(Person, Person.id == Account.person_id)
        .where(CounterAct.item_id == item.id, CounterAct.kind == item.kind)
        .order_by(CounterAct.id)
        .limit(1)
    ).first()
    return entered_words(row.channel, row.display_name, row.occasion) if row else entered_words(item.channel)


def acts_of(session: Session, person_id: int, *, limit: int = 30) -> list[Row[Any]]:
    """What was entered for a person and can be followed or withdrawn, the newest first."""
    return list(
        session.execute(
            select(
                *(CounterAct.id, CounterAct.sitting_id, CounterAct.kind, CounterAct.at, CounterAct.channel),
                *(CounterAct.nonce, CounterAct.comment_id, _is_gone().label("is_gone")),
                *(Item.number, Item.title, Item.language, Comment.body),
            )
            .join(Item, Item.id == CounterAct.item_id)
            .outerjoin(Comment, Comment.id == CounterAct.comment_id)
            .where(CounterAct.person_id == person_id)
            .order_by(CounterAct.id.desc())
            .limit(limit)
        )
    )


def files_of(session: Session, sheet: CounterSheet) -> list[Row[Any]]:
    """Number and title of the files of a sheet."""
    return list(
        session.execute(
            select(Item.number, Item.title, Item.language).where(Item.id.in_(sheet.item_ids)).order_by(Item.number)
        )
    )


def lines_of(session: Session, sheet_id: int) -> list[Row[Any]]:
    """The lines of a sheet that were answered, in their order, with the names as the town keeps them."""
    has_receipt = select(CounterAct.id).where(_printed()).exists().label("has_receipt")
    return list(
        session.execute(
            select(CounterLine.id, CounterLine.outcome, Person.given_name, Person.family_name, has_receipt)
            .outerjoin(Person, Person.id == CounterLine.person_id)
            .where(CounterLine.sheet_id == sheet_id)
            .order_by(CounterLine.id)
        )
    )


def receipts_of(session: Session, sheet_id: int, line_id: int | None = None) -> list[Row[Any]]:
    """What the lines of a sheet, or one of them, made count and stands, each with what its code is drawn from."""
    query = (
        select(
            *(CounterLine.id.label("line_id"), CounterAct.id, CounterAct.kind, CounterAct.at, CounterAct.nonce),
            *(Item.number, Item.title, Item.language),
        )
        .select_from(CounterLine)
        .join(CounterAct, _printed())
        .join(Item, Item.id == CounterAct.item_id)
        .where(CounterLine.sheet_id == sheet_id)
        .order_by(CounterLine.id, Item.number)
    )
    if line_id is not None:
        query = query.where(CounterLine.id == line_id)
    return list(session.execute(query))


def _printed() -> ColumnElement[bool]:
    """What has a receipt of a line of a sheet: acts of its person on it that stand."""
    return and_(
        CounterAct.sheet_id == CounterLine.sheet_id,
        CounterAct.person_id == CounterLine.person_id,
        CounterAct.nonce != "",
        not_(_is_gone()),
    )


def is_gone(session: Session, act: CounterAct) -> bool:
    """Whether an act was taken back."""
    return session.scalar(select(CounterAct.id).where(CounterAct.id == act.id, _is_gone())) is not None


def _is_gone() -> ColumnElement[bool]:
    """What was taken back: at the counter, or by the person online."""
    written = aliased(Comment)
    supports = exists().where(Support.person_id == CounterAct.person_id, Support.item_id == CounterAct.item_id)
    withdrawn = exists().where(written.id == CounterAct.comment_id, written.withdrawn_at.is_not(None))
    return or_(
        CounterAct.withdrawn_at.is_not(None),
        and_(CounterAct.kind == SUPPORT, not_(supports.correlate(CounterAct))),
        withdrawn.correlate(CounterAct),
    )


def sheets_of(session: Session, account_id: int | None) -> Sequence[CounterSheet]:
    """The helper's sheets that nobody ended, the newest first."""
    return session.scalars(
        select(CounterSheet)
        .where(CounterSheet.helper_id == (account_id or 0), CounterSheet.closed_at.is_(None))
        .order_by(CounterSheet.id.desc())
        .limit(20)
    ).all()
