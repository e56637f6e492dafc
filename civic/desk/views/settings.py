# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/settings: what the town sets; forms drawn from the declarations of core and modules."""

from flask import abort, render_template, url_for
from flask_babel import gettext as _

from civic.db.session import db
from civic.desk.acting import enter
from civic.desk.language_fields import languages, named
from civic.desk.sections import sections
from civic.desk.settings_form import settings_form
from civic.desk.workflow_form import workflow_form
from civic.module import Resource
from civic.registry import current_registry
from civic.settings.store import portal_state, save_settings
from civic.settings.workflows import workflow_scope
from civic.web.acts import Act, Page
from civic.web.sending import Saved, form_page

CHANGE = "settings:change"
READ = "permission:read"


def index() -> str:
    """The ways to every setting that is open to the visitor."""
    visit = enter(READ)
    return render_template(
        "desk/settings/index.html",
        visit=visit,
        sections=list(sections()),
        resources=list(current_registry().resources()),
    )


def edit(scope: str) -> Page:
    """Settings of one scope."""
    enter(CHANGE)
    section = next((known for known in sections() if known.scope == scope), None)
    if section is None:
        abort(404)
    present = portal_state(db.session()).settings(scope, section.settings)
    form = settings_form(section.settings, present)

    def save(done: Act) -> Saved:
        save_settings(done.session, done.actor, scope, form.built, done.at)
        return Saved(url_for("desk.settings"), _("Saved: %(title)s.", title=section.title))

    return form_page(
        form, save, lambda: render_template("desk/settings/form.html", form=form, section=section), action=CHANGE
    )


def edit_workflow(kind: str) -> Page:
    """Names, deadlines and optional stages of one workflow."""
    enter(CHANGE)
    resource = _resource(kind)
    spoken = _languages()
    scope = workflow_scope(kind)
    form = workflow_form(resource.workflow, portal_state(db.session()).values.get(scope, {}), spoken)

    def save(done: Act) -> Saved:
        save_settings(done.session, done.actor, scope, form.values(resource.workflow, spoken), done.at)
        return Saved(url_for("desk.settings"), _("Saved: %(title)s.", title=resource.plural))

    def draw() -> str:
        groups = form.groups(resource.workflow, spoken)
        return render_template("desk/settings/workflow.html", form=form, groups=groups, resource=resource)

    return form_page(form, save, draw, action=CHANGE)


def _resource(kind: str) -> Resource:
    """The resource of that kind; 404 when there is none."""
    found = current_registry().resource(kind)
    if found is None:
        abort(404)
    return found


def _languages() -> dict[str, str]:
    """The portal's languages, named in that of the page."""
    return {code: named(code) for code in languages()}
