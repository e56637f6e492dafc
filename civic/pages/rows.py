# SPDX-License-Identifier: AGPL-3.0-or-later
"""Items of any module as rows of a register: title, address, state, line; drawn once per state, not once per row."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import nh3
from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from civic.module import Resource
from civic.registry import current_registry
from civic.settings.store import portal_state
from civic.settings.workflows import lifecycle
from civic.web.templating import markdown
from civic.workflow.engine import Lifecycle
from civic.workflow.stations import Station, label_of, stations

EXCERPT = 180


@dataclass(frozen=True)
class Shown:
    """A state as a row shows it."""

    label: str
    tone: str
    line: tuple[Station, ...]
    line_label: str


class States:
    """States of every module that is on, with the town's names; one instance per request."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.on = portal_state(session).modules_on
        self._shown: dict[tuple[str, str], Shown] = {}

    @cached_property
    def resources(self) -> Mapping[str, Resource]:
        """Resources of the modules that are on, by kind; processes are listed apart."""
        return {
            kind: resource for kind, resource in current_registry().resources() if kind.partition(".")[0] in self.on
        }

    @cached_property
    def kinds(self) -> list[str]:
        """Kinds that lists across modules show."""
        return sorted(self.resources)

    def cycle(self, kind: str) -> Lifecycle:
        """The life of a kind with the town's setup."""
        resource = self.resources[kind]
        return lifecycle(self.session, resource.workflow, resource.policy)

    def shown(self, kind: str, state: str) -> Shown:
        """A state, drawn once."""
        if (kind, state) not in self._shown:
            cycle = self.cycle(kind)
            declared = cycle.workflow.state(state)
            drawn = tuple(stations(cycle.workflow, state, cycle.setup.labels, cycle.setup.skipped))
            reached = sum(station.status != "next" for station in drawn)
            label = label_of(declared, cycle.setup.labels)
            words = _("Step %(step)s of %(count)s: %(state)s", step=reached, count=len(drawn), state=label)
            self._shown[kind, state] = Shown(label, declared.mark, drawn, words)
        return self._shown[kind, state]

    def having(self, test: Callable[[str, str, bool], bool]) -> list[tuple[str, str]]:
        """Pairs (kind, state) whose (name, tone, final) pass the test."""
        return [
            (kind, state.name)
            for kind, resource in self.resources.items()
            for state in resource.workflow.states
            if test(state.name, state.tone, state.final)
        ]

    def url(self, kind: str, number: int | None) -> str:
        """The page of an item."""
        resource = self.resources.get(kind)
        if resource is None or number is None:
            return url_for("pages.number", number=number or 0)
        return url_for(resource.endpoint, number=number)


def excerpt(source: str, limit: int = EXCERPT) -> str:
    """The beginning of a Markdown text as plain words, cut between two of them; its no-break spaces stay."""
    first = re.split(r"\n\s*\n", source.strip(), maxsplit=1)[0]
    plain = re.sub(r"[ \t\r\n]+", " ", html.unescape(nh3.clean(markdown(first), tags=set()))).strip()
    if len(plain) <= limit:
        return plain
    cut = plain.rfind(" ", 0, limit)
    return plain[: cut if cut > limit // 2 else limit].rstrip(" ,;:.\u202f\u00a0") + "…"
