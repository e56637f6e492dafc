# SPDX-License-Identifier: AGPL-3.0-or-later
"""Forms of the counter: who is there, how it came, what they write, sheets of signatures."""

import re
from datetime import date

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Email, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from civic.capabilities.forms import NATURES
from civic.comments.models import COMMENT
from civic.comments.services import MAX_LENGTH
from civic.counter.kinds import MANDATES
from civic.counter.paper import DESK, LONGEST_OCCASION, LONGEST_REFERENCE, MEETING, TELEPHONE, Came
from civic.desk.fields import REQUIRED, within
from civic.items.channels import CHANNELS
from civic.people.presence import DOCUMENTS, NOT_SHOWN, ShownIdentity
from civic.web.forms import CivicForm, DayField, choices, one_line, strip

_NUMBERS = re.compile(r"[0-9]{1,9}")


def _text(label: str, help: str = "", *, longest: int = 100, required: bool = True) -> StringField:
    """A line of text."""
    first = REQUIRED if required else Optional()
    return StringField(label, description=help, filters=[strip], validators=[first, within(longest), one_line])


class CameForm(CivicForm):
    """How it came to the town."""

    channel = RadioField(_("How it comes"), choices=choices(CHANNELS.items()), default=DESK, validators=[REQUIRED])
    occasion = _text(_("Which meeting"), _("For a meeting only."), longest=LONGEST_OCCASION, required=False)
    paper_on = DayField(
        _("Date on the letter, or of the meeting"),
        description=_("For a letter or a meeting."),
        validators=[Optional()],
    )
    paper_reference = _text(
        _("Where the paper is kept"),
        _("Box, folder, sheet number: “Courrier 2026, chemise 4”."),
        longest=LONGEST_REFERENCE,
        required=False,
    )


class OpenForm(CameForm):
    """Who is there, how it comes, what they ask for."""

    surname = _text(_("Surname at birth"))
    usage_name = _text(_("Name in use"), _("Married name, when there is one."), required=False)
    first_names = _text(_("All first names"), _("In the order of the document."))
    birth_date = DayField(_("Date of birth"), validators=[REQUIRED])
    document = SelectField(_("Identity document you saw"), choices=choices(DOCUMENTS.items()), default=NOT_SHOWN)
    quartier_id = SelectField(_("Quartier"), coerce=int)
    address = TextAreaField(
        _("Postal address for answers"),
        description=_("Only if the person wants answers by post."),
        filters=[strip],
        validators=[Optional(), Length(max=300)],
    )
    email = StringField(
        _("E-mail address for answers"),
        filters=[strip],
        validators=[Optional(), within(254), one_line, Email(_("Write an address such as name@example.org."))],
    )
    mobile = StringField(
        _("Mobile number for short texts"),
        description=_(
            "Only if the person asks. A text gives the number of a file, its state, the address of its page."
        ),
        filters=[strip],
        validators=[Optional(), one_line],
    )
    agrees_to_texts = BooleanField(_("The person agrees to get short texts there, until they say stop"))
    mandate = RadioField(
        _("How the person asks you to enter it"), choices=choices(MANDATES.items()), validators=[REQUIRED]
    )
    kinds = SelectMultipleField(
        _("What they ask you to enter"),
        description=_("Tick what the person said, and nothing else: at least one line."),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[InputRequired(_("Say what the person asks you to enter."))],
    )

    def validate_mobile(self, field: StringField) -> None:
        """A number goes with the person's consent."""
        if field.data and not self.agrees_to_texts.data:
            raise ValidationError(
                _("Ask the person whether they agree, and tick the box; otherwise leave the number out.")
            )

    def without_texts(self) -> "OpenForm":
        """The form where no text is sent: no number is asked for, and one that is sent is not read."""
        del self.mobile, self.agrees_to_texts
        return self

    def shown(self, quartier_id: int | None) -> ShownIdentity:
        """What was read or heard."""
        return ShownIdentity(
            surname=self.surname.data or "",
            first_names=self.first_names.data or "",
            birth_date=self.birth_date.data,
            document=self.document.data or "",
            usage_name=self.usage_name.data or "",
            address=self.address.data or "",
            email=self.email.data or "",
            mobile=(self.mobile.data or "") if self.mobile else "",
            quartier_id=quartier_id,
        )

    def came(self) -> Came:
        """How it came, with the mandate."""
        return Came(
            channel=self.channel.data or "",
            occasion=self.occasion.data or "",
            paper_on=self.paper_on.data,
            paper_reference=self.paper_reference.data or "",
            mandate=self.mandate.data or "",
            kinds=tuple(self.kinds.data or ()),
        )


class WriteForm(CivicForm):
    """A comment or a question, in the person's words."""

    nature = SelectField(_("What the person says"), choices=choices(NATURES.items()), default=COMMENT)
    body = TextAreaField(
        _("In the person’s words"),
        filters=[strip],
        validators=[
            InputRequired(_("Write what the person says.")),
            Length(max=MAX_LENGTH, message=_("Write at most %(max)d characters.")),
        ],
    )


class SheetForm(CameForm):
    """The head of a sheet of signatures: a paper, which nobody reads by telephone."""

    channel = RadioField(
        _("How it comes"),
        choices=choices((name, label) for name, label in CHANNELS.items() if name != TELEPHONE),
        default=MEETING,
        validators=[REQUIRED],
    )

    numbers = _text(_("Numbers of the files"), _("One number, or several: 214, 220."), longest=100)

    def asked(self) -> list[int]:
        """The numbers that were typed."""
        return [int(found) for found in _NUMBERS.findall(self.numbers.data or "")]

    def came(self, kinds: tuple[str, ...], mandate: str) -> Came:
        """How the sheet came."""
        return Came(
            channel=self.channel.data or "",
            occasion=self.occasion.data or "",
            paper_on=self.paper_on.data,
            paper_reference=self.paper_reference.data or "",
            mandate=mandate,
            kinds=kinds,
        )


def day_or(text: str, default: date) -> date:
    """An ISO day from an address, or the default."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return default
