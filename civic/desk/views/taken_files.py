# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/files/<id>/restore: put back a picture or a document that was taken away by mistake."""

from flask import abort, render_template, url_for
from flask_babel import gettext as _

from civic.attachments.forms import RemovalForm
from civic.desk.acting import enter
from civic.files.models import StoredFile
from civic.files.moderation import restore_file
from civic.items.models import Item
from civic.permissions.core import CORE_POLICY
from civic.spaces.workflow import PROCESS_KIND
from civic.web.acts import Act, Page
from civic.web.sending import Saved, form_page

MODERATE = "file:moderate"


def restore(file_id: int) -> Page:
    """Why it is put back; then it is shown where its item is."""
    visit = enter("desk:enter")
    file = visit.session.get(StoredFile, file_id)
    item = visit.session.get_one(Item, file.item_id) if file is not None else None
    if file is None or item is None or file.taken_by_id is None:
        abort(404)
    CORE_POLICY.require(MODERATE, visit.actor, item, visit.at)
    name, title, kind, item_id = file.name, item.title, item.kind, item.id
    place = _place(kind, item_id)
    form = RemovalForm()

    def save(done: Act) -> Saved:
        found = done.session.get_one(StoredFile, file_id)
        subject = done.session.get_one(Item, item_id)
        restore_file(done.session, done.actor, subject, found, form.reason.data or "", done.at)
        return Saved(place, _("Put back: %(name)s.", name=name))

    def draw() -> str:
        return render_template("desk/restore_file.html", name=name, title=title, place=place, form=form)

    return form_page(form, save, draw)


def _place(kind: str, item_id: int) -> str:
    """Where the list of what was taken away stands."""
    if kind == PROCESS_KIND:
        return url_for("desk.process", space_id=item_id, _anchor="taken")
    return url_for("desk.item", item_id=item_id, _anchor="taken")
