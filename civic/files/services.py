# SPDX-License-Identifier: AGPL-3.0-or-later
"""Adding files to an item, describing them, taking them away. Whoever calls has checked that the item may be changed."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from civic.db.insertion import insert_once
from civic.db.session import lock
from civic.events.outbox import put
from civic.files.checking import PICTURE, Checked
from civic.files.documents import ENDINGS
from civic.files.jobs import destroy
from civic.files.models import ORIGINAL, READY, WAITING, FileRendition, StoredFile
from civic.files.settings import files_settings
from civic.files.stores import current_store, new_key
from civic.files.work import DRAW, PLACE
from civic.items.models import Document, Item
from civic.journal.entries import record
from civic.permissions.actor import Actor
from civic.permissions.decision import Missing, Refusal, Refused
from civic.ports.store import Area

LONGEST_DESCRIPTION = 300
GIVEN_BACK = 24 * 3600
"""Seconds during which what was sent with a form that came back need not be sent again."""


@dataclass(frozen=True)
class Upload:
    """A file that was checked and is in the store, and that no row knows yet."""

    key: str
    purpose: str
    name: str
    media_type: str
    size: int
    sha256: str
    width: int | None
    height: int | None

    def sealed(self, secret: bytes) -> str:
        """For a hidden field: what comes back was written by us, today."""
        return _serializer(secret).dumps(asdict(self))


def unsealed(text: str, secret: bytes) -> Upload | None:
    """What `sealed` wrote, or None: another's, an old one, garbage."""
    try:
        values: dict[str, Any] = _serializer(secret).loads(text, max_age=GIVEN_BACK)
        return Upload(**values)
    except (BadData, TypeError):
        return None


def _serializer(secret: bytes) -> URLSafeTimedSerializer:
    """Signs, and says when."""
    return URLSafeTimedSerializer(secret, salt="civic upload")


def keep_upload(checked: Checked) -> Upload:
    """Put a checked file in the store, before any transaction: a row never names bytes that are not there.

    Raises StoreError. Without a row it is swept away after a day.
    """
    key = new_key(checked.content)
    current_store().put(Area.PRIVATE, f"{key}/{_name_of(checked)}", checked.content, checked.media_type)
    sides = (checked.width, checked.height)
    return Upload(key, checked.purpose, checked.name, checked.media_type, len(checked.content), checked.sha256, *sides)


def _name_of(file: Checked | Upload) -> str:
    """A picture waits to be drawn again; a document is served as it is."""
    return ORIGINAL if file.purpose == PICTURE else f"document.{ENDINGS[file.media_type]}"


def attach_file(
    session: Session,
    actor: Actor,
    item: Item,
    upload: Upload,
    alternative: str,
    at: datetime,
    document: Document | None = None,
) -> StoredFile | None:
    """Give an item a file that is in the store; None when it has this very file already (a form sent again).

    A picture is shown once the runner has drawn it again. With a document of the item, the file comes with it: it is the
    town's own, so that it outlives the clerk who sent it. Raises Missing (the description is too long) or Refused (there
    are as many as the town allows).
    """
    _check_length(alternative)
    lock(session, Item, item.id)
    present = select(StoredFile).where(StoredFile.item_id == item.id, StoredFile.removed_at.is_(None))
    if document is not None:
        present = present.where(StoredFile.document_id == document.id)
    if session.scalar(present.where(StoredFile.sha256 == upload.sha256).limit(1)) is not None:
        return None
    most = files_settings(session).per_item
    if (session.scalar(select(func.count()).select_from(present.subquery())) or 0) >= most:
        raise Refused(
            Refusal("too_many_files", _("At most %(count)s pictures and documents: remove one first.", count=most))
        )
    is_picture = upload.purpose == PICTURE
    values = {**asdict(upload), "state": WAITING if is_picture else READY, "visibility": Area.PRIVATE.value}
    values |= {"item_id": item.id, "account_id": actor.account_id, "created_at": at}
    values |= {"document_id": document.id} if document is not None else {"owner_id": actor.person_id}
    values["alternative"] = {item.language: alternative.strip()} if alternative.strip() else {}
    if not insert_once(session, StoredFile, **values):
        return None
    file = session.scalars(select(StoredFile).where(StoredFile.key == upload.key)).one()
    if not is_picture:
        own = FileRendition(name=_name_of(upload), media_type=upload.media_type, size=upload.size)
        file.renditions = [own]
    put(session, DRAW if is_picture else PLACE, {"file": file.id}, at=at)
    _journal(session, actor, "attach_file", item, file, at)
    session.flush()
    return file


def describe_file(session: Session, item: Item, file: StoredFile, alternative: str) -> None:
    """Say what a picture shows, or what a document is. Raises Missing when that is too long."""
    _check_length(alternative)
    others = {language: words for language, words in file.alternative.items() if language != item.language}
    file.alternative = {**others, item.language: alternative.strip()} if alternative.strip() else others
    session.flush()


def remove_file(
    session: Session, actor: Actor, item: Item, file: StoredFile, at: datetime, *, reason: str = "", taken: bool = False
) -> None:
    """Take a file away: shown nowhere from now on, destroyed when the town's delay is over.

    With `taken`, the town does it, and may put it back until then.
    """
    if file.removed_at is None:
        file.removed_at = at
        file.taken_by_id = actor.account_id if taken else None
        put(session, PLACE, {"file": file.id}, at=at)
        _journal(session, actor, "remove_file", item, file, at, reason)
        session.flush()


def put_back(session: Session, actor: Actor, item: Item, file: StoredFile, at: datetime, *, reason: str) -> None:
    """Undo what `remove_file` did for the town: the file is shown again where its item is."""
    file.removed_at = file.taken_by_id = None
    session.flush()
    put(session, PLACE, {"file": file.id}, at=at)
    _journal(session, actor, "restore_file", item, file, at, reason)


def destroy_files(session: Session, item: Item, at: datetime) -> None:
    """Destroy every file of an item that is deleted itself: a draft."""
    destroy(session, list(session.scalars(select(StoredFile).where(StoredFile.item_id == item.id))), at)


def check_described(session: Session, item: Item) -> None:
    """Raise Missing when a picture of the item says nothing to those who do not see it (RGAA 4.1, criterion 1.1)."""
    pictures = select(StoredFile).where(
        StoredFile.item_id == item.id, StoredFile.purpose == PICTURE, StoredFile.removed_at.is_(None)
    )
    silent = [file.name for file in session.scalars(pictures) if not any(file.alternative.values())]
    if silent:
        message = _("Describe the picture “%(name)s” for those who do not see it.", name=silent[0])
        raise Missing({"files": str(message)})


def _check_length(alternative: str) -> None:
    """Raise Missing above what a screen reader should have to say."""
    if len(alternative.strip()) > LONGEST_DESCRIPTION:
        message = _("Describe it in at most %(count)s characters.", count=LONGEST_DESCRIPTION)
        raise Missing({"file_alternative": str(message)})


def _journal(
    session: Session, actor: Actor, act: str, item: Item, file: StoredFile, at: datetime, reason: str = ""
) -> None:
    """What was done with the files of something public or of the town; what happens to a draft is its author's alone."""
    if item.number is not None or file.document_id is not None:
        details = {"file": file.id, "purpose": file.purpose}
        record(session, actor, act, kind=item.kind, subject_id=item.id, at=at, text=reason, details=details)
