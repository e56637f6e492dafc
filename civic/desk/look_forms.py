# SPDX-License-Identifier: AGPL-3.0-or-later
"""Forms of the town's look: theme and colours, logo."""

from flask_babel import lazy_gettext as _
from wtforms import Form, RadioField, StringField
from wtforms.validators import DataRequired, Optional, ValidationError

from civic.desk.fields import REQUIRED, within
from civic.themes.contrast import HEX_COLOUR
from civic.themes.gallery import Gallery
from civic.themes.look import LookSettings
from civic.web.forms import CivicForm, choices, one_line, strip
from civic.web.uploads import SentFile

LONGEST_ALTERNATIVE = 120


def as_hex(text: str | None) -> str:
    """Filter: `1F3A93`, `#1F3A93` and `#1f3a93` are one colour."""
    written = strip(text).lower()
    return f"#{written}" if HEX_COLOUR.match(f"#{written}") else written


def colour(form: Form, field: StringField) -> None:
    """Validator: a colour written with six digits."""
    if not HEX_COLOUR.match(field.data or ""):
        raise ValidationError(str(_("Write the colour as # and six digits or letters from a to f: #1f3a93.")))


class LookForm(CivicForm):
    """Which theme, and the town's main colours."""

    theme = RadioField(_("Look"), validators=[REQUIRED])
    primary = StringField(
        _("Main colour"),
        description=_(
            "Of buttons and links, as # and six digits: #1f3a93. Left empty, it is the look’s own. The contrast is computed wherever it meets another colour."
        ),
        filters=[as_hex],
        validators=[Optional(), colour],
    )
    primary_dark = StringField(
        _("Main colour in the dark"),
        description=_(
            "For those whose screen is dark. Left empty, it is drawn from the main colour, lightened until it can be read."
        ),
        filters=[as_hex],
        validators=[Optional(), colour],
    )


class LogoForm(CivicForm):
    """The logo and its words."""

    logo = SentFile(
        _("Picture"),
        description=_("PNG or JPEG, best on a transparent ground. It is drawn again, 144 pixels high at most."),
        validators=[DataRequired(_("Choose a file."))],
    )
    alternative = StringField(
        _("What it shows"),
        description=_("Read to those who do not see it. Example: “Arms of the town: a tower above a river”."),
        filters=[strip],
        validators=[
            DataRequired(_("Say what the logo shows: it is read to those who do not see it.")),
            within(LONGEST_ALTERNATIVE),
            one_line,
        ],
    )


def look_form(gallery: Gallery, present: LookSettings) -> LookForm:
    """The form of theme and colours, filled in with what holds now."""
    chosen = gallery.chosen(present.theme).folder.name
    form = LookForm(theme=chosen, primary=present.primary, primary_dark=present.primary_dark)
    form.theme.choices = choices((name, theme.name) for name, theme in gallery.themes.items())
    return form
