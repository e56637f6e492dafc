# SPDX-License-Identifier: AGPL-3.0-or-later
"""Changes of settings in the words of their declarations."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from civic.desk.sections import Section, sections
from civic.i18n.texts import text
from civic.registry import Registry
from civic.settings.declaration import bounds_of
from civic.settings.demonstration import DEMONSTRATION_SCOPE, DemonstrationSettings
from civic.settings.workflows import workflow_scope
from civic.themes.look import LOGO_SCOPE, LOOK_SCOPE, LookSettings
from civic.workflow.declaration import Workflow

NOTHING = "–"


def scope_name(registry: Registry, scope: str) -> str:
    """Which settings these are; empty for those of a module that is gone."""
    found = next((section.title for section in _sections() if section.scope == scope), "")
    if not found and scope == LOGO_SCOPE:
        found = _("Logo")
    if not found:
        plurals = (resource.plural for kind, resource in registry.resources() if workflow_scope(kind) == scope)
        found = next((_("Stages: %(what)s", what=plural) for plural in plurals), "")
    return str(found)


def settings_changes(registry: Registry, scope: str, changed: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each setting that changed, with “before → after”; those that nobody declares any more are left out."""
    workflow = next((one.workflow for kind, one in registry.resources() if workflow_scope(kind) == scope), None)
    declared = next((section.settings for section in _sections() if section.scope == scope), None)
    for name, pair in changed.items():
        before, after = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
        if workflow is not None:
            label = _stage_label(name)
            told = [_of_stages(workflow, name, one) for one in (before, after)]
        elif scope == LOGO_SCOPE:
            label = _("What it shows") if name == "alternative" else ""
            told = [_plain(one) for one in (before, after)]
        else:
            label, choices = _declared(declared, name)
            told = [str(choices.get(one, "")) if isinstance(one, str) and choices else _plain(one) for one in (before, after)]  # fmt: skip
        if label and told[0] != told[1]:
            yield label, f"{told[0] or NOTHING} → {told[1] or NOTHING}"


def phase_changes(registry: Registry, changed: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a phase sets otherwise, by the act it opens."""
    for verb, pair in changed.items():
        title = next((one.title for module in registry for one in module.verbs if one.name == verb), "")
        if title and isinstance(pair, list) and len(pair) == 2:
            before, after = (_of_phase(registry, one) for one in pair)
            yield str(title), f"{before or NOTHING} → {after or NOTHING}"


def _sections() -> Iterator[Section]:
    """Every settings class that the journal may speak of: those of the desk, the look, the demonstration."""
    yield from sections()
    yield Section(LOOK_SCOPE, _("Look"), LookSettings)
    yield Section(DEMONSTRATION_SCOPE, _("Demonstration"), DemonstrationSettings)


def _declared(settings: type[Any] | None, name: str) -> tuple[str, Mapping[str, str]]:
    """Label and choices of a setting; empty for one that is not declared."""
    for one in fields(settings) if settings is not None else ():
        if one.name == name:
            return str(bounds_of(one).title), dict(bounds_of(one).choices)
    return "", {}


def _plain(value: Any) -> str:
    """A value that is no choice."""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    return str(value) if isinstance(value, str | int) else ""


def _of_phase(registry: Registry, values: Any) -> str:
    """The settings of a phase, by their labels."""
    told = []
    for name, value in values.items() if isinstance(values, dict) else ():
        for module in registry:
            label, choices = _declared(module.phase_settings, name)
            if label:
                shown = str(choices.get(value, "")) if isinstance(value, str) and choices else _plain(value)
                told.append(_("%(label)s: %(value)s", label=label, value=shown))
    return ", ".join(told)


def _stage_label(name: str) -> str:
    """What a town sets for the stages of a workflow."""
    labels = {"labels": _("Names of stages"), "deadlines": _("Deadlines"), "skipped": _("Stages turned off")}
    return str(labels.get(name, ""))


def _of_stages(workflow: Workflow, name: str, value: Any) -> str:
    """Names, deadlines or stages turned off, by the label of the stage."""
    states = {state.name: str(state.label) for state in workflow.states}
    if name == "skipped":
        return ", ".join(states[one] for one in value if one in states) if isinstance(value, list) else ""
    told = []
    for state, one in value.items() if isinstance(value, dict) else ():
        if state in states:
            words = _limit(one) if name == "deadlines" else text(one) if isinstance(one, dict) else ""
            told.append(_("%(label)s: %(value)s", label=states[state], value=words or NOTHING))
    return ", ".join(told)


def _limit(limit: Any) -> str:
    """A deadline."""
    days = limit.get("days") if isinstance(limit, dict) else None
    if type(days) is not int:
        return str(_("no deadline"))
    if limit.get("working"):
        return str(ngettext("%(num)s working day", "%(num)s working days", days))
    return str(ngettext("%(num)s day", "%(num)s days", days))
