# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form of a proof of residence, with its file."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, ValidationError

from civic.account.forms import at_most
from civic.permissions.decision import Missing
from civic.proofs.documents import ProofFile, read_document
from civic.web.forms import CivicForm, DayField, one_line, strip
from civic.web.uploads import SentFile


def is_document(form: "ProofForm", field: SentFile) -> None:
    """Validator: reads the file, and refuses what is no document that can be checked."""
    try:
        form.document = read_document(field.data.stream)
    except Missing as error:
        raise ValidationError(error.fields["file"]) from None


class ProofForm(CivicForm):
    """A document, then whose it is."""

    document: ProofFile
    """What the file holds, once the form is right."""

    proof_kind = RadioField(_("Document you send"), [InputRequired(_("Choose the kind of document you send."))])
    proof_on = DayField(
        _("Date written on the document"), [InputRequired(_("Copy the date that stands on the document."))]
    )
    file = SentFile(_("File or photograph"), [InputRequired(_("Choose a file or take a photograph.")), is_document])
    surname = StringField(
        _("Surname at birth"), [InputRequired(_("Write your surname at birth.")), at_most(100), one_line], [strip]
    )
    first_names = StringField(
        _("All your first names"),
        [InputRequired(_("Write all your first names.")), at_most(100), one_line],
        [strip],
        description=_("In the order of your identity document, which is not asked for here."),
    )
    birth_date = DayField(_("Date of birth"), [InputRequired(_("Write your date of birth."))])

    def ask_again(self) -> None:
        """Say on the field that the file must be chosen again: no browser gives a file back."""
        if self.file.data and not self.file.errors:
            self.file.errors = [gettext("Choose your file again: it could not be kept with the rest.")]
