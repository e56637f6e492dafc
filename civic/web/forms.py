# SPDX-License-Identifier: AGPL-3.0-or-later
"""Base of all forms: WTForms with the labels of the language being written; the token is the template's."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import DateField, Form, HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.meta import DefaultMeta
from wtforms.validators import StopValidation, ValidationError

from civic.i18n.setup import current_language
from civic.permissions.decision import Missing, Refused
from civic.web.incoming import typed_number

OURS = {
    "Not a valid date value.": _("Not a valid date value."),
    "Not a valid integer value.": _("Write a whole number, in digits."),
    "Not a valid decimal value.": _("Write a number, in digits."),
    "Not a valid float value.": _("Write a number, in digits."),
    "Not a valid choice.": _("Choose one of the answers that are offered."),
    "Invalid Choice: could not coerce.": _("Choose one of the answers that are offered."),
}
"""What fields say by themselves, and what they say here."""


class OwnWords:
    """The messages of WTForms in its own translation, but for ours."""

    def __init__(self, theirs: Any) -> None:
        self.theirs = theirs

    def gettext(self, text: str) -> str:
        """One message."""
        return str(OURS[text]) if text in OURS else str(self.theirs.gettext(text))

    def ngettext(self, one: str, many: str, count: int) -> str:
        """A message that counts: our fields say their limits themselves."""
        return str(self.theirs.ngettext(one, many, count))


class CivicForm(Form):
    """A form read from the request when it was posted. CSRF is checked before the view is reached.

    Refusals that belong to no field go to `form_errors`, which the error summary shows first.
    """

    class Meta(DefaultMeta):
        """What WTForms itself says, in our words where our catalogue has them."""

        def get_translations(self, form: Any) -> "OwnWords":
            """See DefaultMeta."""
            return OwnWords(super().get_translations(form))

    def __init__(self, **data: Any) -> None:
        posted = request.method == "POST"
        super().__init__(request.form if posted else None, meta={"locales": [current_language()]}, **data)

    def sent(self) -> bool:
        """Whether the form was posted and every field is right."""
        return request.method == "POST" and self.validate()

    def refuse(self, error: Refused) -> None:
        """Show a refusal: on its field when it has one, else above the form. What was typed stays."""
        if isinstance(error, Missing):
            for name, message in error.fields.items():
                if name in self:
                    self[name].errors = [*self[name].errors, str(message)]
                else:
                    self.form_errors = [*self.form_errors, str(message)]
        else:
            self.form_errors = [*self.form_errors, *(str(refusal) for refusal in error.refusals)]


class VersionedForm(CivicForm):
    """A form on a subject that others may change meanwhile."""

    version = HiddenField()

    @property
    def seen(self) -> int:
        """The version the form was sent with; -1, which never matches, when it is absent or was tampered with."""
        sent = str(self.version.raw_data[0]) if self.version.raw_data else ""
        number = typed_number(sent)
        return -1 if number is None else number

    def show_again(self, version: int) -> None:
        """After a refusal the page shows what is new: sent again, the form is about that version."""
        self.version.data = str(version)


class DayField(DateField):
    """A day within the years that calendars, time zones and both databases count with: 1900 to 2999."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the day; raises ValueError, which the form shows, for one that is none or is out of these years."""
        super().process_formdata(list(valuelist))
        if self.data is not None and not 1900 <= self.data.year <= 2999:
            self.data = None
            raise ValueError(gettext("Not a valid date value."))


class OfferedField(SelectField):
    """A choice among what is offered now; what was offered before and no longer is gets a sentence of its own."""

    def __init__(self, label: Any = None, validators: Any = None, *, refusal: Any = "", **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.refusal = refusal

    def pre_validate(self, form: Any) -> None:
        """Raise StopValidation with the sentence; without one, what any choice says."""
        try:
            super().pre_validate(form)
        except ValidationError as error:
            was_offered = bool(self.raw_data and self.raw_data[0]) or not self.choices
            raise StopValidation(str((was_offered and self.refusal) or error)) from None


def choices(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """Values of a choice with their words."""
    return [SelectChoice(value, label) for value, label in pairs]


def strip(text: str | None) -> str:
    """Filter of text fields: no surrounding blanks, one kind of line end, no NUL."""
    return (text or "").replace("\r\n", "\n").replace("\x00", "").strip()


def one_line(_form: Form, field: StringField) -> None:
    """Validator: refuses line breaks and other control characters."""
    if any(ord(character) < 32 for character in field.data or ""):
        raise ValidationError(gettext("Write on one line."))
