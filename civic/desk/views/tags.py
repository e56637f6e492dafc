# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/tags: the town's list of themes; one is renamed, joined with another, or removed when nothing bears it."""

from typing import Any

from flask import abort, flash, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from civic.db.session import db
from civic.desk.acting import enter
from civic.desk.language_fields import fill_texts, other_fields, texts_of
from civic.desk.tag_forms import MergeForm, merge_form, tag_form
from civic.i18n.texts import text
from civic.items.models import Tag
from civic.items.tag_list import add_tag, counted_tags, merge_tag, remove_tag, rename_tag
from civic.web.acts import Act, Page, permitted
from civic.web.sending import Saved, form_page

MANAGE = "tag:manage"


def tags() -> Page:
    """Every theme with its use, and the form of a new one."""
    enter(MANAGE)
    form = tag_form()

    def save(done: Act) -> Saved:
        add_tag(done.session, done.actor, texts_of(form, "name"), at=done.at)
        return Saved(url_for("desk.tags"), _("The theme is added."))

    def draw() -> str:
        known = counted_tags(db.session())
        return render_template("desk/settings/tags.html", tags=known, form=form, others=other_fields(form))

    return form_page(form, save, draw, action=MANAGE)


def tag(tag_id: int) -> Page:
    """Rename a theme."""
    enter(MANAGE)
    form = tag_form(_known(tag_id))

    def save(done: Act) -> Saved:
        rename_tag(done.session, done.actor, tag_id, texts_of(form, "name"), at=done.at)
        return Saved(url_for("desk.tags"), _("The theme has its new name."))

    return form_page(form, save, lambda: _page(tag_id, form), action=MANAGE)


def merge(tag_id: int) -> Page:
    """Put another theme in its place."""
    enter(MANAGE)
    _known(tag_id)
    form = merge_form(tag_id, counted_tags(db.session()))

    def save(done: Act) -> Saved:
        into = merge_tag(done.session, done.actor, tag_id, form.into_id.data, at=done.at)
        return Saved(url_for("desk.tags"), _("Both themes are one now: “%(name)s”.", name=text(into.name)))

    return form_page(form, save, lambda: _page(tag_id, merging=form), action=MANAGE)


def remove(tag_id: int) -> Response:
    """Remove a theme that nothing bears."""
    enter(MANAGE)
    with permitted(MANAGE) as done:
        remove_tag(done.session, done.actor, tag_id, at=done.at)
        done.location = url_for("desk.tags")
    flash(_("The theme is removed."))
    return done.done()


def _known(tag_id: int) -> Tag:
    """The theme; 404 when there is none."""
    found = db.session().get(Tag, tag_id)
    if found is None:
        abort(404)
    return found


def _page(tag_id: int, form: Any = None, merging: MergeForm | None = None) -> str:
    """One theme with what can be done about it."""
    known = counted_tags(db.session())
    shown = next((one for one in known if one.id == tag_id), None)
    if shown is None:
        abort(404)
    named = form if form is not None else _named(tag_id)
    return render_template(
        "desk/settings/tag.html",
        tag=shown,
        form=named,
        others=other_fields(named),
        merging=merging or merge_form(tag_id, known),
        alone=len(known) == 1,
    )


def _named(tag_id: int) -> Any:
    """The form of the name beside another one that came back: it shows what is stored."""
    form = tag_form()
    fill_texts(form, "name", _known(tag_id).name)
    return form
