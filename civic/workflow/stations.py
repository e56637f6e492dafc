# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where an object stands on its line: the stations passed, the present one, those to come."""

from collections.abc import Mapping
from dataclasses import dataclass

from civic.db.types import PerLanguage
from civic.i18n.texts import text
from civic.workflow.declaration import State, Workflow

ENDS = {"no": "refused", "off": "ended"}
"""How a final state that is no yes ends the line, by its tone."""


@dataclass(frozen=True)
class Station:
    """A station as the macro draws it; `status` is past, now, next, refused or ended."""

    name: str
    label: str
    status: str
    when: str = ""
    note: str = ""


def label_of(state: State, labels: Mapping[str, PerLanguage]) -> str:
    """The town's name of the state, else the declared one."""
    return text(labels.get(state.name)) or str(state.label)


def stations(
    workflow: Workflow,
    present: str,
    labels: Mapping[str, PerLanguage] | None = None,
    skipped: frozenset[str] = frozenset(),
    *,
    farthest: bool = False,
) -> list[Station]:
    """The line of an object in the state `present`.

    A state that is not on the line stands where it is reached from; a final one of tone "no" ends a shorter line,
    refused; one of tone "off", which nobody refused, ends it too. Reached from several places, it stands after the least far: only what was passed for certain is shown. Who
    knows the stations an object really passed asks for the `farthest`, and takes away those it did not.
    """
    named = labels or {}
    line = [name for name in workflow.line if name not in skipped or name == present]
    here, onward = _place(workflow, line, present, farthest=farthest)
    states = [(name, "past") for name in line[:here]]
    state = workflow.state(present)
    # The last station of a finished object has been reached: it is past, not present.
    states.append((present, ENDS.get(state.tone, "past") if state.final else "now"))
    states += [] if state.final else [(name, "next") for name in line[onward:]]
    return [Station(name, label_of(workflow.state(name), named), status) for name, status in states]


def _place(workflow: Workflow, line: list[str], present: str, *, farthest: bool) -> tuple[int, int]:
    """Where the present state stands on the line, and where the line goes on after it."""
    if present in line:
        return line.index(present), line.index(present) + 1
    places = _passed(workflow, line, present, frozenset())
    here = max(places, default=0) if farthest else min(places, default=0)
    out = [line.index(step.to) for step in workflow.leaving(present) if step.to in line]
    return here, min((place for place in out if place >= here), default=here)


def _passed(workflow: Workflow, line: list[str], state: str, seen: frozenset[str]) -> set[int]:
    """How many stations may have been passed on the ways that lead to the state; beside the line, each way is followed."""
    if state in line:
        return {line.index(state) + 1}
    sources = {name for step in workflow.transitions if step.to == state for name in step.sources}
    if not sources:
        return {0}
    walked = seen | {state}
    return {place for name in sources - walked for place in _passed(workflow, line, name, walked)}
