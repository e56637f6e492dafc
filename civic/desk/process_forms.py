# SPDX-License-Identifier: AGPL-3.0-or-later
"""Forms of processes: each text in each language of the town, the town's own first and required where it must be."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import (
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

from civic.attachments.forms import AttachmentsPart
from civic.desk.language_fields import fill_texts, made_form, text_fields, texts_of
from civic.desk.overrides import fill_overrides, override_fields, overrides_of
from civic.documents import DocumentData
from civic.files.models import StoredFile
from civic.items.models import Document
from civic.spaces.checklist import FRAME_FIELDS, LEGAL_FIELDS, LEVELS
from civic.spaces.models import Component, Phase, ProcessFrame, Space
from civic.spaces.placing import ComponentData, PhaseData
from civic.spaces.services import FRAME_TEXTS, FrameData
from civic.web.forms import CivicForm, DayField, VersionedForm, choices, strip

LEGAL_SOURCE = "CRPA L131-1"

SLUG_HELP = lazy("The last part of its address: small letters, digits and hyphens. A former address keeps working.")

MARKS_HELP = lazy("An empty line separates two paragraphs; a dash at the beginning of a line makes a list.")


def new_form() -> Any:
    """A process begins with a title and an address."""
    declared = text_fields("title", _("Title"), long=False, required=True, hint=_("What is decided, in a few words."))
    declared["slug"] = StringField(
        _("Address"), description=SLUG_HELP, filters=[strip], validators=[InputRequired(), Length(max=60)]
    )
    return made_form(CivicForm, declared)


def frame_form(space: Space, frame: ProcessFrame, quartiers: Iterable[tuple[int, str]], placed: Iterable[int]) -> Any:
    """The whole frame, filled with what is stored."""
    declared = text_fields("title", _("Title"), long=False, required=True)
    declared["slug"] = StringField(
        _("Address"), description=SLUG_HELP, filters=[strip], validators=[InputRequired(), Length(max=60)]
    )
    declared |= text_fields("summary", _("Summary"), hint=_("One or two sentences, shown in lists."), most=600)
    declared |= text_fields("presentation", _("Presentation"), hint=str(MARKS_HELP))
    for name, title in FRAME_FIELDS.items():
        declared |= text_fields(name, str(title))
    declared["level"] = SelectField(_("Level of participation"), choices=choices([("", _("Choose")), *LEVELS.items()]))
    for name, title in LEGAL_FIELDS.items():
        declared |= text_fields(name, str(title), hint=_("Required by law: %(source)s.", source=LEGAL_SOURCE))
    declared |= text_fields(
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
    form = made_form(VersionedForm, declared, version=frame.version)
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

    opens_on = DayField(lazy("First day"), validators=[Optional()])
    last_on = DayField(
        lazy("Last day"), description=lazy("It ends at midnight after this day."), validators=[Optional()]
    )

    def days(self) -> tuple[date | None, date | None]:
        """Both days."""
        return self.opens_on.data, self.last_on.data


def phase_form(phase: Phase | None, version: int, verbs: list[tuple[str, str]]) -> Any:
    """A phase: title, days, what it opens."""
    declared = text_fields("title", _("Title"), long=False, required=True)
    declared |= text_fields("description", _("What happens in it"), most=1000)
    declared["verbs"] = SelectMultipleField(
        _("What it opens"),
        choices=choices(verbs),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    form = made_form(DatedForm, declared, version=version)
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
    declared |= text_fields("title", _("Title"), long=False, required=True)
    declared["slug"] = StringField(_("Address"), filters=[strip], validators=[InputRequired(), Length(max=60)])
    declared |= override_fields(fields(settings) if settings is not None else (), "set_", present)
    form = made_form(DatedForm, declared, version=version)
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


class DocumentForm(VersionedForm, AttachmentsPart):
    """A form on a process whose text comes with files."""


def document_form(document: Document | None, version: int, files: Sequence[StoredFile]) -> Any:
    """A document or a piece of news, with its files."""
    declared: dict[str, Any] = {
        "nature": RadioField(
            _("What it is"), choices=choices([("news", _("News item")), ("document", _("Document"))]), default="news"
        )
    }
    declared |= text_fields("title", _("Title"), long=False, required=True)
    declared |= text_fields("body", _("Text"), hint=str(MARKS_HELP))
    declared["url"] = URLField(_("Address of the document"), filters=[strip], validators=[Length(max=500)])
    form = made_form(DocumentForm, declared, version=version, files=files)
    if document is not None and request.method == "GET":
        fill_texts(form, "title", document.title)
        fill_texts(form, "body", document.body)
        form.nature.data, form.url.data = document.nature, document.url
    return form


def document_data(form: Any) -> DocumentData:
    """What was typed, for the service."""
    has_files = any(not entry.removed for entry in form.entries)
    texts = texts_of(form, "title"), texts_of(form, "body")
    return DocumentData(form.nature.data, *texts, form.url.data or "", has_files)


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
