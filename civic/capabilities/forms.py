# SPDX-License-Identifier: AGPL-3.0-or-later
"""Forms of the capabilities."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from civic.comments.models import COMMENT, QUESTION
from civic.comments.services import MAX_LENGTH
from civic.organisations.speaking import Speaker
from civic.permissions.decision import Refusal
from civic.web.forms import CivicForm, choices, strip
from civic.web.incoming import LARGEST

NATURES = {COMMENT: _("A comment"), QUESTION: _("A question to the town: it answers here")}
"""What one may write under an item, in words."""
KINDS = {COMMENT: _("Comments"), QUESTION: _("Questions")}
"""The same where it is said why one is closed."""
IN_WHOSE_NAME = _("In whose name")


def organisation_key(typed: Any) -> int:
    """The id that was sent, 0 for one's own name. Raises ValueError for what no row can have."""
    key = int(typed or 0)
    if not 0 <= key <= LARGEST:
        raise ValueError(_("Choose one."))
    return key


def offer_speakers(field: SelectField, speakers: Sequence[Speaker]) -> None:
    """The choices of "in whose name": one's own first; what is sent is asked again by the service."""
    mine = _("In my own name")
    named = [(one.id, _("In the name of %(organisation)s", organisation=one.name)) for one in speakers]
    field.choices = choices([(0, mine), *named])


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
    speaker = SelectField(IN_WHOSE_NAME, coerce=organisation_key, validate_choice=False, default=0)
    parent = HiddenField()
    closed: tuple[str, Refusal] | None = None
    """What is not offered, and why; where both are not, one of them."""

    def __init__(self, speakers: Sequence[Speaker] = (), **data: Any) -> None:
        super().__init__(**data)
        offer_speakers(self.speaker, speakers)

    def offer(self, refusals: Mapping[str, Refusal | None]) -> Refusal | None:
        """Offer what may be written, by nature; gives the refusal where that is nothing."""
        self.nature.choices = choices([(one, NATURES[one]) for one, refusal in refusals.items() if refusal is None])
        self.closed = next(((KINDS[one], refusal) for one, refusal in refusals.items() if refusal is not None), None)
        return self.closed[1] if self.closed is not None and not self.nature.choices else None


class ReasonForm(CivicForm):
    """Why a comment is hidden."""

    reason = TextAreaField(
        _("Reason, public"),
        filters=[strip],
        validators=[InputRequired(_("Write the reason: it is public and the author reads it.")), Length(max=500)],
    )
