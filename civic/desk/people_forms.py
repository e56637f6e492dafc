# SPDX-License-Identifier: AGPL-3.0-or-later
"""Forms of the desk's pages about persons, roles, delegations and absences."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from civic.desk.fields import REQUIRED, chosen, within
from civic.desk.handover import CANNOT_TAKE
from civic.proofs.services import LONGEST_WORDS
from civic.web.forms import CivicForm, DayField, OfferedField, one_line, strip
from civic.web.uploads import SentFile


def _text(label: str, help: str = "", *, longest: int = 100, required: bool = True) -> StringField:
    """A line of text."""
    first = REQUIRED if required else Optional()
    return StringField(label, description=help, filters=[strip], validators=[first, within(longest), one_line])


def _day(label: str, help: str = "", *, required: bool = True) -> DayField:
    """A day."""
    return DayField(label, description=help, validators=[REQUIRED if required else Optional()])


class IdentityForm(CivicForm):
    """What the agent reads on the identity document."""

    surname = _text(_("Surname at birth"))
    first_names = _text(_("All first names"), _("In the order of the document."))
    birth_date = _day(_("Date of birth"))


class ResidenceForm(IdentityForm):
    """A proof of residence seen at the counter."""

    proof_kind = RadioField(_("Proof of residence"), validators=[REQUIRED])
    proof_on = _day(_("Date of the document"))
    quartier_id = SelectField(_("Quartier of the address"), coerce=int)


class RefuseProofForm(CivicForm):
    """Why a document sent online is not accepted, in words the person reads."""

    reason = RadioField(_("Why it is not accepted"), validators=[REQUIRED])
    words = TextAreaField(
        _("In your own words"),
        description=_("The person reads it by e-mail and in their space: say what to send instead."),
        filters=[strip],
        validators=[Optional(), Length(max=LONGEST_WORDS)],
    )


class DecidePairForm(CivicForm):
    """Whether two persons are one."""

    decision = RadioField(_("One person or two?"), validators=[REQUIRED])
    understood = BooleanField(_("I have compared them, and I know that joining cannot be undone"))


class ListForm(IdentityForm):
    """Someone looked up on an imported list."""

    list_name = RadioField(_("List"), validators=[REQUIRED])
    number = _text(
        _("Number on the list"),
        _("Only where two people are alike, or a first name is missing from the list."),
        longest=40,
        required=False,
    )


class GrantForm(CivicForm):
    """A role and where it holds."""

    email = _text(_("E-mail address"), longest=254)
    name = _text(_("Name"), _("Only for someone who has no account yet."), required=False)
    title = _text(
        _("Function"), _("Shown under an answer, as “adjointe à la nature en ville”."), longest=120, required=False
    )
    role = SelectField(_("Role"), validators=[REQUIRED])
    department_id = SelectField(_("Department"), coerce=int)
    space_id = SelectField(_("In one process only"), coerce=int)
    module = SelectField(_("For one feature only"))


class DelegationForm(CivicForm):
    """A delegation of signature."""

    official_id = SelectField(_("Elected official who delegates"), coerce=int, validators=[REQUIRED, chosen])
    deputy_id = SelectField(_("Elected official who signs in their place"), coerce=int, validators=[REQUIRED, chosen])
    act_reference = _text(_("Number of the arrêté"), longest=120)
    from_on = _day(_("First day"))
    last_day = _day(_("Last day"), _("Empty when the arrêté names none."), required=False)


class EndDelegationForm(CivicForm):
    """The last day of a delegation."""

    last_day = _day(_("Last day on which it holds"))


class AbsenceForm(CivicForm):
    """Someone is away."""

    account_id = SelectField(_("Who is away"), coerce=int, validators=[REQUIRED, chosen])
    replacement_id = SelectField(_("Replaced by"), coerce=int)
    from_on = _day(_("First day"))
    last_day = _day(_("Last day"))
    note = StringField(_("Note for colleagues"), filters=[strip], validators=[Optional(), within(300), one_line])


class LeaveForm(CivicForm):
    """One's own leave, with the hand-over of files."""

    from_on = _day(_("First day of leave"))
    last_day = _day(_("Last day of leave"))
    to_account_id = OfferedField(_("Colleague who takes over"), coerce=int, refusal=CANNOT_TAKE)
    note = TextAreaField(
        _("Note on every file"),
        description=_("What your colleague must know; a file with a note of its own keeps that one."),
        filters=[strip],
        validators=[Optional(), Length(max=2000)],
    )


class RollForm(CivicForm):
    """Which list a file replaces."""

    list_name = RadioField(_("List to replace"), validators=[REQUIRED])
    file = SentFile(_("CSV file"), [InputRequired(_("Choose a file first."))])


class EraseForm(CivicForm):
    """The word that shows one means it."""

    confirmation = _text(_("Type the number of the person to confirm"), longest=20)
