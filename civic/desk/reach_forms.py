# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form of the town's figures."""

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from civic.reach.census import EARLIEST, LONGEST_SOURCE
from civic.web.forms import CivicForm, one_line, strip
from civic.web.uploads import SentFile


class FiguresForm(CivicForm):
    """A file with where it comes from."""

    source = StringField(
        _("Source"),
        description=_("Who published these figures: “Insee, census of population”."),
        filters=[strip],
        validators=[InputRequired(), Length(max=LONGEST_SOURCE), one_line],
    )
    year = IntegerField(
        _("Year"),
        description=_("The year the figures are about."),
        validators=[InputRequired(), NumberRange(EARLIEST, 2999)],
    )
    file = SentFile(_("CSV file"), validators=[DataRequired(_("Choose a file."))])
