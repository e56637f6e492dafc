# SPDX-License-Identifier: AGPL-3.0-or-later
"""Forms of the capabilities."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from civic.comments.models import COMMENT, QUESTION
from civic.comments.services import MAX_LENGTH
from civic.web.forms import CivicForm, choices, strip

NATURES = {COMMENT: _("A comment"), QUESTION: _("A question to the town: it answers here")}
"""What one may write under an item, in words."""


class CommentForm(CivicForm):
    """A comment or a question, or a reply when `parent` names one."""

    body = TextAreaField(
        _("Your text"),
        filters=[strip],
        validators=[
            InputRequired(_("Write your comment.")),
            Length(max=MAX_LENGTH, message=_("Write at most %(max)d characters.")),
        ],
    )
    nature = SelectField(_("What you write"), choices=choices(NATURES.items()), default=COMMENT)
    parent = HiddenField()


class ReasonForm(CivicForm):
    """Why a comment is hidden."""

    reason = TextAreaField(
        _("Reason, public"),
        filters=[strip],
        validators=[InputRequired(_("Write the reason: it is public and the author reads it.")), Length(max=500)],
    )
