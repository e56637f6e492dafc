# SPDX-License-Identifier: AGPL-3.0-or-later
"""Forms drawn from typed settings: one field per declared field, with its words and bounds."""

from dataclasses import Field as Declared
from dataclasses import asdict, fields
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import DateInput, EmailInput, TextInput, URLInput

from civic.clock import now
from civic.desk.fields import REQUIRED, within
from civic.i18n.setup import current_zone
from civic.settings.declaration import Bounds, SettingsError, bounds_of, build
from civic.web.forms import CivicForm, choices, one_line, strip
from civic.web.templating import number


class SettingsForm(CivicForm):
    """A form of one settings class; made by `settings_form`."""

    settings: type[Any]
    built: Any = None
    """The settings as typed, once the form was found right. A class may have `problems(today)`: field -> sentence."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Build the settings; a value that they refuse, alone or beside another, is said on its field."""
        if not super().validate(extra_validators):
            return False
        values = {declared.name: self[declared.name].data for declared in fields(self.settings)}
        try:
            self.built = build(self.settings, values)
        except SettingsError as error:
            found = error.errors
        else:
            asks = getattr(self.built, "problems", None)
            found = asks(now().astimezone(current_zone()).date()) if asks else {}
        for name, message in found.items():
            self[name].errors = [*self[name].errors, message]
        return not found


def settings_form(settings: type[Any], present: Any) -> SettingsForm:
    """The form of a settings class, filled in with the present values."""
    drawn: dict[str, Any] = {declared.name: _field(declared) for declared in fields(settings)}
    made: type[SettingsForm] = type("DrawnSettingsForm", (SettingsForm,), {**drawn, "settings": settings})
    return made(**asdict(present))


def _field(declared: Declared[Any]) -> Field:
    """The control of one declared field."""
    bounds = bounds_of(declared)
    if isinstance(declared.default, bool):
        return BooleanField(bounds.title, description=bounds.help)
    if isinstance(declared.default, int):
        limits = NumberRange(min=bounds.minimum, max=bounds.maximum)
        return IntegerField(
            bounds.title,
            description=with_limits(bounds),
            validators=[InputRequired(_("Write a whole number.")), limits],
        )
    if bounds.choices:
        return SelectField(
            bounds.title, description=bounds.help, choices=choices(bounds.choices), validators=[REQUIRED]
        )
    first = DataRequired(_("This may not be empty.")) if bounds.required else Optional()
    if bounds.kind == "text":
        checks = [first, Length(max=bounds.max_length)]
        return TextAreaField(bounds.title, description=bounds.help, filters=[strip], validators=checks)
    short = [first, within(bounds.max_length), one_line]
    widget = _WIDGETS[bounds.kind]()
    return StringField(bounds.title, description=bounds.help, filters=[strip], validators=short, widget=widget)


_WIDGETS = {"line": TextInput, "day": DateInput, "url": URLInput, "email": EmailInput}


def with_limits(bounds: Bounds) -> str:
    """The help, with the bounds in words."""
    if bounds.minimum is not None and bounds.maximum is not None:
        limits = _("From %(minimum)s to %(maximum)s.", minimum=number(bounds.minimum), maximum=number(bounds.maximum))
    elif bounds.minimum is not None:
        limits = _("%(minimum)s or more.", minimum=number(bounds.minimum))
    else:
        return bounds.help
    return str(_("%(help)s %(limits)s", help=bounds.help, limits=limits) if bounds.help else limits)
