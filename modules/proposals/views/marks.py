# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a state looks like in a list: its label, its tone and its small line, made once per state and not per row."""

from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy.orm import Session

from civic.i18n.setup import current_language
from civic.settings.store import portal_state
from civic.workflow.declaration import State
from civic.workflow.engine import Lifecycle
from civic.workflow.stations import Station, label_of, stations

from ..services import cycle_of


@dataclass
class Mark:
    """A state as lists draw it."""

    cycle: Lifecycle
    name: str
    drawn: dict[str, str] = field(default_factory=dict)
    """What templates drew of it, kept as long as the mark."""

    @cached_property
    def state(self) -> State:
        """The state as it is declared."""
        return self.cycle.workflow.state(self.name)

    @cached_property
    def label(self) -> str:
        """The town's name of the state."""
        return label_of(self.state, self.cycle.setup.labels)

    @cached_property
    def tone(self) -> str:
        """Form and colour."""
        return self.state.mark

    @cached_property
    def stations(self) -> list[Station]:
        """The small line."""
        setup = self.cycle.setup
        return stations(self.cycle.workflow, self.name, setup.labels, setup.skipped)


def marks(session: Session) -> dict[str, Mark]:
    """The mark of each state, made once per language until the town changes its settings."""
    return portal_state(session).keep(("proposals.marks", current_language()), lambda: _made(cycle_of(session)))


def _made(cycle: Lifecycle) -> dict[str, Mark]:
    """A mark per state."""
    return {state.name: Mark(cycle, state.name) for state in cycle.workflow.states}
