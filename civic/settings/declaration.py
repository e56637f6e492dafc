# SPDX-License-Identifier: AGPL-3.0-or-later
"""Typed settings: a frozen dataclass whose fields carry title, help and bounds; the desk draws the form from it."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import date
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _


class SettingsError(ValueError):
    """Values a settings class refuses: `errors` maps each field to a sentence."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {message}" for name, message in errors.items()))
        self.errors = errors


@dataclass(frozen=True)
class Bounds:
    """What the desk needs to draw and check one field."""

    title: str
    help: str = ""
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[tuple[str, str], ...] = ()
    max_length: int = 500
    required: bool = False
    """A text that may not be left empty."""
    verb: str = ""
    """In phase settings: the act that the phase opens and this limits."""
    kind: str = "line"
    """Of a text: line, text (several lines), day (2027-03-01), url, email."""


def setting(
    default: Any,
    title: str,
    help: str = "",
    *,
    minimum: int | None = None,
    maximum: int | None = None,
    choices: tuple[tuple[str, str], ...] = (),
    max_length: int = 500,
    required: bool = False,
    verb: str = "",
    kind: str = "line",
) -> Any:
    """A field of a settings class: bool, int, str or a choice, with the words the desk shows."""
    bounds = Bounds(title, help, minimum, maximum, choices, max_length, required, verb, kind)
    return field(default=default, metadata={"bounds": bounds})


Settings = TypeVar("Settings")


def bounds_of(declared: Field[Any]) -> Bounds:
    """The bounds of a field; KeyError when it was not declared with `setting()`."""
    bounds: Bounds = declared.metadata["bounds"]
    return bounds


def check_class(settings: type) -> list[str]:
    """What is wrong with a settings class, in sentences: every field documented, defaulted and of a known type."""
    problems = []
    for declared in fields(settings):
        if "bounds" not in declared.metadata:
            problems.append(f"{settings.__name__}.{declared.name}: declare it with setting(default, title, help)")
        elif declared.default is MISSING or type(declared.default) not in (bool, int, str):
            problems.append(f"{settings.__name__}.{declared.name}: give a default that is a bool, an int or a str")
    return problems


def build(settings: type[Settings], values: dict[str, Any]) -> Settings:
    """An instance from stored or submitted values, unknown names ignored (they belong to another release).

    Raises SettingsError naming each field that is out of bounds.
    """
    errors: dict[str, str] = {}
    accepted: dict[str, Any] = {}
    for declared in fields(settings):  # type: ignore[arg-type]  # a dataclass, checked by check_class
        if declared.name in values:
            problem = _problem(values[declared.name], declared)
            if problem:
                errors[declared.name] = problem
            accepted[declared.name] = values[declared.name]
    if errors:
        raise SettingsError(errors)
    return settings(**accepted)


def fitting(settings: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """The stored values that this release still accepts: one that no longer fits falls back to its default."""
    return {
        declared.name: values[declared.name]
        for declared in fields(settings)
        if declared.name in values and _problem(values[declared.name], declared) is None
    }


def _problem(value: Any, declared: Field[Any]) -> str | None:
    """Why a value is refused, or None."""
    bounds = bounds_of(declared)
    if type(value) is not type(declared.default):
        return str(_("This is not a value of the expected kind."))
    if isinstance(value, int) and not isinstance(value, bool):
        if bounds.minimum is not None and value < bounds.minimum:
            return str(_("Write %(minimum)s or more.", minimum=bounds.minimum))
        if bounds.maximum is not None and value > bounds.maximum:
            return str(_("Write %(maximum)s or less.", maximum=bounds.maximum))
    if isinstance(value, str):
        if bounds.required and not value.strip():
            return str(_("This may not be empty."))
        if bounds.choices and value not in {choice for choice, _label in bounds.choices}:
            return str(_("Choose one of the values offered."))
        if len(value) > bounds.max_length:
            return str(_("Write at most %(count)s characters.", count=bounds.max_length))
        if value and bounds.kind in _FORMATS:
            holds, sentence = _FORMATS[bounds.kind]
            return None if holds(value) else str(sentence)
    return None


def _is_day(value: str) -> bool:
    """Whether it is a day of the calendar."""
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_web_address(value: str) -> bool:
    """Whether it is an http or https address with a host."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _is_email(value: str) -> bool:
    """Whether it looks like an e-mail address."""
    name, _at, host = value.rpartition("@")
    return bool(name) and "." in host and not any(character.isspace() for character in value)


_FORMATS: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "day": (_is_day, _("Write a day of the calendar.")),
    "url": (_is_web_address, _("Write a whole address, beginning with https://.")),
    "email": (_is_email, _("Write a whole e-mail address.")),
}
"""What a kind of text asks for, and the sentence of its refusal."""
