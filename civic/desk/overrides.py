# SPDX-License-Identifier: AGPL-3.0-or-later
"""Settings that may differ somewhere, in one part or one phase: a control per setting, empty where it is as everywhere."""

from collections.abc import Iterable, Mapping
from dataclasses import Field as Declared
from typing import Any

from flask_babel import gettext as _
from wtforms import Field, IntegerField, SelectField, StringField
from wtforms.validators import NumberRange, Optional

from civic.desk.fields import within
from civic.desk.settings_form import with_limits
from civic.settings.declaration import Bounds, bounds_of
from civic.web.forms import CivicForm, choices, one_line, strip
from civic.web.templating import number

_SAID = {"yes": True, "no": False}


def override_fields(declared: Iterable[Declared[Any]], prefix: str, present: Any) -> dict[str, Field]:
    """The controls, by name; `present` holds what each setting is where nothing differs."""
    return {f"{prefix}{one.name}": _field(one, getattr(present, one.name)) for one in declared}


def fill_overrides(form: CivicForm, prefix: str, stored: Mapping[str, Any]) -> None:
    """Show what differs now."""
    for name, value in stored.items():
        if f"{prefix}{name}" in form:
            form[f"{prefix}{name}"].data = ("yes" if value else "no") if isinstance(value, bool) else value


def overrides_of(form: CivicForm, prefix: str, declared: Iterable[Declared[Any]]) -> dict[str, Any]:
    """What was typed; settings left empty are left out."""
    changed = {}
    for one in declared:
        value = form[f"{prefix}{one.name}"].data
        if value not in (None, ""):
            changed[one.name] = _SAID[value] if isinstance(one.default, bool) else value
    return changed


def _field(declared: Declared[Any], present: Any) -> Field:
    """The control of one setting."""
    bounds = bounds_of(declared)
    if isinstance(declared.default, bool):
        pairs = [("yes", _("Yes")), ("no", _("No"))]
        return _choice(bounds, pairs, "yes" if present else "no")
    if bounds.choices:
        return _choice(bounds, bounds.choices, present)
    shown = number(present) if isinstance(present, int) else present
    hint = _("Empty: as everywhere (%(value)s).", value=shown) if shown else _("Empty: as everywhere.")
    if isinstance(declared.default, int):
        limits = NumberRange(min=bounds.minimum, max=bounds.maximum)
        said = " ".join(filter(None, (str(with_limits(bounds)), hint)))
        return IntegerField(bounds.title, description=said, validators=[Optional(), limits])
    checks = [Optional(), within(bounds.max_length), one_line]
    said = " ".join(filter(None, (str(bounds.help), hint)))
    return StringField(bounds.title, description=said, filters=[strip], validators=checks)


def _choice(bounds: Bounds, pairs: Iterable[tuple[str, str]], present: str) -> Field:
    """One of several values, or as everywhere."""
    known = dict(pairs)
    first = ("", _("As everywhere (%(value)s)", value=known.get(present, present)))
    return SelectField(bounds.title, description=bounds.help, choices=choices([first, *known.items()]))
