# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sending forms with a file, as a browser without script does, and doing what the runner would do."""

import re
from contextlib import closing
from io import BytesIO

from flask import Flask
from sqlalchemy import select

from civic.db.session import db
from civic.files.models import StoredFile
from civic.files.stores import current_store
from civic.jobs.outbox import drain
from civic.ports.store import Area
from tests.forms import Visitor, forms_of


def send_file(
    visitor: Visitor,
    name: str,
    content: bytes,
    *,
    button: tuple[str, str] | None = ("attach", "file"),
    status=200,
    **typed,
) -> Visitor:
    """Fill the form of the page one is on, choose a file, press a button (the first one with None)."""
    [form] = [one for one in forms_of(visitor.text) if "file_alternative" in one.names]
    values: dict[str, list] = {}
    for field, value in form.values:
        if field not in typed:
            values.setdefault(field, []).append(value)
    values |= {field: [value] for field, value in typed.items()}
    values |= {"file": [(BytesIO(content), name)]} | ({button[0]: [button[1]]} if button else {})
    target = form.action or visitor.path
    answer = visitor.client.post(target, data=values, follow_redirects=True, content_type="multipart/form-data")
    visitor._arrive(answer, status)
    return visitor


def work(app: Flask) -> None:
    """What the runner does until nothing is left."""
    while drain(app):
        pass


def addresses(page: str) -> list[str]:
    """Every address of a file on a page."""
    return sorted(set(re.findall(r"/files/[0-9a-f]{40}/[\w.]+", page)))


def rows(app: Flask) -> list[StoredFile]:
    """Every file, with its renditions."""
    with app.app_context():
        found = list(db.session.scalars(select(StoredFile).order_by(StoredFile.id)))
        db.session.expunge_all()
        db.session.remove()
    return found


def stored(app: Flask) -> dict[str, list[str]]:
    """Names of the objects in each area."""
    with app.app_context():
        return {area.value: sorted(kept.path for kept in current_store().walk(area)) for area in Area}


def bytes_of(app: Flask, area: Area, path: str) -> bytes:
    with app.app_context(), closing(current_store().open(area, path).stream) as stream:
        return stream.read()
