# SPDX-License-Identifier: AGPL-3.0-or-later
"""Documents and news of a process: a text, an address, files and pictures that the town gives."""

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from civic.db.types import PerLanguage
from civic.files.queries import files_of_document
from civic.files.services import remove_file
from civic.i18n.texts import written
from civic.items.models import Document, Item
from civic.permissions.actor import Actor
from civic.permissions.decision import Missing
from civic.spaces.placing import journal_part, title_errors
from civic.spaces.services import manage


@dataclass(frozen=True)
class DocumentData:
    """A document (with an address, a text or files) or a piece of news."""

    nature: str
    title: PerLanguage
    body: PerLanguage = field(default_factory=dict)
    url: str = ""
    has_files: bool = False
    """Whether a file comes with it, in the same act."""


def publish_document(session: Session, actor: Actor, space_id: int, data: DocumentData, *, at: datetime) -> Document:
    """Add a document or a piece of news.

    Raises Missing when the title is empty, the address is not one of the web or a document holds nothing, and Denied.
    """
    manage(session, actor, space_id, None, at)
    _check(data)
    document = Document(item_id=space_id, published_at=at)
    _write(document, data)
    session.add(document)
    session.flush()
    details = {"document": document.id, "nature": data.nature}
    journal_part(session, actor, "publish_document", space_id, at, details)
    return document


def edit_document(
    session: Session, actor: Actor, space_id: int, document_id: int, data: DocumentData, *, at: datetime, version: int
) -> Document:
    """Change a document or a piece of news; its day stays. Raises as publishing does, and StaleVersion."""
    manage(session, actor, space_id, version, at)
    _check(data)
    document = _own(session, document_id, space_id)
    _write(document, data)
    session.flush()
    journal_part(session, actor, "edit_document", space_id, at, {"document": document.id, "nature": data.nature})
    return document


def remove_document(session: Session, actor: Actor, space_id: int, document_id: int, *, at: datetime) -> None:
    """Withdraw a document or a piece of news with its files; the journal keeps that it was there."""
    manage(session, actor, space_id, None, at)
    document = _own(session, document_id, space_id)
    process = session.get_one(Item, space_id)
    for file in files_of_document(session, document_id):
        remove_file(session, actor, process, file, at)
    session.delete(document)
    details = {"document": document_id, "title": document.title}
    journal_part(session, actor, "remove_document", space_id, at, details)


def _own(session: Session, document_id: int, space_id: int) -> Document:
    """The document of this very process. Raises Missing for another one's."""
    document = session.get(Document, document_id)
    if document is None or document.item_id != space_id:
        raise Missing({"document": _("This document is no longer there.")})
    return document


def _check(data: DocumentData) -> None:
    """Raise Missing for what is missing or wrong."""
    errors = title_errors(data.title)
    if data.nature not in {"document", "news"}:
        errors["nature"] = _("Choose one of the values offered.")
    if data.url and not _is_web_address(data.url):
        errors["url"] = _("Write a whole address, beginning with https://.")
    if data.nature == "document" and not data.url and not written(data.body) and not data.has_files:
        errors["url"] = _("Give the address of the document, add its file, or write its text.")
    if errors:
        raise Missing(errors)


def _write(document: Document, data: DocumentData) -> None:
    """What was typed."""
    document.nature, document.url = data.nature, data.url
    document.title, document.body = written(data.title), written(data.body)


def _is_web_address(url: str) -> bool:
    """Whether it is an http or https address with a host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
