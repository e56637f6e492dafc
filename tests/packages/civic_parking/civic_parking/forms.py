# SPDX-License-Identifier: AGPL-3.0-or-later
"""Forms; the services check the same limits for every face."""

from flask_babel import lazy_pgettext
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from civic.web.forms import CivicForm, VersionedForm, one_line, strip


class EntryForm(CivicForm):
    """A new entry."""

    title = StringField(
        lazy_pgettext("parking", "Title"),
        filters=[strip],
        validators=[InputRequired(lazy_pgettext("parking", "Write a title.")), Length(max=200), one_line],
    )
    body = TextAreaField(lazy_pgettext("parking", "Text"), filters=[strip])


class CloseForm(VersionedForm):
    """Closing an entry."""

    reason = TextAreaField(lazy_pgettext("parking", "Reason, public"), filters=[strip])
