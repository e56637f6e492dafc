# SPDX-License-Identifier: AGPL-3.0-or-later
"""The part of a form that adds, describes and removes pictures and documents; nothing chosen is lost when it comes back.

Usage, in a view marked with `takes_files`:

    form = ProposalForm(..., files=files_of(session, item.id))
    if request.method == "POST" and form.validate():      # or form.take_file() for a draft, which may be unfinished
        with act() as done:
            ...
            form.save_files(done.session, done.actor, item, done.at)

and, for whoever must sign in first: `send_to_sign_in(form.typed())` once `form.take_file()` is true.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from civic.db.session import db
from civic.files.checking import PICTURE, check_upload
from civic.files.models import StoredFile
from civic.files.services import (
    LONGEST_DESCRIPTION,
    Upload,
    attach_file,
    describe_file,
    keep_upload,
    remove_file,
    unsealed,
)
from civic.files.settings import files_settings
from civic.i18n.texts import text
from civic.items.models import Document, Item
from civic.keys import current_keys
from civic.people.limits import SEND_FILE
from civic.permissions.actor import Actor
from civic.permissions.decision import Missing, Refused
from civic.ports.store import StoreError
from civic.web.actors import count_try
from civic.web.forms import CivicForm, one_line, strip
from civic.web.uploads import SentFile

logger = logging.getLogger(__name__)
KEPT, ATTACH = "kept", "attach"
MOST_KEPT = 20


class RemovalForm(CivicForm):
    """Why someone else's file is taken away."""

    reason = TextAreaField(
        _("Reason"),
        filters=[strip],
        validators=[InputRequired(_("Write the reason: whoever sent the file will read it.")), Length(max=500)],
        description=_("Whoever sent the file reads it, and it is kept in the journal."),
    )


@dataclass
class Entry:
    """A file in the form: on the item already, or kept in the store until the form is accepted.

    `mark` ends the names of its fields: `alternative-<mark>`, `remove-<mark>`.
    """

    mark: str
    name: str
    purpose: str
    alternative: str = ""
    removed: bool = False
    file: StoredFile | None = None
    upload: Upload | None = None
    error: str = ""

    @property
    def token(self) -> str:
        """What its hidden field holds, for one that is only kept."""
        return self.upload.sealed(current_keys().session) if self.upload is not None else ""

    @property
    def is_picture(self) -> bool:
        """Whether it must be described."""
        return self.purpose == PICTURE


class AttachmentsPart(CivicForm):
    """Base of forms with files."""

    file = SentFile(_("Picture or document"))
    file_alternative = StringField(
        _("What does it show?"),
        filters=[strip],
        validators=[Optional(), one_line, Length(max=LONGEST_DESCRIPTION)],
    )

    def __init__(self, *, files: Sequence[StoredFile] = (), **data: Any) -> None:
        self.files = files
        self.entries: list[Entry] = []
        super().__init__(**data)
        self.file_alternative.flags.maxlength = LONGEST_DESCRIPTION

    def process(self, formdata: Any = None, *args: Any, **kwargs: Any) -> None:
        """Read the fields, then those of each file."""
        super().process(formdata, *args, **kwargs)
        self.entries = [*_present(self.files, formdata), *_kept(formdata)]

    def validate(self, extra_validators: Any = None) -> bool:
        """Every field right, the chosen file taken, each picture described."""
        right = super().validate(extra_validators)
        taken = self.take_file()
        return self._is_described() and taken and right

    def take_file(self) -> bool:
        """Check and keep the file that was chosen, if any. False when it was refused: its field says why."""
        chosen, self.file.data = self.file.data, None
        if chosen is None:
            if ATTACH in request.form and not self.file.errors:
                self.file.errors = [gettext("Choose a file first.")]
            return not self.file.errors
        try:
            self._refuse_too_many()
            limits = files_settings(db.session())
            upload = keep_upload(check_upload(chosen.filename or "", chosen.stream, limits))
        except Missing as error:
            self.file.errors = [str(error.fields["file"])]
            return False
        except Refused as error:
            self.file.errors = [str(refusal) for refusal in error.refusals]
            return False
        except StoreError:
            logger.exception("a file could not be kept")
            self.file.errors = [gettext("The file could not be kept. Try again in a moment, or send your text without it.")]  # fmt: skip
            return False
        words = self.file_alternative.data or ""
        self.file_alternative.data = ""
        mark = f"k{sum(entry.upload is not None for entry in self.entries)}"
        self.entries.append(Entry(mark, upload.name, upload.purpose, words, upload=upload))
        return True

    def _refuse_too_many(self) -> None:
        """Raise Missing when there is no room left, TooMany when someone sends without end."""
        most = files_settings(db.session()).per_item
        if sum(not entry.removed for entry in self.entries) >= most:
            message = gettext("At most %(count)s pictures and documents: remove one first.", count=most)
            raise Missing({"file": message})
        count_try(SEND_FILE)

    def _is_described(self) -> bool:
        """Whether each picture says something to those who do not see it."""
        silent = [one for one in self.entries if one.is_picture and not one.removed and not one.alternative]
        for entry in silent:
            entry.error = gettext("Describe the picture “%(name)s” for those who do not see it.", name=entry.name)
        self.form_errors = [*self.form_errors, *(entry.error for entry in silent)]
        return not silent

    def save_files(
        self, session: Session, actor: Actor, item: Item, at: datetime, document: Document | None = None
    ) -> None:
        """Write what was changed, inside the act; with a document of the item, its files. Raises as the services do."""
        for entry in self.entries:
            if entry.upload is not None and not entry.removed:
                attach_file(session, actor, item, entry.upload, entry.alternative, at, document)
            elif entry.file is not None:
                _change(session, actor, item, entry, at)

    def typed(self) -> dict[str, list[str]]:
        """What was typed, with the files kept, to be given back after signing in."""
        typed = {name: values for name, values in request.form.lists() if not name.endswith(_KEPT_MARKS)}
        kept = [entry for entry in self.entries if entry.upload is not None and not entry.removed]
        typed[KEPT] = [entry.token for entry in kept]
        typed["file_alternative"] = [""]
        for place, entry in enumerate(kept):
            typed[f"alternative-k{place}"] = [entry.alternative]
        return typed


_KEPT_MARKS = tuple(f"-k{place}" for place in range(MOST_KEPT))


def _change(session: Session, actor: Actor, item: Item, entry: Entry, at: datetime) -> None:
    """Remove or describe a file that stands on this very item."""
    assert entry.file is not None
    file = session.get(StoredFile, entry.file.id)
    if file is None or file.item_id != item.id or file.removed_at is not None:
        return
    if entry.removed:
        remove_file(session, actor, item, file, at, taken=file.document_id is not None)
    elif entry.alternative != text(file.alternative):
        describe_file(session, item, file, entry.alternative)


def _present(files: Sequence[StoredFile], formdata: Any) -> list[Entry]:
    """Files of the item, as the form leaves them."""
    return [
        _entry(str(file.id), formdata, Entry(str(file.id), file.name, file.purpose, text(file.alternative), file=file))
        for file in files
    ]


def _kept(formdata: Any) -> list[Entry]:
    """Files sent with this form before it came back; what we did not write ourselves is no file."""
    found: list[Entry] = []
    for place, token in enumerate(formdata.getlist(KEPT)[:MOST_KEPT] if formdata else ()):
        upload = unsealed(token, current_keys().session)
        if upload is not None:
            entry = Entry(f"k{len(found)}", upload.name, upload.purpose, upload=upload)
            found.append(_entry(f"k{place}", formdata, entry))
    return found


def _entry(mark: str, formdata: Any, entry: Entry) -> Entry:
    """With what was typed under a mark."""
    if formdata and f"alternative-{mark}" in formdata:
        entry.alternative = " ".join(strip(formdata.get(f"alternative-{mark}")).split())[:LONGEST_DESCRIPTION]
    entry.removed = bool(formdata) and f"remove-{mark}" in formdata
    return entry
