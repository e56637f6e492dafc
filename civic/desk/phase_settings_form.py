# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form of what a phase sets otherwise: one group per act it opens, drawn from the modules' phase settings."""

from collections.abc import Callable, Iterable
from dataclasses import Field as Declared
from dataclasses import dataclass, fields
from typing import Any

from flask import request
from flask_babel import gettext as _
from wtforms import Field

from civic.desk.overrides import fill_overrides, override_fields, overrides_of
from civic.i18n.texts import text
from civic.module import Module
from civic.settings.declaration import bounds_of
from civic.spaces.models import Component, Phase, PhaseVerb
from civic.web.forms import VersionedForm


@dataclass(frozen=True)
class Group:
    """An act the phase opens, and the settings about it that the phase may change."""

    opened: PhaseVerb
    title: str
    declared: tuple[Declared[Any], ...]
    present: Any
    """The settings as they are where the phase changes nothing."""

    @property
    def prefix(self) -> str:
        """What the names of its fields begin with."""
        return f"act{self.opened.id}-"


class PhaseSettingsForm(VersionedForm):
    """Made by `phase_settings_form`."""

    groups: tuple[Group, ...] = ()

    def drawn(self) -> list[tuple[str, list[Field]]]:
        """Each act with its controls, for the template."""
        return [(group.title, [self[f"{group.prefix}{one.name}"] for one in group.declared]) for group in self.groups]

    def values(self) -> dict[int, dict[str, Any]]:
        """What was typed, for the service."""
        return {group.opened.id: overrides_of(self, group.prefix, group.declared) for group in self.groups}


def phase_settings_form(groups: Iterable[Group], version: int) -> PhaseSettingsForm:
    """The form, filled with what the phase sets otherwise."""
    kept = tuple(groups)
    drawn: dict[str, Any] = {"groups": kept}
    for group in kept:
        drawn |= override_fields(group.declared, group.prefix, group.present)
    made: type[PhaseSettingsForm] = type("DrawnPhaseSettingsForm", (PhaseSettingsForm,), drawn)
    form = made(version=version)
    if request.method == "GET":
        for group in kept:
            fill_overrides(form, group.prefix, group.opened.settings)
    return form


def groups_of(
    phase: Phase,
    placed: Iterable[Component],
    modules: Iterable[Module],
    present: Callable[[Module, Component | None], Any],
) -> list[Group]:
    """The acts a phase opens that have settings of their own; an act open for one part concerns its module only.

    `present` gives the settings of a module as they are outside phases: in a part, or (None) in every part.
    """
    parts, known = {one.id: one for one in placed}, list(modules)
    here = {one.module for one in parts.values()} or {module.name for module in known}
    found = []
    for opened in sorted(phase.verbs, key=lambda one: one.id):
        part = parts.get(opened.component_id) if opened.component_id is not None else None
        concerned = {part.module} if part is not None else here
        for module in known:
            declared = _about(module, opened.verb) if module.name in concerned else ()
            if declared:
                title = next(str(verb.title) for verb in module.verbs if verb.name == opened.verb)
                if part is not None:
                    title = _("%(part)s only: %(verb)s", part=text(part.title), verb=title)
                found.append(Group(opened, title, declared, present(module, part)))
                break
    return found


def _about(module: Module, verb: str) -> tuple[Declared[Any], ...]:
    """The settings of a module that a phase may change where it opens this act."""
    declared = fields(module.phase_settings) if module.phase_settings is not None else ()
    return tuple(one for one in declared if bounds_of(one).verb == verb)
