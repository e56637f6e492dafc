# SPDX-License-Identifier: AGPL-3.0-or-later
"""Texts per language in forms: the town's own language first and required where it must be, the others after."""

from typing import Any

from babel import Locale
from flask import current_app
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from civic.config import Config
from civic.db.types import PerLanguage
from civic.i18n.setup import current_language
from civic.web.forms import CivicForm, one_line, strip

LONG = 20_000


def languages() -> tuple[str, ...]:
    """The town's own language, then the others."""
    config: Config = current_app.extensions["civic.config"]
    return (config.default_language, *(code for code in config.languages if code != config.default_language))


def named(language: str) -> str:
    """The language in the words of the page: “anglais” on a page in French."""
    return Locale.parse(language).get_language_name(current_language()) or language


def field_name(name: str, language: str) -> str:
    """The field of a text in a language: plain for the town's own."""
    return name if language == languages()[0] else f"{name}__{language}"


def texts_of(form: CivicForm, name: str) -> PerLanguage:
    """What was typed for a text, in each language."""
    return {language: form[field_name(name, language)].data or "" for language in languages()}


def fill_texts(form: CivicForm, name: str, texts: PerLanguage | None) -> None:
    """Show what is stored."""
    for language in languages():
        form[field_name(name, language)].data = (texts or {}).get(language, "")


def in_language(form: CivicForm, language: str) -> list[Any]:
    """The fields of a language that is not the town's own, in the form's order."""
    return [field for field in form if field.short_name.endswith(f"__{language}")]


def other_fields(form: CivicForm) -> list[tuple[str, list[Any]]]:
    """The other languages by name, each with its fields."""
    return [(named(code), in_language(form, code)) for code in languages()[1:]]


def text_fields(
    name: str, label: str, *, long: bool = True, required: bool = False, hint: str = "", most: int = LONG
) -> dict[str, Any]:
    """One field per language."""
    made: dict[str, Any] = {}
    for language in languages():
        own = language == languages()[0]
        kind = TextAreaField if long else StringField
        checks: list[Any] = [InputRequired()] if required and own else []
        checks += [Length(max=most)] if long else [Length(max=min(most, 200)), one_line]
        titled = label if own else f"{label} ({named(language)})"
        made[field_name(name, language)] = kind(
            titled, description=hint if own else "", filters=[strip], validators=checks
        )
    return made


def made_form(base: type[CivicForm], declared: dict[str, Any], **data: Any) -> Any:
    """A form with these fields added to those of the base, in order."""
    return type(f"{base.__name__}Here", (base,), declared)(**data)
