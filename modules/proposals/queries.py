# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading proposals: rows as tuples, a fixed number of queries whatever the length of the list."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, cast, exists, func, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, joinedload

from civic.answers.models import Answer
from civic.db.types import PerLanguage
from civic.items.counting import Count, count_bounded
from civic.items.models import Item, ItemTag, Tag
from civic.organisations.models import Organisation
from civic.people.models import Department, Person
from civic.permissions.actor import Actor
from civic.settings.store import portal_state
from civic.spaces.access import visible_space_ids
from civic.spaces.models import Component, Space
from civic.supports.models import Support
from civic.territory.models import Quartier
from civic.web.pagination import Slice, keyset, page_of

from .filters import Asked, Option, Options, wanted_by
from .models import Proposal
from .workflow import KIND

PAGE = 25

SORTS: dict[str, tuple[InstrumentedAttribute[Any], type]] = {
    "newest": (Item.published_at, datetime),
    "supports": (Item.support_count, int),
    "moved": (Item.state_at, datetime),
}


@dataclass(frozen=True)
class ProposalPage:
    """A page of the register with what its rows need."""

    slice: Slice[Row[Any]]
    tags: dict[int, list[Option]] = field(default_factory=dict)
    supported: frozenset[int] = frozenset()
    count: Count | None = None
    """How many rows the filters in use leave; None without a filter, and for words that most proposals hold."""


def options(session: Session, actor: Actor) -> Options:
    """Everything a list can be filtered by: one query, then kept until the town changes its spaces or quartiers."""
    visible = visible_space_ids(actor)
    return portal_state(session).keep(("proposals.options", visible), lambda: _read_options(session, visible))


def _read_options(session: Session, visible: Select[int]) -> Options:
    """The options for these rights."""
    found: dict[str, dict[str, Option]] = {"quartier": {}, "tag": {}, "process": {}}
    for part, key, slug, name in session.execute(_options(visible)):
        found[part][slug] = Option(key, slug, name)
    return Options(found["quartier"], found["tag"], found["process"])


@lru_cache(maxsize=512)
def _options(visible: Select[int]) -> Select[Any]:
    """Quartiers, themes and processes by slug; built once for the same rights."""
    space = aliased(Item)
    union = union_all(
        select(literal("quartier").label("part"), Quartier.id, Quartier.slug, Quartier.name).where(
            Quartier.valid_until.is_(None)
        ),
        select(literal("tag"), Tag.id, Tag.slug, Tag.name),
        select(literal("process"), Space.id, Space.slug, space.title)
        .join(space, space.id == Space.id)
        .join(Component, Component.space_id == Space.id)
        .where(Space.kind == "process", Component.module == "proposals", Space.id.in_(visible)),
    ).subquery()
    found: Select[Any] = select(union).order_by(union.c.slug)
    return found


_COLUMNS = (
    Item.id,
    Item.number,
    Item.title,
    Item.language,
    Item.state,
    Item.state_at,
    Item.due_at,
    Item.published_at,
    Item.support_count,
    Item.comment_count,
    Item.quartier_id,
    Item.place,
    Proposal.summary,
    func.coalesce(Organisation.name, Person.display_name).label("author"),
    Department.name.label("department"),
)


def _joined() -> Select[Any]:
    """The columns of a row of the register."""
    query: Any = select(*_COLUMNS)
    joined: Select[Any] = (
        query.join(Proposal, Proposal.id == Item.id)
        .outerjoin(Person, Person.id == Item.author_id)
        .outerjoin(Organisation, Organisation.id == Item.organisation_id)
        .outerjoin(Department, Department.id == Item.department_id)
    )
    return joined


@lru_cache(maxsize=512)
def _rows(visible: Select[int]) -> Select[Any]:
    """The rows of the register someone sees; built once for the same rights."""
    return _joined().where(_in_view(visible))


@lru_cache(maxsize=512)
def _listed(visible: Select[int], person_id: int) -> Select[Any]:
    """Those rows, with the themes of each and whether the person supports it: a query less than asking apart."""
    themes = select(func.aggregate_strings(cast(ItemTag.tag_id, String), ",")).where(ItemTag.item_id == Item.id)
    supported = exists().where(Support.item_id == Item.id, Support.person_id == person_id)
    return _rows(visible).add_columns(themes.scalar_subquery().label("tag_ids"), supported.label("supported"))


def in_view(actor: Actor) -> ColumnElement[bool]:
    """Condition on Item: a public proposal that stands in a space the actor sees."""
    return _in_view(visible_space_ids(actor))


def _in_view(visible: Select[int]) -> ColumnElement[bool]:
    """The condition. Hidden spaces are few: naming them, rather than those that are seen, lets the list keep its index."""
    hidden = select(Space.id).where(Space.id.not_in(visible))
    return (Item.kind == KIND) & Item.visible.is_(True) & (Item.space_id.is_(None) | Item.space_id.not_in(hidden))


def page_of_proposals(
    session: Session, actor: Actor, asked: Asked, known: Options, at: datetime, size: int = PAGE
) -> ProposalPage:
    """A page of the register: one query, for 1 row as for 25; one more where its filters leave something to count."""
    column, kind = SORTS.get(asked.sort, SORTS["newest"])
    visible = visible_space_ids(actor)
    wanted = wanted_by(session, asked, known, at)
    query, backwards = keyset(
        _listed(visible, actor.person_id or 0).where(*wanted.conditions),
        [column, Item.id],
        [kind, int],
        after=asked.after,
        before=asked.before,
    )
    began = bool(asked.after or asked.before)
    found = session.execute(query.limit(literal(size + 1, literal_execute=True))).all()
    page = page_of(found, size, lambda row: [getattr(row, column.key), row.id], backwards=backwards, began=began)
    tags = {option.id: option for option in known.tags.values()}
    themes = {
        row.id: [tags[tag_id] for tag_id in sorted(map(int, row.tag_ids.split(","))) if tag_id in tags]
        for row in page.rows
        if row.tag_ids
    }
    count = None
    if wanted.countable:
        kept = select(Item.id).where(_in_view(visible), *wanted.first)
        count = count_bounded(session, kept, wanted.then)
    return ProposalPage(page, themes, frozenset(row.id for row in page.rows if row.supported), count)


def exported(session: Session, actor: Actor, asked: Asked, known: Options, at: datetime) -> Iterator[Row[Any]]:
    """Every row of the list as a stream, newest first, with what was signed and nothing of what was not."""
    query = (
        _rows(visible_space_ids(actor))
        .where(*wanted_by(session, asked, known, at).conditions)
        .add_columns(
            Quartier.slug.label("quartier"),
            Item.lon,
            Item.lat,
            Space.slug.label("space"),
            Space.kind.label("space_kind"),
            Proposal.planned_for,
            Answer.signed_at,
            Answer.signer_name,
            Answer.cost_eur,
            Answer.decision_reference,
            Organisation.name.label("organisation"),
        )
        .outerjoin(Quartier, Quartier.id == Item.quartier_id)
        .outerjoin(Space, Space.id == Item.space_id)
        .outerjoin(Answer, (Answer.item_id == Item.id) & (Answer.state == "signed"))
        .order_by(Item.published_at.desc(), Item.id.desc())
    )
    yield from session.execute(query.execution_options(yield_per=500))


@dataclass(frozen=True)
class Shown:
    """A proposal with the names its page needs."""

    item: Item
    proposal: Proposal
    author: str
    quartier: PerLanguage | None
    quartier_slug: str | None
    department: PerLanguage | None
    department_phone: str
    department_email: str
    space: Space | None
    organisation: Organisation | None = None
    """In whose name it speaks; `author` is then its name."""


def proposal_numbered(session: Session, number: int) -> Shown | None:
    """The proposal of that public number, whoever may see it; one query."""
    return _shown(session, Item.number == number)


def proposal_of(session: Session, item_id: int) -> Shown | None:
    """The proposal of that id (drafts have no number yet); one query."""
    return _shown(session, Item.id == item_id)


def _shown(session: Session, condition: ColumnElement[bool]) -> Shown | None:
    """The proposal that meets the condition."""
    row = session.execute(
        select(
            Item,
            Proposal,
            Person.display_name,
            Organisation,
            Quartier.name,
            Quartier.slug,
            Department.name,
            Department.phone,
            Department.email,
            Space,
        )
        .join(Proposal, Proposal.id == Item.id)
        .outerjoin(Person, Person.id == Item.author_id)
        .outerjoin(Organisation, Organisation.id == Item.organisation_id)
        .outerjoin(Quartier, Quartier.id == Item.quartier_id)
        .outerjoin(Department, Department.id == Item.department_id)
        .outerjoin(Space, Space.id == Item.space_id)
        .where(Item.kind == KIND, condition)
        # A space is loaded with its item by an inner join, which would lose what stands in none.
        .options(joinedload(Space.item, innerjoin=False))
    ).first()
    if row is None:
        return None
    item, proposal, author, organisation, quartier, slug, department, phone, email, space = row
    name = organisation.name if organisation is not None else author or ""
    return Shown(item, proposal, name, quartier, slug, department, phone or "", email or "", space, organisation)


def drafts_of(session: Session, person_id: int | None) -> list[Row[Any]]:
    """A person's drafts, the last touched first."""
    query = (
        select(Item.id, Item.title, Item.language, Item.created_at)
        .where(Item.author_id == (person_id or 0), Item.kind == KIND, Item.state == "draft")
        .order_by(Item.id.desc())
    )
    return list(session.execute(query))


def newest(session: Session, condition: ColumnElement[bool], limit: int = 5) -> list[Row[Any]]:
    """The newest public proposals that meet a condition, for a block on a page its reader may see."""
    query = _joined().where(Item.kind == KIND, Item.visible.is_(True), condition)
    return list(session.execute(query.order_by(Item.published_at.desc(), Item.id.desc()).limit(limit)))


def component_for(session: Session, actor: Actor, process: str) -> Component | None:
    """The component a new proposal goes to: the process's, else the root space's; None when there is none."""
    where = Space.slug == process if process else Space.kind == "root"
    return session.scalar(
        select(Component)
        .join(Space, Space.id == Component.space_id)
        .where(where, Component.module == "proposals", Space.id.in_(visible_space_ids(actor)))
        .order_by(Component.position, Component.id)
        .limit(1)
    )
