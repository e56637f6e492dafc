# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where an object stands on its line: the stations passed, the present one, those to come."""

from collections.abc import Mapping
from dataclasses import dataclass

from civic.db.types import PerLanguage
from civic.i18n.texts import text
from civic.workflow.declaration import State, Workflow


@dataclass(frozen=True)
class Station:
    """A station as the macro draws it; `status` is past, now, next or refused."""

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
) -> list[Station]:
    """The line of an object in the state `present`.

    A state that is not on the line stands where it is reached from; a final one of tone "no" or "off" ends a shorter
    line.
    """
    named = labels or {}
    line = [name for name in workflow.line if name not in skipped or name == present]
    here, onward = _place(workflow, line, present)
    states = [(name, "past") for name in line[:here]]
    state = workflow.state(present)
    ends = state.final and state.tone in {"no", "off"}
    # The last station of a finished object has been reached: it is past, not present.
    states.append((present, "refused" if ends else "past" if state.final else "now"))
    states += [] if state.final else [(name, "next") for name in line[onward:]]
    return [Station(name, label_of(workflow.state(name), named), status) for name, status in states]


def _place(workflow: Workflow, line: list[str], present: str) -> tuple[int, int]:
    """Where the present state stands on the line, and where the line goes on after it."""
    if present in line:
        return line.index(present), line.index(present) + 1
    into = {name for step in workflow.transitions if step.to == present for name in step.sources}
    here = max((line.index(name) + 1 for name in into if name in line), default=0)
    out = [line.index(step.to) for step in workflow.leaving(present) if step.to in line]
    return here, min((place for place in out if place >= here), default=here)
