# SPDX-License-Identifier: AGPL-3.0-or-later
"""Forms of the desk's files and answers."""

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from civic.answers.services import BODY_MAX, AnswerContent, AnswerText
from civic.items.assignment import CANNOT_ACT
from civic.web.forms import CivicForm, OfferedField, VersionedForm, choices, one_line, strip
from civic.workflow.declaration import Transition, TransitionData


class ActForm(VersionedForm):
    """What a transition asks for; fields it does not take are removed."""

    reason = TextAreaField(
        _("Reason"),
        description=_("It is public, and the author reads it."),
        filters=[strip],
        validators=[Length(max=4000)],
    )
    department_id = SelectField(_("Department in charge"), coerce=int)
    planned_for = StringField(
        _("Planned for"),
        description=_("In words: “spring 2027”."),
        filters=[strip],
        validators=[Length(max=120), one_line],
    )

    def keep(self, transition: Transition, departments: list[tuple[int, str]]) -> None:
        """Leave only the fields the transition takes; say which are required."""
        wanted = {*transition.requires, *transition.accepts}
        for name in ("reason", "department_id", "planned_for"):
            if name not in wanted:
                del self[name]
            elif name in transition.requires:
                self[name].flags.required = True
        if "department_id" in self:
            self.department_id.choices = choices([(0, _("Choose a department")), *departments])

    def data_of(self) -> TransitionData:
        """What was typed, for the engine."""
        typed = {name: self[name].data for name in ("reason", "planned_for") if name in self}
        department = self["department_id"].data if "department_id" in self else None
        return TransitionData(department_id=department or None, **typed)


class AssignForm(VersionedForm):
    """Who is in charge."""

    department_id = SelectField(_("Department in charge"), coerce=int)
    assignee_id = OfferedField(_("Colleague in charge"), coerce=int, refusal=CANNOT_ACT)


class AnswerFactsForm(VersionedForm):
    """What an answer announces beside its text."""

    cost_eur = IntegerField(_("Cost in euros"), validators=[Optional(), NumberRange(min=0, max=10**11)])
    decision_reference = StringField(
        _("Number of the decision"),
        description=_("“délibération 2026-118”, when there is one."),
        filters=[strip],
        validators=[Length(max=120), one_line],
    )
    planned_for = StringField(_("Planned for"), filters=[strip], validators=[Length(max=120), one_line])


class AnswerForm(AnswerFactsForm):
    """The town's answer."""

    transition = OfferedField(_("What the town answers"), validators=[InputRequired()])
    body = TextAreaField(
        _("Text of the answer"),
        description=_(
            "What is decided, and why. Name costs and dates. "
            "An empty line separates two paragraphs; a dash at the beginning of a line makes a list."
        ),
        filters=[strip],
        validators=[Length(max=BODY_MAX)],
    )
    signer_id = SelectField(_("Elected official who answers"), coerce=int)

    def text(self) -> AnswerText:
        """What was typed, for the service."""
        return AnswerText(
            transition=self.transition.data or "",
            body=self.body.data or "",
            signer_id=self.signer_id.data or None,
            cost_eur=self.cost_eur.data,
            decision_reference=self.decision_reference.data or "",
            planned_for=self.planned_for.data or "",
        )


class StepForm(VersionedForm):
    """A step of the visa with its comment."""

    comment = TextAreaField(_("Comment for colleagues"), filters=[strip], validators=[Length(max=4000)])


class CorrectionForm(AnswerFactsForm):
    """A published error."""

    body = TextAreaField(_("Corrected text"), filters=[strip], validators=[InputRequired(), Length(max=BODY_MAX)])
    reason = TextAreaField(
        _("What was wrong"),
        description=_("It is public, beside the former text."),
        filters=[strip],
        validators=[Length(max=1000)],
    )

    def content(self) -> AnswerContent:
        """What was typed, for the service."""
        return AnswerContent(
            body=self.body.data or "",
            cost_eur=self.cost_eur.data,
            decision_reference=self.decision_reference.data or "",
            planned_for=self.planned_for.data or "",
        )


class HideForm(CivicForm):
    """Moderation of a comment."""

    reason = StringField(_("Reason, public"), filters=[strip], validators=[InputRequired(), Length(max=300), one_line])
