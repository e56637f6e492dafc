# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form of a workflow: names of its stages in each language, time allowed, optional stages off."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field, IntegerField, SelectField, StringField
from wtforms.validators import NumberRange, Optional

from civic.db.types import PerLanguage
from civic.desk.fields import REQUIRED, within
from civic.settings.workflows import WorkflowSettings
from civic.web.forms import CivicForm, choices, one_line, strip
from civic.workflow.declaration import State, Workflow

LONGEST_NAME = 60
MOST_DAYS = 3650

UNITS = (("calendar", _("calendar days")), ("working", _("working days")))


@dataclass(frozen=True)
class StateFields:
    """The controls of one stage, for the template."""

    state: State
    names: tuple[Field, ...]
    days: Field | None
    unit: Field | None
    is_on: Field | None


class WorkflowForm(CivicForm):
    """A form drawn from a workflow; made by `workflow_form`."""

    def groups(self, workflow: Workflow, languages: Mapping[str, str]) -> list[StateFields]:
        """The controls, stage by stage."""
        return [
            StateFields(
                state,
                tuple(self[_name(state, code)] for code in languages),
                self._fields.get(f"{state.name}-days"),
                self._fields.get(f"{state.name}-unit"),
                self._fields.get(f"{state.name}-on"),
            )
            for state in workflow.states
        ]

    def values(self, workflow: Workflow, languages: Mapping[str, str]) -> WorkflowSettings:
        """What was typed, as it is stored: only what differs from the declaration."""
        values = WorkflowSettings()
        for state in workflow.states:
            typed = {code: self[_name(state, code)].data for code in languages}
            if any(typed.values()):
                values.labels[state.name] = {code: name for code, name in typed.items() if name}
            if f"{state.name}-days" in self and self._limit(state) != _declared(state):
                values.deadlines[state.name] = self._limit(state)
            if f"{state.name}-on" in self and not self[f"{state.name}-on"].data:
                values.skipped.append(state.name)
        return values

    def _limit(self, state: State) -> dict[str, Any] | None:
        """The time typed for a stage; None for no limit."""
        days = self[f"{state.name}-days"].data
        return {"days": days, "working": self[f"{state.name}-unit"].data == "working"} if days else None


def workflow_form(workflow: Workflow, stored: Mapping[str, Any], languages: Mapping[str, str]) -> WorkflowForm:
    """The form of a workflow, filled in with what the town set; `languages` gives the name of each code."""
    drawn: dict[str, Field] = {}
    data: dict[str, Any] = {}
    for state in workflow.states:
        _draw_names(state, stored.get("labels", {}), languages, drawn, data)
        if not state.final:
            _draw_deadline(state, stored.get("deadlines", {}), drawn, data)
        if state.optional:
            drawn[f"{state.name}-on"] = BooleanField(_("In use"))
            data[f"{state.name}-on"] = state.name not in stored.get("skipped", ())
    made: type[WorkflowForm] = type("DrawnWorkflowForm", (WorkflowForm,), drawn)
    return made(**data)


def _draw_names(
    state: State,
    labels: Mapping[str, PerLanguage],
    languages: Mapping[str, str],
    drawn: dict[str, Field],
    data: dict[str, Any],
) -> None:
    """A name per language."""
    for code, language in languages.items():
        checks = [Optional(), within(LONGEST_NAME), one_line]
        drawn[_name(state, code)] = StringField(
            _("Name in %(language)s", language=language), filters=[strip], validators=checks
        )
        data[_name(state, code)] = labels.get(state.name, {}).get(code, "")


def _draw_deadline(
    state: State, deadlines: Mapping[str, dict[str, Any] | None], drawn: dict[str, Field], data: dict[str, Any]
) -> None:
    """Days allowed and their kind."""
    limit = deadlines.get(state.name, _declared(state)) or {}
    drawn[f"{state.name}-days"] = IntegerField(
        _("Days allowed"),
        validators=[Optional(), NumberRange(min=0, max=MOST_DAYS)],
    )
    drawn[f"{state.name}-unit"] = SelectField(_("Counted in"), choices=choices(UNITS), validators=[REQUIRED])
    data[f"{state.name}-days"] = limit.get("days")
    data[f"{state.name}-unit"] = "working" if limit.get("working") else "calendar"


def _declared(state: State) -> dict[str, Any] | None:
    """The declared deadline as it would be stored."""
    return {"days": state.deadline.days, "working": state.deadline.working} if state.deadline else None


def _name(state: State, code: str) -> str:
    """Field of a stage's name in a language."""
    return f"{state.name}-name-{code}"
