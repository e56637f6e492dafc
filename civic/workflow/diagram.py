# SPDX-License-Identifier: AGPL-3.0-or-later
"""A workflow drawn as a tram line, top to bottom, and told in words: the same declaration, so they cannot differ."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape

from civic.db.types import PerLanguage
from civic.workflow.declaration import Deadline, State, Transition, Workflow
from civic.workflow.engine import Setup
from civic.workflow.stations import label_of

WIDTH = 360
ROW = 58
LINE_X = 22
BRANCH_X = 62
WRAP = 30
"""Characters of a label on one line; a longer one goes on below. With the width, what a phone shows at full size."""


@dataclass(frozen=True)
class Stop:
    """A state in the drawing: on the line, or beside it where it leaves the line."""

    state: State
    label: str
    notes: tuple[str, ...]
    is_branch: bool


@dataclass(frozen=True)
class Told:
    """A state in words: the text equivalent of the drawing."""

    label: str
    help: str
    time: str
    follows: tuple[tuple[str, str], ...]
    """Pairs of an act and the state it leads to."""


def time_allowed(limit: Deadline | None) -> str:
    """A deadline in words, or nothing."""
    if limit is None:
        return ""
    if limit.working:
        return str(ngettext("%(num)s working day", "%(num)s working days", limit.days))
    return str(ngettext("%(num)s day", "%(num)s days", limit.days))


def told(workflow: Workflow, setup: Setup) -> list[Told]:
    """Every state with its meaning, its time and what can follow, without the states the town turned off."""
    kept = [state for state in workflow.states if state.name not in setup.skipped]
    return [
        Told(
            label_of(state, setup.labels),
            str(state.help),
            time_allowed(setup.deadline(state)),
            tuple(
                (str(step.label), _target(workflow, step, setup.labels)) for step in _leaving(workflow, state, setup)
            ),
        )
        for state in kept
    ]


def stops(workflow: Workflow, setup: Setup) -> list[Stop]:
    """The states in drawing order: each branch stands after the station it leaves."""
    line = _track(workflow, setup)
    beside: dict[str, list[State]] = {name: [] for name in line}
    for state in workflow.states:
        if state.name not in line and state.name not in setup.skipped:
            beside[line[_leaves_at(workflow, line, state.name)]].append(state)
    found = []
    for name in line:
        found.append(_stop(workflow, workflow.state(name), setup, is_branch=False))
        found += [_stop(workflow, state, setup, is_branch=True) for state in beside[name]]
    return found


def _track(workflow: Workflow, setup: Setup) -> list[str]:
    """The stations of the drawing: those of the line, and what stands between two of them without leading back.

    The public line of one object does without the latter until it is there, because not every object passes it.
    """
    track = [name for name in (workflow.initial.name, *workflow.line) if name not in setup.skipped]
    track = list(dict.fromkeys(track))
    for state in workflow.states:
        if state.name in track or state.name in setup.skipped:
            continue
        sources, targets = _neighbours(workflow, track, state.name)
        if sources and targets == {max(sources) + 1}:
            track.insert(max(sources) + 1, state.name)
    return track


def _neighbours(workflow: Workflow, track: list[str], name: str) -> tuple[set[int], set[int]]:
    """Places on the track a state is reached from, and those it leads to."""
    into = {source for step in workflow.transitions if step.to == name for source in step.sources}
    out = {step.to for step in workflow.leaving(name)}
    return {track.index(one) for one in into if one in track}, {track.index(one) for one in out if one in track}


def diagram(workflow: Workflow, setup: Setup, title: str, *, standalone: bool = False) -> Markup:
    """The drawing as SVG; `standalone` adds its colours, which pages take from the theme."""
    shown = stops(workflow, setup)
    heights = [ROW + 20 * (len(_wrapped(stop.label)) - 1 + max(len(stop.notes) - 1, 0)) for stop in shown]
    tops = [28 + sum(heights[:index]) for index in range(len(shown))]
    on_line = [top for stop, top in zip(shown, tops, strict=True) if not stop.is_branch]
    attributes = 'xmlns="http://www.w3.org/2000/svg"' if standalone else f'width="{WIDTH}"'
    parts = [
        Markup('<svg class="diagram" {} viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
            Markup(attributes),  # noqa: S704 - constant
            WIDTH,
            tops[-1] + heights[-1] - 14,
            title,
        ),
        Markup(STYLE) if standalone else Markup(""),  # noqa: S704 - constant
        Markup('<path class="diagram-line" d="M{0} {1}V{2}"/>').format(LINE_X, on_line[0], on_line[-1]),
    ]
    parts += [_drawn(stop, top) for stop, top in zip(shown, tops, strict=True)]
    return Markup("\n").join([part for part in parts if part] + [Markup("</svg>")])


STYLE = (
    "<style>.diagram-line,.diagram-branch{fill:none;stroke:#0b4f4a;stroke-width:4}.diagram-branch{stroke-dasharray:2 5}"
    ".diagram-stop{fill:#0b4f4a}.diagram-wait{fill:#f2b33d;stroke:#1d2421;stroke-width:3}.diagram-yes{fill:#1f6b3a}"
    ".diagram-no{fill:#a3261b}.diagram-off{fill:#fff;stroke:#6b6f6a;stroke-width:3}"
    "text{font:16px sans-serif;fill:#1d2421}.diagram-note{font-size:13px;fill:#4d534f}</style>"
)


def _drawn(stop: Stop, y: int) -> Markup:
    """One state: its mark, its name and what is noted under it."""
    x = BRANCH_X if stop.is_branch else LINE_X
    text_x = x + 26
    lines = _wrapped(stop.label)
    rows = [
        Markup('<text x="{}" y="{}">{}</text>').format(text_x, y + 5 + 20 * index, line)
        for index, line in enumerate(lines)
    ]
    below = y + 5 + 20 * len(lines)
    rows += [
        Markup('<text class="diagram-note" x="{}" y="{}">{}</text>').format(text_x, below + 18 * index, note)
        for index, note in enumerate(stop.notes)
    ]
    branch = Markup('<path class="diagram-branch" d="M{} {}Q{} {} {} {}"/>').format(
        LINE_X, y - 26, LINE_X, y, x - 10, y
    )
    return Markup("\n").join([*([branch] if stop.is_branch else []), _mark(stop, x, y), *rows])


def _mark(stop: Stop, x: int, y: int) -> Markup:
    """A disc; a square for a no, as everywhere in the product."""
    if stop.state.tone == "no":
        return Markup('<rect class="diagram-no" x="{}" y="{}" width="17" height="17"/>').format(x - 8, y - 8)
    kind = f"diagram-{stop.state.tone}" if stop.is_branch else "diagram-stop"
    return Markup('<circle class="{}" cx="{}" cy="{}" r="9"/>').format(kind, x, y)


def _wrapped(label: str) -> list[str]:
    """The label on one line, or on two of nearly the same length."""
    cuts = [place for place, sign in enumerate(label) if sign == " "]
    if len(label) <= WRAP or not cuts:
        return [label]
    cut = min(cuts, key=lambda place: max(place, len(label) - place - 1))
    return [label[:cut], label[cut + 1 :]]


def _stop(workflow: Workflow, state: State, setup: Setup, *, is_branch: bool) -> Stop:
    """A state with its notes: time allowed, whether it may be passed by, and where a branch goes on."""
    limit = setup.deadline(state)
    notes = [_("at most %(time)s", time=time_allowed(limit))] if limit else []
    if not is_branch and state.name not in {workflow.initial.name, *workflow.line}:
        notes.append(_("not for every file"))
    if is_branch and not state.final:
        targets = dict.fromkeys(_target(workflow, step, setup.labels) for step in _leaving(workflow, state, setup))
        if len(targets) <= 2:
            notes.append("→ " + ", ".join(targets))
    return Stop(state, label_of(state, setup.labels), tuple(notes), is_branch)


def _leaving(workflow: Workflow, state: State, setup: Setup) -> list[Transition]:
    """What can follow, without what the town turned off."""
    return [step for step in workflow.leaving(state.name) if step.to not in setup.skipped]


def _leaves_at(workflow: Workflow, line: list[str], name: str, seen: frozenset[str] = frozenset()) -> int:
    """Index of the last station it is reached from, directly or by another branch."""
    sources = {source for step in workflow.transitions if step.to == name for source in step.sources} - seen
    direct = [line.index(source) for source in sources if source in line]
    if direct:
        return max(direct)
    return max((_leaves_at(workflow, line, source, seen | {name}) for source in sources), default=0)


def _target(workflow: Workflow, step: Transition, labels: Mapping[str, PerLanguage]) -> str:
    """The name of the state an act leads to."""
    return label_of(workflow.state(step.to), labels)


def table(workflow: Workflow, setup: Setup) -> str:
    """The same in Markdown, for the documentation."""
    lines = ["| State | Meaning | Time | What can follow |", "| --- | --- | --- | --- |"]
    for state in told(workflow, setup):
        follows = "<br>".join(f"{escape(act)} → {escape(target)}" for act, target in state.follows)
        lines.append(f"| {state.label} | {state.help} | {state.time} | {follows} |")
    return "\n".join(lines) + "\n"
