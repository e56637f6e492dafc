# SPDX-License-Identifier: AGPL-3.0-or-later
"""Parts of a process at the desk: phases, modules placed in it, documents and news."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import abort, flash, render_template, request
from flask_babel import gettext as _
from sqlalchemy import func, select

from civic.attachments.forms import ATTACH, AttachmentsPart
from civic.desk.language_fields import other_fields
from civic.desk.process_forms import (
    component_data,
    component_form,
    document_data,
    document_form,
    phase_data,
    phase_form,
)
from civic.desk.views.processes import OpenProcess, home_of, open_process, own_part
from civic.documents import edit_document, publish_document, remove_document
from civic.files.queries import files_of_document
from civic.files.settings import files_settings
from civic.i18n.texts import text
from civic.items.models import Document, Item
from civic.module import Module
from civic.registry import current_registry
from civic.settings.store import portal_state
from civic.spaces.days import final_day, first_day
from civic.spaces.models import Component, Phase
from civic.spaces.placing import (
    remove_component,
    remove_phase,
    save_component,
    save_phase,
)
from civic.web.acts import Act, Page, act
from civic.web.sending import Saved, form_page
from civic.web.uploads import takes_files


def phase(space_id: int, phase_id: int | None = None) -> Page:
    """Add a phase, or change one."""
    shown = open_process(space_id)
    known = own_part(shown, Phase, phase_id) if phase_id is not None else None
    form = phase_form(known, shown.frame.version, _verbs(shown))
    if known is not None and request.method == "GET":
        form.opens_on.data, form.last_on.data = first_day(known.opens_at), final_day(known.closes_at)

    def save(done: Act) -> Saved:
        data = phase_data(form)
        save_phase(done.session, done.actor, space_id, data, at=done.at, phase_id=phase_id, version=form.seen)
        return Saved(home_of(space_id, "phases"), _("The phase is saved."))

    title = _("Change the phase") if phase_id else _("Add a phase")
    return _form_page(space_id, form, save, title, _("Save the phase"))


def _verbs(shown: OpenProcess) -> list[tuple[str, str]]:
    """What a phase can open: each verb for all the modules placed here, or for one of several."""
    placed = list(shown.session.scalars(select(Component).where(Component.space_id == shown.space.id)).unique())
    modules = current_registry().modules
    named = {
        verb.name: str(verb.title) for one in placed if one.module in modules for verb in modules[one.module].verbs
    }
    if not placed:
        named = {verb.name: str(verb.title) for module in modules.values() for verb in module.verbs}
    choices = [(f":{name}", title) for name, title in named.items()]
    if len(placed) > 1:
        choices += [
            (f"{one.id}:{verb.name}", _("%(part)s only: %(verb)s", part=text(one.title), verb=verb.title))
            for one in placed
            if one.module in modules
            for verb in modules[one.module].verbs
        ]
    return choices


def drop_phase(space_id: int, phase_id: int) -> Page:
    """Remove a phase."""
    open_process(space_id)
    with act() as done:
        remove_phase(done.session, done.actor, space_id, phase_id, at=done.at)
        done.location = home_of(space_id, "phases")
    flash(_("The phase is removed."))
    return done.done()


def component(space_id: int, component_id: int | None = None) -> Page:
    """Place a module, or change how it is placed."""
    shown = open_process(space_id)
    known = own_part(shown, Component, component_id) if component_id is not None else None
    placeable = _placeable(shown)
    settings = current_registry().modules[known.module].settings if known and known.module in placeable else None
    choices = [(name, str(module.title)) for name, module in placeable.items()]
    present = portal_state(shown.session).settings(f"module:{known.module}", settings) if known and settings else None
    form = component_form(known, shown.frame.version, choices, settings, present)
    if known is not None and request.method == "GET":
        form.opens_on.data = first_day(known.opens_at) if known.opens_at else None
        form.last_on.data = final_day(known.closes_at) if known.closes_at else None

    def save(done: Act) -> Saved:
        query = select(func.count()).select_from(Component).where(Component.space_id == space_id)
        position = known.position if known else done.session.scalar(query) or 0
        data = component_data(form, known.module if known else form.module.data, settings, position)
        save_component(
            done.session, done.actor, space_id, data, at=done.at, component_id=component_id, version=form.seen
        )
        return Saved(home_of(space_id, "parts"), _("Saved."))

    title = _("Change a part of the process") if component_id else _("Place a module in the process")
    return _form_page(space_id, form, save, title, _("Save this part") if component_id else _("Place it"))


def _placeable(shown: OpenProcess) -> dict[str, Module]:
    """Modules that are on and manage something."""
    on = portal_state(shown.session).modules_on
    return {name: module for name, module in current_registry().modules.items() if name in on and module.resources}


def drop_component(space_id: int, component_id: int) -> Page:
    """Take a module out, as long as nothing was written in it."""
    open_process(space_id)
    with act() as done:
        remove_component(done.session, done.actor, space_id, component_id, at=done.at)
        done.location = home_of(space_id, "parts")
    flash(_("It is removed from the process."))
    return done.done()


@takes_files
def document(space_id: int, document_id: int | None = None) -> Page:
    """Publish a document or a piece of news with its files, or change one."""
    shown = open_process(space_id)
    known = _own_document(shown, document_id) if document_id is not None else None
    files = files_of_document(shown.session, known.id) if known is not None else ()
    form = document_form(known, shown.frame.version, files)

    def save(done: Act) -> Saved:
        data = document_data(form)
        if document_id is None:
            saved = publish_document(done.session, done.actor, space_id, data, at=done.at)
        else:
            saved = edit_document(done.session, done.actor, space_id, document_id, data, at=done.at, version=form.seen)
        process = done.session.get_one(Item, space_id)
        form.save_files(done.session, done.actor, process, done.at, saved)
        return Saved(home_of(space_id, "documents"), _("It is published."))

    title = _("Change news or a document") if document_id else _("Publish news or a document")
    if request.method == "POST" and ATTACH in request.form:
        form.take_file()  # kept with the form, which comes back: what is not finished is not published
        return _form_drawn(space_id, form, title, _("Publish")), 422 if form.file.errors else 200
    return _form_page(space_id, form, save, title, _("Publish"))


def _own_document(shown: OpenProcess, document_id: int) -> Document:
    """The document of this very process; 404 for another one's."""
    found = shown.session.get(Document, document_id)
    if found is None or found.item_id != shown.space.id:
        abort(404)
    return found


def drop_document(space_id: int, document_id: int) -> Page:
    """Withdraw a document or a piece of news."""
    open_process(space_id)
    with act() as done:
        remove_document(done.session, done.actor, space_id, document_id, at=done.at)
        done.location = home_of(space_id, "documents")
    flash(_("It is withdrawn."))
    return done.done()


def _form_page(space_id: int, form: Any, save: Callable[[Act], Saved], title: str, label: str) -> Page:
    """The form of a part, sent or asked for."""
    draw = partial(_form_drawn, space_id, form, title, label)
    return form_page(form, save, draw, version=lambda: open_process(space_id).frame.version)


def _form_drawn(space_id: int, form: Any, title: str, label: str) -> str:
    """The form of a part, own language first, the others in a disclosure."""
    shown = open_process(space_id)
    return render_template(
        "desk/processes/part.html",
        shown=shown,
        form=form,
        title=title,
        save=label,
        others=other_fields(form),
        files_limits=files_settings(shown.session) if isinstance(form, AttachmentsPart) else None,
    )
