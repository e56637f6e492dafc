# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the core's public pages read from the spine, whatever modules exist: one query each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, or_, select, tuple_, union_all
from sqlalchemy.orm import Session, contains_eager, lazyload

from civic.answers.models import Answer
from civic.delays.lateness import late
from civic.i18n.setup import current_zone
from civic.items.counting import Count, count_bounded
from civic.items.models import Item
from civic.pages.rows import States
from civic.permissions.actor import Actor
from civic.search.query import Hits
from civic.spaces.access import stands_in_view, visible_spaces
from civic.spaces.days import final_day
from civic.spaces.models import Phase, Space, SpaceQuartier
from civic.territory.models import Quartier
from civic.web.pagination import Slice, keyset, page_of

SIZE = 20


@dataclass(frozen=True)
class ProcessCard:
    """A process in a list, with its phases in order."""

    space: Space
    phases: tuple[Phase, ...]
    at: datetime

    @property
    def present(self) -> Phase | None:
        """The phase the moment is in."""
        return next((phase for phase in self.phases if phase.opens_at <= self.at < phase.closes_at), None)

    @property
    def coming(self) -> Phase | None:
        """The next phase."""
        return next((phase for phase in self.phases if phase.opens_at > self.at), None)

    @property
    def is_running(self) -> bool:
        """Whether residents can take part now: open, and in a phase when it has any."""
        return self.space.item.state == "open" and (not self.phases or self.present is not None)

    @property
    def has_not_begun(self) -> bool:
        """Whether all its phases are to come."""
        return bool(self.phases) and all(phase.opens_at > self.at for phase in self.phases)

    @property
    def days_left(self) -> int | None:
        """Days until the present phase ends; 0 on its last day."""
        if self.present is None:
            return None
        return (final_day(self.present.closes_at) - self.at.astimezone(current_zone()).date()).days


def processes(session: Session, actor: Actor, at: datetime, *conditions: ColumnElement[bool]) -> list[ProcessCard]:
    """The processes the actor sees, open ones first, the sooner they end the higher."""
    rows = session.execute(
        select(Space, Phase)
        .join(Item, Space.item)
        .options(contains_eager(Space.item), lazyload(Phase.verbs))
        .outerjoin(Phase, Phase.space_id == Space.id)
        .where(Space.kind == "process", visible_spaces(actor), *conditions)
        .order_by(Space.id, Phase.opens_at, Phase.id)
    )
    found: dict[int, list[Phase]] = {}
    spaces: dict[int, Space] = {}
    for space, phase in rows:
        spaces[space.id] = space
        found.setdefault(space.id, []).extend([phase] if phase is not None else [])
    cards = [ProcessCard(space, tuple(found[key]), at) for key, space in spaces.items()]
    return sorted(cards, key=_rank)


def _rank(card: ProcessCard) -> tuple[int, float, int]:
    """Running, coming, between phases, closed; each by its next date."""
    group = 0 if card.is_running else 1 if card.coming and card.space.item.state == "open" else 2
    group = 3 if card.space.item.state == "closed" else group
    turn = card.present.closes_at if card.present else card.coming.opens_at if card.coming else None
    return (
        group,
        turn.timestamp() if turn else 0.0 if group == 0 else -card.space.item.state_at.timestamp(),
        card.space.id,
    )


def about_quartier(quartier_id: int) -> ColumnElement[bool]:
    """Condition on Space: it is about this quartier, or about the whole town."""
    placed = select(SpaceQuartier.space_id).where(SpaceQuartier.quartier_id == quartier_id)
    return or_(Space.whole_town, Space.id.in_(placed))


@dataclass(frozen=True)
class DecidedFilter:
    """Filters of the decisions' page."""

    quartier_id: int | None = None
    outcome: str = ""
    """yes, no, done."""


OUTCOMES = ("yes", "done", "no")


def outcome_states(states: States, outcome: str) -> list[tuple[str, str]]:
    """The states an outcome means: taken up, done, not taken up."""
    if outcome == "done":
        return states.having(lambda name, tone, final: tone == "yes" and final)
    if outcome == "yes":
        return states.having(lambda name, tone, final: tone == "yes" and not final)
    return states.having(lambda name, tone, final: tone == "no" and final)


def decided(
    session: Session,
    actor: Actor,
    states: States,
    chosen: DecidedFilter,
    *,
    size: int = SIZE,
    after: str = "",
    before: str = "",
) -> Slice[Any]:
    """Items with a signed answer, the last signed first. Nothing but signed answers is read."""
    query: Any = (
        select(
            Item.id,
            Item.kind,
            Item.state,
            Item.number,
            Item.title,
            Item.quartier_id,
            Answer.id.label("answer_id"),
            Answer.body,
            Answer.signer_name,
            Answer.signer_title,
            Answer.signed_at,
        )
        .join(Answer, Answer.item_id == Item.id)
        .where(Answer.state == "signed", *_listed(actor, states))
    )
    query = query.where(*_chosen(states, chosen))
    query, backwards = keyset(query, [Answer.signed_at, Answer.id], [datetime, int], after=after, before=before)
    rows = session.execute(query.limit(size + 1)).all()
    return page_of(rows, size, _signed_key, backwards=backwards, began=bool(after or before))


def _chosen(states: States, chosen: DecidedFilter) -> list[ColumnElement[bool]]:
    """The filters of the decisions' page."""
    found = []
    if chosen.quartier_id is not None:
        found.append(Item.quartier_id == chosen.quartier_id)
    if chosen.outcome in OUTCOMES:
        found.append(_in_states(outcome_states(states, chosen.outcome)))
    return found


def decided_count(session: Session, actor: Actor, states: States, chosen: DecidedFilter) -> Count | None:
    """How many answers the filters leave; None without a filter. One query where there is one."""
    asked = _chosen(states, chosen)
    kept = select(Item.id).join(Answer, Answer.item_id == Item.id).where(Answer.state == "signed")
    return count_bounded(session, kept.where(*_listed(actor, states)), asked) if asked else None


def _signed_key(row: Any) -> list[Any]:
    """Cursor of a decision."""
    return [row.signed_at, row.answer_id]


def _in_states(pairs: Sequence[tuple[str, str]]) -> ColumnElement[bool]:
    """Condition on Item: one of these kinds in one of these states."""
    return tuple_(Item.kind, Item.state).in_(pairs) if pairs else literal(False)


def _listed(actor: Actor, states: States) -> tuple[Any, ...]:
    """What any list across modules shows: published, of a module that is on, in a space the actor sees."""
    return (Item.visible, Item.kind.in_(states.kinds), stands_in_view(actor))


def recent(
    session: Session,
    actor: Actor,
    states: States,
    *conditions: ColumnElement[bool],
    size: int,
    after: str = "",
    before: str = "",
) -> Slice[Any]:
    """Published items, newest first."""
    columns = (
        Item.id,
        Item.kind,
        Item.state,
        Item.number,
        Item.title,
        Item.published_at,
        Item.place,
        Item.support_count,
    )
    query: Any = select(*columns).where(*_listed(actor, states), *conditions)
    query, backwards = keyset(query, [Item.published_at, Item.id], [datetime, int], after=after, before=before)
    rows = session.execute(query.limit(size + 1)).all()
    return page_of(rows, size, _published_key, backwards=backwards, began=bool(after or before))


def found_count(session: Session, actor: Actor, states: States, hits: Hits) -> Count | None:
    """How many published items hold the words; None for words that too many hold to be counted. One query."""
    kept = select(Item.id).where(hits.condition)
    return count_bounded(session, kept, _listed(actor, states)) if hits.few else None


def _published_key(row: Any) -> list[Any]:
    """Cursor of a published item."""
    return [row.published_at, row.id]


@dataclass(frozen=True)
class Figures:
    """What became of what was submitted: one definition for home and quartiers."""

    parts: dict[str, int] = field(default_factory=dict)
    late_before: int = 0
    """Late ones submitted before the time that is counted: with `late`, every late one."""

    @property
    def total(self) -> int:
        """Everything submitted."""
        return sum(self.parts.values())


_OLDER = ""
"""In place of a kind, in the row that counts the late ones of before."""


def figures(
    session: Session,
    actor: Actor,
    states: States,
    at: datetime,
    *conditions: ColumnElement[bool],
    since: datetime | None = None,
) -> Figures:
    """Published items by what became of them, in one query: done, yes, wait, no, off, late.

    Late is what civic.delays.lateness says, an answer that was given and is not carried out in time too. With `since`,
    those submitted from then on, and apart the older ones that are late: no page counts fewer late files than there are.
    """
    listed = (*_listed(actor, states), *conditions)
    is_late = case((late(at), 1), else_=0)
    counted = (
        select(Item.kind, Item.state, is_late.label("late"), func.count().label("amount"))
        .where(*listed)
        .group_by(Item.kind, Item.state, is_late)
    )
    query: Any = counted
    if since is not None:
        # Two parts, so that each has its index: with "or", all that was ever published is read.
        older = select(literal(_OLDER), literal(""), literal(1), func.count())
        query = union_all(
            counted.where(Item.published_at >= since), older.where(*listed, late(at), Item.published_at < since)
        )
    parts = dict.fromkeys(("done", "yes", "wait", "no", "off", "late"), 0)
    late_before = 0
    for row in session.execute(query):
        if row.kind == _OLDER:
            late_before = row.amount
            continue
        state = states.resources[row.kind].workflow.state(row.state)
        parts[_part(state.tone, final=state.final, is_late=bool(row.late))] += row.amount
    return Figures(parts, late_before)


def _part(tone: str, *, final: bool, is_late: bool) -> str:
    """Where a state counts."""
    if final:
        return "done" if tone == "yes" else tone
    if is_late:
        return "late"
    return "yes" if tone == "yes" else "wait"


def january(at: datetime) -> datetime:
    """The first moment of the year in the town's zone."""
    local = at.astimezone(current_zone())
    return local.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def quartier_names(session: Session, at: datetime) -> list[Any]:
    """Id, slug and name of today's quartiers, without their drawings."""
    today = at.astimezone(current_zone()).date()
    in_force = (Quartier.valid_from <= today, or_(Quartier.valid_until.is_(None), Quartier.valid_until > today))
    return list(
        session.execute(select(Quartier.id, Quartier.slug, Quartier.name).where(*in_force).order_by(Quartier.slug))
    )


def item_by_number(session: Session, actor: Actor, number: int) -> Item | None:
    """The published item of a public number, where the actor may see it."""
    return session.scalar(select(Item).where(Item.number == number, Item.visible, stands_in_view(actor)))


def open_only() -> ColumnElement[bool]:
    """Condition: the process is open."""
    return Item.state == "open"
