# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a town sets for a workflow: names of states, deadlines, optional states turned off."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from civic.db.types import PerLanguage
from civic.i18n.setup import current_zone
from civic.permissions.policy import Policy
from civic.settings.store import portal_state
from civic.workflow.declaration import Deadline, Workflow
from civic.workflow.engine import Lifecycle, Setup


@dataclass(frozen=True)
class WorkflowSettings:
    """Values of one workflow, stored by `save_settings` under `workflow_scope(kind)`."""

    labels: dict[str, PerLanguage] = field(default_factory=dict)
    deadlines: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    """State -> {"days": 10, "working": true}, or None for no deadline; absent states keep the declared one."""
    skipped: list[str] = field(default_factory=list)


def workflow_scope(kind: str) -> str:
    """Where the values are stored: {"labels": {state: {fr: …}}, "deadlines": {state: {days, working}|None}, "skipped": […]}."""
    return f"workflow:{kind}"


def lifecycle(session: Session, workflow: Workflow, policy: Policy) -> Lifecycle:
    """The workflow with the town's names, deadlines and skipped states."""
    values = portal_state(session).values.get(workflow_scope(workflow.name), {})
    deadlines = {state: Deadline(**limit) if limit else None for state, limit in values.get("deadlines", {}).items()}
    setup = Setup(current_zone(), values.get("labels", {}), deadlines, frozenset(values.get("skipped", ())))
    return Lifecycle(workflow.name, workflow, policy, setup)
