# SPDX-License-Identifier: AGPL-3.0-or-later
"""Forms of signing in and of my space."""

from collections.abc import Callable

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    Form,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from civic.people.passwords import LONGEST
from civic.people.profile import PUBLIC_NAME_LENGTH
from civic.web.forms import CivicForm, one_line, strip


def at_most(count: int) -> Callable[[Form, Field], None]:
    """Validator of short fields: a limit nobody meets, so no counter is shown as Length would."""

    def check(form: Form, field: Field) -> None:
        if len(field.data or "") > count:
            raise ValidationError(gettext("Write at most %(count)s characters.", count=count))

    return check


_ADDRESS = (InputRequired(_("Write your address.")), at_most(254), one_line)
_CODE = (InputRequired(_("Write the six digits.")), at_most(20), one_line)


class EmailForm(CivicForm):
    """An address to send a code to."""

    email = EmailField(_("E-mail address"), _ADDRESS, filters=[strip])


class PasswordSignInForm(CivicForm):
    """Address and password."""

    email = EmailField(_("E-mail address"), _ADDRESS, filters=[strip])
    password = PasswordField(_("Password"), [InputRequired(_("Write your password.")), at_most(LONGEST)])


class CodeForm(CivicForm):
    """Six digits received by e-mail."""

    code = StringField(_("Six-digit code"), _CODE, filters=[strip])


class UnderAgeForm(CivicForm):
    """Where an account may be made: whether its person is under the age the town set; not asked where it sets none."""

    under_age = BooleanField()

    def ask_age(self, age: int) -> None:
        """Ask about this age; 0 takes the question away."""
        if not age:
            del self.under_age
            return
        self.under_age.label.text = _("I am under %(age)s", age=age)
        self.under_age.description = _("Only if this is your first time here. We keep no date of birth.")

    @property
    def is_under_age(self) -> bool:
        """Whether they say that they are."""
        return "under_age" in self and bool(self["under_age"].data)


class SignInCodeForm(UnderAgeForm, CodeForm):
    """The code of a sign-in; one may be the second of a household to come with this address."""

    another = BooleanField(_("Someone else already has an account with this address: make one for me"))


class ChooseAccountForm(UnderAgeForm):
    """Which account of a shared address."""

    account = RadioField(_("Who are you?"), [InputRequired(_("Choose who you are."))])


class SecondFactorForm(CivicForm):
    """Six digits shown by a telephone."""

    code = StringField(_("Code shown by your telephone"), _CODE, filters=[strip])


class ProfileForm(CivicForm):
    """What one says about oneself."""

    given_name = StringField(_("First name"), [at_most(100), one_line], filters=[strip])
    family_name = StringField(_("Surname"), [at_most(100), one_line], filters=[strip])
    display_name = StringField(
        _("Public name"),
        [Length(max=PUBLIC_NAME_LENGTH), one_line],
        filters=[strip],
        description=_("Shown beside what you publish. A pseudonym is allowed; empty, your first name and initial."),
    )
    birth_year = IntegerField(
        _("Year of birth"), [Optional()], description=_("Never shown. Some consultations have a minimum age.")
    )
    quartier = SelectField(_("Quartier"), description=_("Where you say you live. Never shown."))
    language = SelectField(_("Language of the messages you receive"))


class PasswordForm(CivicForm):
    """A new password."""

    password = PasswordField(
        _("New password"),
        [InputRequired(_("Write a password."))],
        description=_("12 characters or more; a few words do very well."),
    )


class ConfirmPasswordForm(CivicForm):
    """One's own password, to confirm who one is."""

    password = PasswordField(_("Password"), [InputRequired(_("Write your password.")), at_most(LONGEST)])


class EraseForm(CivicForm):
    """Erasing one's account cannot be undone."""

    sure = BooleanField(_("I have understood that this cannot be undone"), [InputRequired(_("Tick this box."))])
