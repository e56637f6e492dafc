# SPDX-License-Identifier: AGPL-3.0-or-later
"""One act on many files: what is open, what would happen to each, and each done in a write of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.items.models import Item
from civic.items.waiting import readable
from civic.pages.rows import States
from civic.permissions.actor import Actor
from civic.permissions.decision import Refusal, Refused
from civic.web.incoming import typed_number
from civic.workflow.declaration import Transition, TransitionData
from civic.workflow.engine import Lifecycle, examine
from civic.workflow.stations import label_of

MOST = 100
"""Files that one act may move together: as many as one can read through before confirming."""
OTHER_KIND = Refusal("other_kind", _("This act belongs to another kind of file."))
OTHER_STAGE = Refusal("wrong_state", _("This act does not begin at the stage where the file stands."))
"""What `perform` tells of a page that is old: here the file may just as well not have come so far."""


@dataclass(frozen=True)
class Picked:
    """A file that was ticked, with the version it was shown in (None before the preview)."""

    id: int
    version: int | None = None


@dataclass(frozen=True)
class Choice:
    """An act that may be chosen for several files."""

    kind: str
    cycle: Lifecycle
    transition: Transition
    files: int = 0
    """How many of the ticked files stand where it begins."""

    @property
    def key(self) -> str:
        """How forms name it."""
        return f"{self.kind}/{self.transition.name}"

    @property
    def target(self) -> str:
        """The town's name of the stage it leads to."""
        return label_of(self.cycle.workflow.state(self.transition.to), self.cycle.setup.labels)


@dataclass(frozen=True)
class Outcome:
    """What would happen, or happened, to one file; refusals say why nothing did."""

    item: Item
    stage: str
    refusals: tuple[Refusal, ...] = ()
    is_repeat: bool = False
    """This very form did it before: nothing was done again."""


def picked(values: Iterable[str]) -> list[Picked]:
    """Ticked files as forms send them, `12` or `12.3` with a version; each once, what is neither left out."""
    found: dict[int, Picked] = {}
    for value in values:
        item, _dot, version = value.partition(".")
        item_id, seen = typed_number(item), typed_number(version)
        if item_id is not None and (seen is not None or not version):
            found.setdefault(item_id, Picked(item_id, seen))
    return list(found.values())


def files(session: Session, actor: Actor, shown: States, chosen: Sequence[Picked]) -> list[Item]:
    """The files among those that the actor may read, by number; the others are not told apart from absent ones."""
    return list(
        session.scalars(
            select(Item)
            .where(
                Item.id.in_([one.id for one in chosen]),
                Item.number.is_not(None),
                Item.kind.in_(shown.kinds),
                readable(actor),
            )
            .order_by(Item.number)
        )
    )


def choices(actor: Actor, shown: States, items: Sequence[Item], at: datetime) -> list[Choice]:
    """The acts open to the actor on at least one of the files. What goes through an answer is done one by one."""
    found = []
    for kind in shown.kinds:
        cycle, own = shown.cycle(kind), [item for item in items if item.kind == kind]
        for transition in cycle.workflow.transitions:
            here = [item for item in own if item.state in transition.sources]
            if is_offered(cycle, transition) and any(
                cycle.policy.allows(transition.by, actor, item, at) for item in here
            ):
                found.append(Choice(kind, cycle, transition, len(here)))
    return found


def is_offered(cycle: Lifecycle, transition: Transition) -> bool:
    """Whether an act may be done to several files at once in this town."""
    return not transition.through_answer and transition.to not in cycle.setup.skipped


def choice_of(shown: States, key: str) -> Choice | None:
    """The act that a form names; None when there is none, or none to be done together."""
    kind, _slash, name = key.partition("/")
    if kind not in shown.kinds:
        return None
    cycle = shown.cycle(kind)
    found = next((one for one in cycle.workflow.transitions if one.name == name), None)
    return Choice(kind, cycle, found) if found is not None and is_offered(cycle, found) else None


def foresee(actor: Actor, choice: Choice, item: Item, data: TransitionData, at: datetime) -> Outcome:
    """What the act would do to the file now: the checks of `perform`, nothing written."""
    stage = label_of(choice.cycle.workflow.state(item.state), choice.cycle.setup.labels) if fits(choice, item) else ""
    try:
        require_kind(choice, item)
        _require_stage(choice, item)
        examine(choice.cycle, actor, item, choice.transition.name, at=at, data=data)
    except Refused as error:
        return Outcome(item, stage, error.refusals)
    return Outcome(item, stage)


def fits(choice: Choice, item: Item) -> bool:
    """Whether the act is one of the file's kind."""
    return item.kind == choice.kind


def require_kind(choice: Choice, item: Item) -> None:
    """Raise Refused when the act is one of another kind of file."""
    if not fits(choice, item):
        raise Refused(OTHER_KIND)


def _require_stage(choice: Choice, item: Item) -> None:
    """Raise Refused when the act begins elsewhere."""
    if item.state not in choice.transition.sources:
        raise Refused(OTHER_STAGE)
