# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/processes/<id>/phases/<id>/settings: what a phase sets otherwise than the rest of the year."""

from dataclasses import asdict
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from sqlalchemy import select

from civic.desk.phase_settings_form import Group, groups_of, phase_settings_form
from civic.desk.views.processes import OpenProcess, home_of, open_process, own_part
from civic.module import Module
from civic.registry import current_registry
from civic.settings.declaration import build, fitting
from civic.settings.store import portal_state
from civic.spaces.models import Component, Phase
from civic.spaces.placing import set_phase_settings
from civic.web.acts import Act, Page
from civic.web.sending import Saved, form_page


def phase_settings(space_id: int, phase_id: int) -> Page:
    """Limits that hold while this phase lasts."""
    shown = open_process(space_id)
    form = phase_settings_form(_groups(shown, own_part(shown, Phase, phase_id)), shown.frame.version)

    def save(done: Act) -> Saved:
        set_phase_settings(done.session, done.actor, space_id, phase_id, form.values(), at=done.at, version=form.seen)
        return Saved(home_of(space_id, "phases"), _("The settings of the phase are saved."))

    def draw() -> str:
        again = open_process(space_id)
        phase = own_part(again, Phase, phase_id)
        return render_template("desk/processes/phase_settings.html", shown=again, phase=phase, form=form)

    return form_page(form, save, draw, version=lambda: open_process(space_id).frame.version)


def _groups(shown: OpenProcess, phase: Phase) -> list[Group]:
    """What the phase can set otherwise, with what holds outside it."""
    state = portal_state(shown.session)
    placed = shown.session.scalars(select(Component).where(Component.space_id == shown.space.id)).unique()

    def present(module: Module, part: Component | None) -> Any:
        assert module.settings is not None
        usual = state.settings(f"module:{module.name}", module.settings)
        here = fitting(module.settings, part.settings) if part is not None else {}
        return build(module.settings, {**asdict(usual), **here})

    return groups_of(phase, placed, current_registry().modules.values(), present)
