# SPDX-License-Identifier: AGPL-3.0-or-later
"""Forms of the capabilities."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

from civic.comments.services import MAX_LENGTH
from civic.web.forms import CivicForm, strip


class CommentForm(CivicForm):
    """A comment, or a reply when `parent` names one."""

    body = TextAreaField(
        _("Your comment"),
        filters=[strip],
        validators=[
            InputRequired(_("Write your comment.")),
            Length(max=MAX_LENGTH, message=_("Write at most %(max)d characters.")),
        ],
    )
    parent = HiddenField()


class ReasonForm(CivicForm):
    """Why a comment is hidden."""

    reason = TextAreaField(
        _("Reason, public"),
        filters=[strip],
        validators=[InputRequired(_("Write the reason: it is public and the author reads it.")), Length(max=500)],
    )
