# SPDX-License-Identifier: AGPL-3.0-or-later
"""Forms of processes: each text in each language of the town, the town's own first and required where it must be."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from typing import Any

from flask import current_app, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import (
    DateField,
    EmailField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    URLField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from civic.config import Config
from civic.db.types import PerLanguage
from civic.desk.forms import VersionedForm
from civic.desk.overrides import fill_overrides, override_fields, overrides_of
from civic.spaces.checklist import FRAME_FIELDS, LEGAL_FIELDS, LEVELS
from civic.spaces.models import Component, Phase, ProcessFrame, Space
from civic.spaces.placing import ComponentData, DocumentData, PhaseData
from civic.spaces.services import FRAME_TEXTS, FrameData
from civic.web.forms import CivicForm, choices, one_line, strip
from civic.web.portal import LANGUAGE_NAMES

LONG = 20_000
LEGAL_SOURCE = "CRPA L131-1"

SLUG_HELP = lazy("The last part of its address: small letters, digits and hyphens. A former address keeps working.")


def languages() -> tuple[str, ...]:
    """The town's own language, then the others."""
    config: Config = current_app.extensions["civic.config"]
    return (config.default_language, *(code for code in config.languages if code != config.default_language))


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


def _texts(
    name: str, label: str, *, long: bool = True, required: bool = False, hint: str = "", most: int = LONG
) -> dict[str, Any]:
    """One field per language."""
    made: dict[str, Any] = {}
    for language in languages():
        own = language == languages()[0]
        kind = TextAreaField if long else StringField
        checks: list[Any] = [InputRequired()] if required and own else []
        checks += [Length(max=most)] if long else [Length(max=min(most, 200)), one_line]
        named = label if own else f"{label} ({LANGUAGE_NAMES.get(language, language)})"
        made[field_name(name, language)] = kind(
            named, description=hint if own else "", filters=[strip], validators=checks
        )
    return made


def _made(base: type[CivicForm], declared: dict[str, Any], **data: Any) -> Any:
    """A form with these fields added to those of the base, in order."""
    return type(f"{base.__name__}Here", (base,), declared)(**data)


def new_form() -> Any:
    """A process begins with a title and an address."""
    declared = _texts("title", _("Title"), long=False, required=True, hint=_("What is decided, in a few words."))
    declared["slug"] = StringField(
        _("Address"), description=SLUG_HELP, filters=[strip], validators=[InputRequired(), Length(max=60)]
    )
    return _made(CivicForm, declared)


def frame_form(space: Space, frame: ProcessFrame, quartiers: Iterable[tuple[int, str]], placed: Iterable[int]) -> Any:
    """The whole frame, filled with what is stored."""
    declared = _texts("title", _("Title"), long=False, required=True)
    declared["slug"] = StringField(
        _("Address"), description=SLUG_HELP, filters=[strip], validators=[InputRequired(), Length(max=60)]
    )
    declared |= _texts("summary", _("Summary"), hint=_("One or two sentences, shown in lists."), most=600)
    declared |= _texts("presentation", _("Presentation"), hint=_("Markdown is understood."))
    for name, title in FRAME_FIELDS.items():
        declared |= _texts(name, str(title))
    declared["level"] = SelectField(_("Level of participation"), choices=choices([("", _("Choose")), *LEVELS.items()]))
    for name, title in LEGAL_FIELDS.items():
        declared |= _texts(name, str(title), hint=_("Required by law: %(source)s.", source=LEGAL_SOURCE))
    declared |= _texts(
        "outcome", _("What was done with the results"), hint=_("Written at the end: closing asks for it.")
    )
    declared["contact"] = EmailField(_("Contact address"), filters=[strip], validators=[Length(max=254)])
    declared["quartier_ids"] = SelectMultipleField(
        _("Quartiers it is about"),
        description=_("None: the whole town."),
        coerce=int,
        choices=choices(quartiers),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    form = _made(VersionedForm, declared, version=frame.version)
    if request.method == "GET":
        fill_texts(form, "title", space.item.title)
        fill_texts(form, "summary", space.summary)
        for name in FRAME_TEXTS:
            fill_texts(form, name, getattr(frame, name))
        form.slug.data, form.level.data, form.contact.data = space.slug, frame.level, frame.contact
        form.quartier_ids.data = list(placed)
    return form


def frame_data(form: Any) -> FrameData:
    """What was typed, for the service."""
    return FrameData(
        slug=form.slug.data or "",
        title=texts_of(form, "title"),
        summary=texts_of(form, "summary"),
        texts={name: texts_of(form, name) for name in FRAME_TEXTS},
        level=form.level.data or "",
        contact=form.contact.data or "",
        quartier_ids=tuple(form.quartier_ids.data or ()),
    )


class DatedForm(VersionedForm):
    """Days as people write them: the last one is the last on which it holds."""

    opens_on = DateField(lazy("First day"), validators=[Optional()])
    last_on = DateField(
        lazy("Last day"), description=lazy("It ends at midnight after this day."), validators=[Optional()]
    )

    def days(self) -> tuple[date | None, date | None]:
        """Both days."""
        return self.opens_on.data, self.last_on.data


def phase_form(phase: Phase | None, version: int, verbs: list[tuple[str, str]]) -> Any:
    """A phase: title, days, what it opens."""
    declared = _texts("title", _("Title"), long=False, required=True)
    declared |= _texts("description", _("What happens in it"), most=1000)
    declared["verbs"] = SelectMultipleField(
        _("What it opens"),
        choices=choices(verbs),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    form = _made(DatedForm, declared, version=version)
    form.opens_on.flags.required = form.last_on.flags.required = True  # a phase has both; a part may have neither
    if phase is not None and request.method == "GET":
        fill_texts(form, "title", phase.title)
        fill_texts(form, "description", phase.description)
        form.verbs.data = [f"{verb.component_id or ''}:{verb.verb}" for verb in phase.verbs]
    return form


def phase_data(form: Any) -> PhaseData:
    """What was typed, for the service."""
    opens_on, last_on = form.days()
    pairs = (chosen.partition(":") for chosen in form.verbs.data or ())
    verbs = tuple((int(component) if component else None, verb) for component, _colon, verb in pairs)
    return PhaseData(texts_of(form, "title"), opens_on, last_on, texts_of(form, "description"), verbs)


def component_form(
    component: Component | None,
    version: int,
    modules: list[tuple[str, str]],
    settings: type | None,
    present: Any,
) -> Any:
    """A module placed: which, title, address, days; and what differs from the module's own settings."""
    declared: dict[str, Any] = {}
    if component is None:
        declared["module"] = SelectField(_("Module"), choices=choices(modules))
    declared |= _texts("title", _("Title"), long=False, required=True)
    declared["slug"] = StringField(_("Address"), filters=[strip], validators=[InputRequired(), Length(max=60)])
    declared |= override_fields(fields(settings) if settings is not None else (), "set_", present)
    form = _made(DatedForm, declared, version=version)
    if component is not None and request.method == "GET":
        fill_texts(form, "title", component.title)
        form.slug.data = component.slug
        fill_overrides(form, "set_", component.settings)
    return form


def component_data(form: Any, module: str, settings: type | None, position: int) -> ComponentData:
    """What was typed, for the service; settings left empty are left out."""
    changed = overrides_of(form, "set_", fields(settings) if settings is not None else ())
    opens_on, last_on = form.days()
    return ComponentData(module, form.slug.data or "", texts_of(form, "title"), changed, opens_on, last_on, position)


def document_form() -> Any:
    """A document or a piece of news."""
    declared: dict[str, Any] = {
        "nature": RadioField(
            _("What it is"), choices=choices([("news", _("News")), ("document", _("Document"))]), default="news"
        )
    }
    declared |= _texts("title", _("Title"), long=False, required=True)
    declared |= _texts("body", _("Text"), hint=_("Markdown is understood."))
    declared["url"] = URLField(_("Address of the document"), filters=[strip], validators=[Length(max=500)])
    return _made(CivicForm, declared)


def document_data(form: Any) -> DocumentData:
    """What was typed, for the service."""
    return DocumentData(form.nature.data, texts_of(form, "title"), texts_of(form, "body"), form.url.data or "")


class VisibilityForm(CivicForm):
    """Who sees the process."""

    visibility = RadioField(
        lazy("Who sees it"),
        choices=choices(
            [
                ("public", lazy("Everyone, once it is open")),
                ("preview", lazy("Those who have its secret link, until it opens")),
                ("members", lazy("Its members only")),
                ("staff", lazy("The town’s staff only")),
            ]
        ),
        validators=[InputRequired()],
    )


class MemberForm(CivicForm):
    """Someone to admit."""

    email = EmailField(lazy("E-mail address"), filters=[strip], validators=[InputRequired(), Length(max=254)])


class ReasonForm(VersionedForm):
    """Opening again says why, in public."""

    reason = TextAreaField(
        lazy("Reason"), description=lazy("It is public."), filters=[strip], validators=[Length(max=4000)]
    )
