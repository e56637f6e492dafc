# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demonstration town's processes: prepared, opened, told about and closed, each act on its day."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from sqlalchemy.orm import Session

from civic.demo.timeline import Act
from civic.demo.town import DemoProcess, DemoTown
from civic.documents import DocumentData, publish_document
from civic.files.checking import check_upload
from civic.files.services import attach_file, keep_upload
from civic.files.settings import files_settings
from civic.items.assignment import assign
from civic.items.models import Item
from civic.spaces.placing import PhaseData, save_phase
from civic.spaces.services import FrameData, act_on_process, create_process, edit_frame, set_visibility

CLERK = "nadia-rahmani"
PREPARATION = 21
"""Days a process is prepared before it opens."""
RENAMED = {"reasonable_time": "delay"}
TEXTS = (
    *("presentation", "what", "why", "who_decides", "with_whom", "when", "not_negotiable", "use_of_results"),
    *("procedure", "information", "reasonable_time", "follow_up"),
)


def plan_processes(town: DemoTown, processes: list[dict[str, Any]]) -> None:
    """Put the life of each process on the timeline; fills the town's processes."""
    for one in processes:
        told = [*one["document"], *one["news"]]
        opens = min(part["at"] for part in told if part["at"] < 0)
        opens = min([opens, *(phase["opens"] for phase in one["phase"])])
        prepared_at = town.moment(opens - PREPARATION, 10)
        phases = tuple(
            (town.moment(phase["opens"], 0), town.moment(phase["closes"], 0), frozenset(phase["verbs"]))
            for phase in one["phase"]
        )
        town.processes[one["slug"]] = DemoProcess(one["slug"], prepared_at, phases)
        town.timeline.add(prepared_at, f"process {one['slug']}", _prepare(town, one))
        town.timeline.add(town.moment(opens, 8), f"opening of {one['slug']}", _open(town, one))
        for nature in ("document", "news"):
            for part in one[nature]:
                told_at = town.moment(part["at"], 10, 15)
                town.timeline.add(told_at, f"{nature} of {one['slug']}", _publish(town, one, nature, part))
        if one.get("outcome"):
            closes = max([*(part["at"] for part in told), *(phase["closes"] for phase in one["phase"])]) + 5
            town.timeline.add(town.moment(closes, 11), f"closing of {one['slug']}", _close(town, one))


def _prepare(town: DemoTown, one: dict[str, Any]) -> Act:
    """Begin it, write its frame and its phases, give it to its department."""

    def act(session: Session, at: datetime) -> None:
        clerk = town.actor(session, CLERK)
        space = create_process(session, clerk, one["slug"], one["title"], at)
        town.spaces[one["slug"]] = space.id
        edit_frame(session, clerk, space.id, _frame(town, one), version=None, at=at + timedelta(minutes=40))
        for phase in one["phase"]:
            save_phase(session, clerk, space.id, _phase(town, phase), at=at + timedelta(minutes=55))
        item = session.get_one(Item, space.id)
        assign(
            session,
            clerk,
            space.id,
            department_id=town.departments[one["department"]],
            assignee_id=None,
            version=item.version,
            at=at + timedelta(minutes=58),
        )

    return act


def _frame(town: DemoTown, one: dict[str, Any], *, closing: bool = False) -> FrameData:
    """The frame as the clerk writes it; what was done with the results comes at closing."""
    texts = {name: one[RENAMED.get(name, name)] for name in TEXTS}
    return FrameData(
        slug=one["slug"],
        title=one["title"],
        summary=one["summary"],
        texts={**texts, "outcome": one["outcome"]} if closing else texts,
        level=one["level"],
        contact=one["contact"],
        quartier_ids=tuple(town.quartiers[slug] for slug in one["quartiers"]),
    )


def _phase(town: DemoTown, phase: dict[str, Any]) -> PhaseData:
    """A phase; its verbs are open in every component of the process."""
    return PhaseData(
        title=phase["title"],
        opens_on=town.day(phase["opens"]),
        last_on=town.day(phase["closes"] - 1),
        description=phase["description"],
        verbs=tuple((None, verb) for verb in phase["verbs"]),
    )


def _open(town: DemoTown, one: dict[str, Any]) -> Act:
    """Say who sees it, then open it."""

    def act(session: Session, at: datetime) -> None:
        clerk, space_id = town.actor(session, CLERK), town.spaces[one["slug"]]
        set_visibility(session, clerk, space_id, one["visibility"], at=at)
        act_on_process(session, clerk, space_id, "open", at=at)

    return act


def _publish(town: DemoTown, one: dict[str, Any], nature: str, part: dict[str, Any]) -> Act:
    """A document or a piece of news, with its file where it has one."""

    def act(session: Session, at: datetime) -> None:
        clerk, space_id = town.actor(session, CLERK), town.spaces[one["slug"]]
        data = DocumentData(nature=nature, title=part["title"], body=part["text"])
        document = publish_document(session, clerk, space_id, data, at=at)
        if "file" in part:
            content = BytesIO(part["file"]["text"].lstrip().encode())
            upload = keep_upload(check_upload(part["file"]["name"], content, files_settings(session)))
            item = session.get_one(Item, space_id)
            attach_file(session, clerk, item, upload, part["file"]["title"], at, document)

    return act


def _close(town: DemoTown, one: dict[str, Any]) -> Act:
    """Tell what was done with the results, then close."""

    def act(session: Session, at: datetime) -> None:
        clerk, space_id = town.actor(session, CLERK), town.spaces[one["slug"]]
        edit_frame(session, clerk, space_id, _frame(town, one, closing=True), version=None, at=at)
        act_on_process(session, clerk, space_id, "close", at=at + timedelta(minutes=5))

    return act
