# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the demonstration town entered at its counter: visits, a letter, a call, a meeting, a sheet of signatures."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.orm import Session

from civic.adapters.geocoding import current_geocoder
from civic.comments.models import COMMENT, QUESTION
from civic.comments.services import write_comment
from civic.counter.entering import enter_comment, enter_support, keep_act
from civic.counter.kinds import ONE, SUPPORT
from civic.counter.limits import day_of
from civic.counter.paper import MEETING, ORAL, SIGNED, Came
from civic.counter.sheets import SheetLine, end_sheet, enter_line, open_sheet
from civic.counter.sittings import Held, end_sitting, hold_sitting, open_sitting
from civic.demo.town import DemoTown
from civic.items.models import Item
from civic.people.presence import NOT_SHOWN, ShownIdentity
from civic.permissions.actor import Actor
from civic.spaces.models import Component

from .placing import located
from .services import Content, start_draft, submit_proposal
from .workflow import KIND

FILE = Path(__file__).parent / "demo" / "counter.toml"
KINDS = (KIND, *ONE)


class Told(Protocol):
    """A proposal of the files, and its row."""

    item_id: int

    def item(self, session: Session) -> Item:
        """Its item, as it stands."""


def plan_visits(town: DemoTown, told: Mapping[str, Told], component_id: int) -> None:
    """Put what came to the counter on the timeline."""
    data = town.read(FILE)
    for place, visit in enumerate(data["visit"]):
        act = partial(_visit, town=town, visit=visit, told=told, component_id=component_id)
        town.timeline.add(town.moment(visit["at"], 16, 12 * place), f"visit of {visit['surname']}", act)
    for sheet in data["sheet"]:
        act = partial(_sheet, town=town, sheet=sheet, told=told)
        town.timeline.add(town.moment(sheet["at"], 17, 30), f"sheet {sheet['reference']}", act)


def _visit(
    session: Session,
    at: datetime,
    *,
    town: DemoTown,
    visit: dict[str, Any],
    told: Mapping[str, Told],
    component_id: int,
) -> None:
    """Everything one person asked for."""
    helper = town.actor(session, visit["helper"])
    shown = ShownIdentity(
        visit["surname"],
        visit["first_names"],
        visit["birth_date"],
        visit.get("document", NOT_SHOWN),
        address=visit.get("address", "").strip(),
        quartier_id=town.quartiers[visit["quartier"]],
    )
    came = Came(
        visit["channel"],
        visit.get("occasion", ""),
        town.day(visit["paper"]) if "paper" in visit else None,
        visit.get("reference", ""),
        visit.get("mandate", ORAL),
        KINDS,
    )
    sitting, _registered = open_sitting(session, helper, shown, came, known_kinds=frozenset(KINDS), at=at)
    held = hold_sitting(session, helper, sitting.id, at)
    if "proposal" in visit:
        _propose(session, town, helper, held, visit["proposal"], component_id, at)
    for support in visit.get("support", []):
        enter_support(session, helper, held, told[support["on"]].item(session).number or 0, at)
    for nature in (COMMENT, QUESTION):
        for said in visit.get(nature, []):
            _say(session, town, helper, held, nature, said, told[said["on"]].item(session), at)
    end_sitting(session, helper, sitting.id, at)


def _propose(
    session: Session,
    town: DemoTown,
    helper: Actor,
    held: Held,
    data: dict[str, Any],
    component_id: int,
    at: datetime,
) -> None:
    """A proposal in the person's words."""
    content = Content(
        title=data["title"],
        body=data["body"].strip(),
        place=data["place"],
        quartier_id=held.person.quartier_id,
        tag_ids=tuple(town.tags[slug] for slug in data["tags"]),
    )
    content = located(session, current_geocoder(session), content, day_of(at))
    item = start_draft(session, held.actor, content, session.get_one(Component, component_id), at)
    submit_proposal(session, held.actor, item, at)
    keep_act(session, helper, held.actor, held.sitting, KIND, item, at)


def _say(
    session: Session,
    town: DemoTown,
    helper: Actor,
    held: Held,
    nature: str,
    said: dict[str, Any],
    item: Item,
    at: datetime,
) -> None:
    """A comment or a question; its answer on its day."""
    act = enter_comment(session, helper, held, item.number or 0, said["text"], nature=nature, language="fr", at=at)
    if "answer" in said:
        write_comment(
            session, helper, item, said["answer"], town.moment(said["answered"], 19), parent_id=act.comment_id
        )


def _sheet(session: Session, at: datetime, *, town: DemoTown, sheet: dict[str, Any], told: Mapping[str, Told]) -> None:
    """A sheet signed at the market, typed by one helper."""
    helper = town.actor(session, sheet["helper"])
    numbers = [told[key].item(session).number or 0 for key in sheet["on"]]
    came = Came(MEETING, sheet["occasion"], town.day(sheet["paper"]), sheet["reference"], SIGNED, (SUPPORT,))
    opened = open_sheet(session, helper, numbers, came, at)
    for place, (surname, first_names, born) in enumerate(sheet["signed"]):
        line = SheetLine(
            f"demonstration-line-{place:02d}", surname, first_names, f"{born:%d/%m/%Y}", None, is_signed=True
        )
        enter_line(session, helper, opened.id, line, at)
    end_sheet(session, helper, opened.id, at)
