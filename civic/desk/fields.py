# SPDX-License-Identifier: AGPL-3.0-or-later
"""Validators of the desk's short fields."""

from collections.abc import Callable

from flask_babel import lazy_gettext as _
from wtforms import Form, StringField
from wtforms.validators import InputRequired, ValidationError


def within(longest: int) -> Callable[[Form, StringField], None]:
    """Validator: a short text that needs no counter under it (Length would draw one)."""

    def check(form: Form, field: StringField) -> None:
        if len(field.data or "") > longest:
            raise ValidationError(_("Write at most %(count)s characters.", count=longest))

    return check


def chosen(form: Form, field: StringField) -> None:
    """Validator: something else than the first line, “Choose”, was chosen."""
    if not field.data:
        raise ValidationError(_("Choose one."))


REQUIRED = InputRequired(_("This is needed."))
"""Says in the form that the field is not optional."""
