# SPDX-License-Identifier: AGPL-3.0-or-later
"""Forms of the town's themes."""

from collections.abc import Iterable
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import SelectField

from civic.desk.fields import chosen
from civic.desk.language_fields import fill_texts, made_form, text_fields
from civic.i18n.texts import text
from civic.items.models import Tag
from civic.items.tag_list import LONGEST, CountedTag
from civic.web.forms import CivicForm, choices


def tag_form(tag: Tag | None = None) -> Any:
    """The name of a theme in each language."""
    form = made_form(CivicForm, text_fields("name", _("Name of the theme"), long=False, required=True, most=LONGEST))
    if tag is not None and request.method == "GET":
        fill_texts(form, "name", tag.name)
    return form


class MergeForm(CivicForm):
    """Which theme takes the place of another."""

    into_id = SelectField(lazy("Theme that takes its place"), coerce=int, validators=[chosen])


def merge_form(tag_id: int, known: Iterable[CountedTag]) -> MergeForm:
    """The form with the other themes."""
    form = MergeForm()
    others = [(one.id, text(one.name) or one.slug) for one in known if one.id != tag_id]
    form.into_id.choices = choices([(0, _("Choose")), *others])
    return form
