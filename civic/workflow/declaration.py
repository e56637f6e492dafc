# SPDX-License-Identifier: AGPL-3.0-or-later
"""The life of an object as data: states, transitions, guards, deadlines. Checked when it is declared."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

from civic.permissions.actor import Actor
from civic.permissions.decision import Refusal

Guard = Callable[[Actor, Any, datetime], Refusal | None]
"""Pure function: why the transition is refused now, or None."""

Tone = Literal["wait", "yes", "no", "off"]


class WorkflowError(ValueError):
    """A declaration that cannot work; the message names workflow, state or transition and the remedy."""


@dataclass(frozen=True)
class Deadline:
    """How long a state may last; calendar days unless `working`. Ends at the midnight that follows the last day."""

    days: int
    working: bool = False


@dataclass(frozen=True)
class State:
    """A state and how it is shown.

    Attributes:
        label: default public name; a town may rename it in its settings.
        public: whether an object in this state is visible to everyone.
        tone: form and colour of its mark: waiting, yes, no, off.
        partial: a yes that is not whole: its mark is half filled.
        deadline: default time allowed, None for none.
        optional: a town may turn the state off; the transitions that lead to it are then not offered.
        waits_for_author: the next act is its author's: the time allowed is theirs, and nothing of the town is late.
    """

    name: str
    label: str
    initial: bool = False
    final: bool = False
    public: bool = True
    tone: Tone = "wait"
    partial: bool = False
    deadline: Deadline | None = None
    optional: bool = False
    help: str = ""
    waits_for_author: bool = False

    @property
    def mark(self) -> str:
        """Form and colour as pages draw them: the tone, or `part`."""
        return "part" if self.partial else self.tone


@dataclass(frozen=True)
class TransitionData:
    """What the person who acts adds: each field may be required by the transition."""

    reason: str = ""
    department_id: int | None = None
    planned_for: str = ""
    details: dict[str, Any] = field(default_factory=dict)


Effect = Callable[[Session, Any, Actor, TransitionData, datetime], None]


@dataclass(frozen=True)
class Transition:
    """An act that moves an object from one of `sources` to `to`.

    Attributes:
        by: action of the policy that says who may.
        label: the button, named by its act.
        when: guards, each gives the reason of a refusal.
        requires: fields of TransitionData that must be filled: reason, department_id, planned_for.
        accepts: fields that may be filled.
        through_answer: performed only by the signature of an answer, never by hand.
        effect: what else the act writes, in the same transaction.
        past: how the act is told in the public history ("Submitted").
    """

    name: str
    sources: tuple[str, ...]
    to: str
    by: str
    label: str
    past: str
    when: tuple[Guard, ...] = ()
    requires: tuple[str, ...] = ()
    accepts: tuple[str, ...] = ()
    through_answer: bool = False
    effect: Effect | None = None


@dataclass(frozen=True)
class Workflow:
    """A checked set of states and transitions.

    Attributes:
        name: resource key, `proposals.proposal`.
        line: the states drawn as stations of the public line, in order; the others end it.
    """

    name: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    line: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise WorkflowError when the declaration cannot work."""
        check(self)

    @property
    def initial(self) -> State:
        """Where an object begins."""
        return next(state for state in self.states if state.initial)

    def state(self, name: str) -> State:
        """The state of that name; KeyError when unknown."""
        for state in self.states:
            if state.name == name:
                return state
        raise KeyError(name)

    def transition(self, name: str) -> Transition:
        """The transition of that name; KeyError when unknown."""
        for transition in self.transitions:
            if transition.name == name:
                return transition
        raise KeyError(name)

    def leaving(self, state: str) -> tuple[Transition, ...]:
        """The transitions that start there, in declared order."""
        return tuple(transition for transition in self.transitions if state in transition.sources)


FIELDS = {"reason", "department_id", "planned_for"}


def check(workflow: Workflow) -> None:
    """One initial state, known names, everything reachable (optional states off too), only final states have no exit."""
    where = f"workflow {workflow.name}"
    names = [state.name for state in workflow.states]
    acts = [transition.name for transition in workflow.transitions]
    for kind, values in (("state", names), ("transition", acts)):
        doubled = {value for value in values if values.count(value) > 1}
        if doubled:
            raise WorkflowError(f"{where}: {kind} {sorted(doubled)} is declared twice. Rename one.")
    if sum(state.initial for state in workflow.states) != 1:
        raise WorkflowError(f"{where}: exactly one state is initial. Mark one with initial=True.")
    for transition in workflow.transitions:
        unknown = {transition.to, *transition.sources} - set(names)
        if unknown:
            raise WorkflowError(f"{where}: transition {transition.name} names unknown states {sorted(unknown)}.")
        odd = {*transition.requires, *transition.accepts} - FIELDS
        if odd:
            raise WorkflowError(f"{where}: transition {transition.name} asks for unknown fields {sorted(odd)}.")
    for state in workflow.states:
        leaves = bool(workflow.leaving(state.name))
        if state.final == leaves:
            remedy = "Remove final=True or the transitions" if leaves else "Add a transition or final=True"
            raise WorkflowError(
                f"{where}: state {state.name} {'is final and has' if leaves else 'has no'} exit. {remedy}."
            )
    for off in (frozenset[str](), frozenset(state.name for state in workflow.states if state.optional)):
        lost = set(names) - off - _reachable(workflow, off)
        if lost:
            raise WorkflowError(
                f"{where}: states {sorted(lost)} cannot be reached when {sorted(off) or 'nothing'} is off."
            )
    unknown = set(workflow.line) - set(names)
    if unknown:
        raise WorkflowError(f"{where}: the line names unknown states {sorted(unknown)}.")


def _reachable(workflow: Workflow, off: frozenset[str]) -> set[str]:
    """States that can be reached from the initial one without passing by those turned off."""
    seen: set[str] = set()
    todo = [workflow.initial.name]
    while todo:
        name = todo.pop()
        if name not in seen and name not in off:
            seen.add(name)
            todo += [transition.to for transition in workflow.leaving(name)]
    return seen
