# SPDX-License-Identifier: AGPL-3.0-or-later
"""Proposals of the demonstration town: every one lived through the services, each act on its day."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from civic.answers.corrections import correct_answer
from civic.answers.models import Answer
from civic.answers.services import AnswerText, draft_answer, move_answer
from civic.answers.signature import sign_answer
from civic.demo.timeline import Act
from civic.demo.town import SETTLED, DemoTown
from civic.items.assignment import assign
from civic.items.models import Item
from civic.settings.store import save_settings
from civic.settings.workflows import WorkflowSettings, workflow_scope
from civic.spaces.models import Component
from civic.spaces.placing import ComponentData, save_component
from civic.spaces.services import ensure_standing
from civic.workflow.declaration import TransitionData
from civic.workflow.engine import perform

from .seeds_counter import plan_visits
from .seeds_files import add_files
from .seeds_voices import plan_voices
from .services import Content, cycle_of, start_draft, submit_proposal, withdraw_proposal
from .workflow import KIND, PROPOSAL

FILES = Path(__file__).parent / "demo"
ADMINISTRATOR, CLERK = "camille-roussel", "nadia-rahmani"
TITLE = {"fr": "Propositions", "en": "Proposals"}
DEADLINES: dict[str, dict[str, Any] | None] = {
    "deciding": {"days": 20, "working": True},
    "accepted": {"days": 120, "working": False},
    "accepted_partly": {"days": 120, "working": False},
    "in_progress": {"days": 60, "working": False},
}
"""What this town promised; the other states keep the module's own deadlines."""


class Told:
    """One proposal of the files, and its rows once the timeline has made them."""

    def __init__(self, town: DemoTown, data: dict[str, Any], components: dict[str, int]) -> None:
        self.town, self.data = town, data
        self._components = components
        self.item_id = 0
        self.answer_id = 0

    def item(self, session: Session) -> Item:
        """Its item, as it stands."""
        return session.get_one(Item, self.item_id)

    def component_id(self) -> int:
        """Where it stands: in its process, or on its own."""
        return self._components[self.data.get("process", "")]


def seed_proposals(session: Session, town: DemoTown, at: datetime) -> None:
    """Place the module, set the town's deadlines, put every proposal's life on the timeline."""
    opening = town.moment(SETTLED, 9, 30)
    components = {"": ensure_standing(session, "proposals", TITLE, opening).id}
    _promise(session, town, opening)
    for process in town.processes.values():
        if process.windows("submit"):
            placed_at = process.prepared_at + timedelta(hours=1)
            town.timeline.add(placed_at, f"proposals in {process.slug}", _place(town, components, process.slug))
    every: dict[str, Told] = {}
    for path in sorted(FILES.glob("proposals_*.toml")):
        for data in town.read(path)["proposal"]:
            told = every[data["key"]] = Told(town, data, components)
            _plan(told)
            plan_voices(told)
    plan_visits(town, every, components[""])


def _promise(session: Session, town: DemoTown, at: datetime) -> None:
    """The deadlines of this town."""
    administrator = town.actor(session, ADMINISTRATOR)
    save_settings(session, administrator, workflow_scope(KIND), WorkflowSettings(deadlines=DEADLINES), at)


def _place(town: DemoTown, components: dict[str, int], slug: str) -> Act:
    """Place the module in a process."""

    def act(session: Session, at: datetime) -> None:
        data = ComponentData(module="proposals", slug="propositions", title=TITLE)
        components[slug] = save_component(session, town.actor(session, CLERK), town.spaces[slug], data, at=at).id

    return act


def _plan(told: Told) -> None:
    """Draft, submission and steps; then the answer, whose signature moves the proposal by itself."""
    data, moment, add = told.data, told.town.moment, told.town.timeline.add
    begun = data["submitted"] if "submitted" in data else data["created"]
    add(moment(begun, 7, 40), f"draft of {data['key']}", _draft(told))
    for place, step in enumerate(data.get("history", [])):
        if not PROPOSAL.transition(step["transition"]).through_answer:
            hour = 8 if step["by"] == "author" else 10
            add(moment(step["at"], hour, 7 * place), f"{step['transition']} of {data['key']}", _step(told, step))
    if "answer" in data:
        _plan_answer(told, data["answer"])


def _draft(told: Told) -> Act:
    """What the author began to type."""
    data, town = told.data, told.town
    content = Content(
        title=data["title"],
        body=data["body"].strip(),
        quartier_id=town.quartiers[data["quartier"]],
        place=data["place"],
        lon=data.get("lon"),
        lat=data.get("lat"),
        tag_ids=tuple(town.tags[slug] for slug in data["tags"]),
    )

    def act(session: Session, at: datetime) -> None:
        component = session.get_one(Component, told.component_id())
        author = town.actor(session, data["author"])
        item = start_draft(session, author, content, component, at)
        add_files(session, author, item, data, at)
        told.item_id = item.id

    return act


def _step(told: Told, step: dict[str, Any]) -> Act:
    """An act of the author or of the town, other than the signature."""
    data, town, name = told.data, told.town, step["transition"]

    def act(session: Session, at: datetime) -> None:
        item = told.item(session)
        actor = town.actor(session, data["author"] if step["by"] == "author" else step["by"])
        if name in ("submit", "resubmit"):
            submit_proposal(session, actor, item, at)
        elif name == "withdraw":
            withdraw_proposal(session, actor, item, step["note"], at)
        else:
            perform(session, cycle_of(session), actor, item, name, at=at, data=_data(told, step))
        if name == "study":
            _give(session, told, step["by"], at)

    return act


def _data(told: Told, step: dict[str, Any]) -> TransitionData:
    """What the act says in public."""
    department = told.data.get("department", "")
    return TransitionData(
        reason=step["note"],
        department_id=told.town.departments[department] if department and step["transition"] == "study" else None,
        planned_for=told.data["answer"]["planned_for"] if step["transition"] == "plan" else "",
    )


def _give(session: Session, told: Told, clerk: str, at: datetime) -> None:
    """The department's agent who follows the file afterwards takes it in charge."""
    item, town = told.item(session), told.town
    following = [step["by"] for step in told.data["history"] if step["transition"] == "put_to_decision"]
    if following:
        assign(
            session,
            town.actor(session, clerk),
            item.id,
            department_id=item.department_id,
            assignee_id=town.staff[following[0]],
            version=item.version,
            at=at,
        )


def _plan_answer(told: Told, answer: dict[str, Any]) -> None:
    """The visa: drafted, sent for review, returned perhaps, reviewed, signed, corrected perhaps."""
    key, moment, add = told.data["key"], told.town.moment, told.town.timeline.add
    add(moment(answer["drafted"], 9, 20), f"answer to {key}", _draft_answer(told, answer))
    if answer["stage"] == "draft":
        return
    author = answer["drafted_by"]
    add(moment(answer["drafted"], 15, 30), f"answer to {key} sent", _move(told, author, "submit"))
    if "returned" in answer:
        back = answer["returned"]
        add(
            moment(back["at"], 9, 45),
            f"answer to {key} returned",
            _move(told, back["by"], "return_draft", back["comment"]),
        )
        add(moment(back["at"], 16, 40), f"answer to {key} sent again", _move(told, author, "submit"))
    if "reviewed" in answer:
        add(moment(answer["reviewed"], 11, 10), f"review for {key}", _move(told, answer["reviewed_by"], "approve"))
    if "signed" in answer:
        add(moment(answer["signed"], 11, 40), f"signature for {key}", _sign(told, answer["signed_by"]))
    if "correction" in answer:
        add(moment(answer["correction"]["at"], 14), f"correction for {key}", _correct(told, answer))


def _answer_text(told: Told, answer: dict[str, Any]) -> AnswerText:
    """The text as it was first written: before its correction, if it was corrected."""
    return AnswerText(
        transition=answer["verdict"],
        body=answer["correction"]["former_body"] if "correction" in answer else answer["body"],
        signer_id=told.town.staff[answer["signer"]],
        cost_eur=answer.get("cost_eur"),
        decision_reference=answer.get("decision_ref", ""),
        planned_for=answer.get("planned_for", ""),
    )


def _draft_answer(told: Told, answer: dict[str, Any]) -> Act:
    """The draft begun."""
    text = _answer_text(told, answer)

    def act(session: Session, at: datetime) -> None:
        actor = told.town.actor(session, answer["drafted_by"])
        told.answer_id = draft_answer(session, actor, told.item(session), PROPOSAL, text, at).id

    return act


def _move(told: Told, key: str, name: str, comment: str = "") -> Act:
    """A step of the visa before the signature."""

    def act(session: Session, at: datetime) -> None:
        version = session.get_one(Answer, told.answer_id).version
        actor = told.town.actor(session, key)
        move_answer(session, actor, told.answer_id, name, version=version, comment=comment, at=at)

    return act


def _sign(told: Told, key: str) -> Act:
    """The signature, by the official or under the delegation in force that day."""

    def act(session: Session, at: datetime) -> None:
        version = session.get_one(Answer, told.answer_id).version
        actor, cycle = told.town.actor(session, key), cycle_of(session)
        sign_answer(session, actor, told.answer_id, cycle, version=version, at=at, zone=told.town.zone)

    return act


def _correct(told: Told, answer: dict[str, Any]) -> Act:
    """A published error corrected in public."""
    correction = answer["correction"]

    def act(session: Session, at: datetime) -> None:
        actor = told.town.actor(session, correction["by"])
        version = session.get_one(Answer, told.answer_id).version
        correct_answer(
            session,
            actor,
            told.answer_id,
            replace(_answer_text(told, answer), body=answer["body"]),
            reason=correction["reason"],
            version=version,
            at=at,
        )

    return act
