# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/look: the theme among those found, the town's main colour, its logo."""

from dataclasses import replace
from io import BytesIO

from flask import flash, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from civic.db.session import db
from civic.desk.acting import enter
from civic.desk.look_forms import LogoForm, LookForm, look_form
from civic.files.checking import PICTURE, check_upload
from civic.files.settings import FilesSettings
from civic.permissions.decision import Missing
from civic.settings.store import portal_state
from civic.themes.look import LOOK_SCOPE, LookSettings, dressed, remove_logo, save_logo, save_look
from civic.themes.web import current_gallery
from civic.web.acts import Act, Page, permitted
from civic.web.sending import Saved, form_page
from civic.web.uploads import takes_files

CHANGE = "settings:change"
LOGO_LIMITS = FilesSettings(picture_megabytes=5, document_megabytes=1)


def look() -> Page:
    """Choose the theme and the main colours."""
    enter(CHANGE)
    gallery = current_gallery()
    form = look_form(gallery, _present())

    def save(done: Act) -> Saved:
        chosen = LookSettings(form.theme.data, form.primary.data or "", form.primary_dark.data or "")
        save_look(done.session, done.actor, gallery, chosen, done.at)
        return Saved(url_for("desk.look"), _("The portal has its new look, on every page."))

    return form_page(form, save, lambda: _page(form), action=CHANGE)


@takes_files
def logo() -> Page:
    """Take a logo in place of the present one."""
    enter(CHANGE)
    form = LogoForm()

    def save(done: Act) -> Saved:
        save_logo(done.session, done.actor, _checked(form), form.alternative.data or "", done.at)
        return Saved(url_for("desk.look"), _("The logo stands at the top of each page."))

    return form_page(form, save, lambda: _page(logo_form=form), action=CHANGE)


def drop_logo() -> Response:
    """Go back to the product's own mark."""
    enter(CHANGE)
    with permitted(CHANGE) as done:
        remove_logo(done.session, done.actor, done.at)
        done.location = url_for("desk.look")
    flash(_("The logo is removed."))
    return done.done()


def _checked(form: LogoForm) -> bytes:
    """The bytes of a picture, told by its content. Raises Missing on the field."""
    sent = form.logo.data
    name = sent.filename or ""
    try:
        checked = check_upload(name, BytesIO(sent.stream.read()), LOGO_LIMITS)
    except Missing as error:
        raise Missing({"logo": error.fields["file"]}) from error
    if checked.purpose != PICTURE:
        raise Missing({"logo": _("“%(name)s” is no picture. Send a PNG or a JPEG.", name=name)})
    return checked.content


def _present() -> LookSettings:
    """What was chosen."""
    return portal_state(db.session()).settings(LOOK_SCOPE, LookSettings)


def _page(form: LookForm | None = None, logo_form: LogoForm | None = None) -> str:
    """The themes with a sample of each in the town's colours, and the logo. Each form shows what was typed, or what holds."""
    gallery = current_gallery()
    present = _present()
    return render_template(
        "desk/settings/look.html",
        form=form or look_form(gallery, present),
        logo_form=logo_form or LogoForm(),
        samples={name: dressed(gallery, replace(present, theme=name)) for name in gallery.themes},
        set_aside=gallery.set_aside,
    )
