# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the job runner does with files: slow work outside any transaction, then its effect in the one that marks it done.

Each is idempotent, and a crash between the two leaves objects without a row, which the sweep removes.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.adapters.pictures import Rendered, Unreadable, render
from civic.clock import now
from civic.db.session import lock
from civic.events.outbox import put
from civic.files.models import ORIGINAL, READY, REFUSED, WAITING, FileRendition, StoredFile
from civic.files.stores import current_store, new_key
from civic.files.visibility import wanted_area
from civic.ports.store import Area, Kept, NotStored

Effect = Callable[[Session, datetime], None]
"""What is written once the slow work is done."""

DRAW, PLACE, DROP, SWEEP = "draw_picture", "place_file", "drop_stored", "sweep_store"
STRAYS_KEPT = timedelta(hours=26)
"""Objects without a row are kept so long: a form left open for a day still finds what was sent with it."""
PAGE = 500


def draw_picture(session: Session, payload: Mapping[str, Any]) -> Effect:
    """Draw a picture again in its sizes, or refuse what cannot be drawn."""
    file = session.get(StoredFile, payload["file"])
    if file is None or file.state != WAITING:
        return _nothing
    try:
        rendered = render(_content(Area.PRIVATE, f"{file.key}/{ORIGINAL}"))
    except (Unreadable, NotStored):
        return partial(_refuse, file.id, file.key)
    area = wanted_area(session, file)
    key = new_key(rendered.renditions[0].content)
    for one in rendered.renditions:
        current_store().put(area, f"{key}/{one.name}", one.content, one.media_type)
    return partial(_drawn, file.id, file.key, key, area, rendered)


def place_file(session: Session, payload: Mapping[str, Any]) -> Effect:
    """Move a file to the area where it should stand, under a new key."""
    file = session.get(StoredFile, payload["file"])
    if file is None or file.state != READY:
        return _nothing
    area = wanted_area(session, file)
    if area is file.area:
        return _nothing
    key = new_key(file.key.encode())
    for one in file.renditions:
        content = _content(file.area, f"{file.key}/{one.name}")
        current_store().put(area, f"{key}/{one.name}", content, one.media_type)
    copies = [f"{key}/{one.name}" for one in file.renditions]
    return partial(_placed, file.id, file.key, key, area, copies)


def drop_stored(session: Session, payload: Mapping[str, Any]) -> Effect:
    """Delete objects that no row names any more."""
    current_store().delete(Area(payload["area"]), payload["paths"])
    return _nothing


def sweep_store(session: Session, payload: Mapping[str, Any]) -> Effect:
    """Delete what no row knows: left by a crash, by an upload that came to nothing, by a draft that was deleted."""
    store, before = current_store(), now() - STRAYS_KEPT
    for area in Area:
        kept = (one for one in store.walk(area) if one.kept_at < before)
        while page := list(islice(kept, PAGE)):
            store.delete(area, _strays(session, area, page))
    return _nothing


HANDLERS: dict[str, Callable[[Session, Mapping[str, Any]], Effect]] = {
    DRAW: draw_picture,
    PLACE: place_file,
    DROP: drop_stored,
    SWEEP: sweep_store,
}


def drop(session: Session, area: Area, paths: Sequence[str], at: datetime) -> None:
    """Have objects deleted once this transaction is committed."""
    if paths:
        put(session, DROP, {"area": area.value, "paths": list(paths)}, at=at)


def _content(area: Area, path: str) -> bytes:
    """All of an object."""
    with closing(current_store().open(area, path).stream) as stream:
        return stream.read()


def _nothing(session: Session, at: datetime) -> None:
    """No effect: it was done before, or there is nothing to write."""


def _refuse(file_id: int, key: str, session: Session, at: datetime) -> None:
    """No picture could be made of it: its owner is told on the page."""
    file = lock(session, StoredFile, file_id)
    if file is not None and file.state == WAITING and file.key == key:
        drop(session, file.area, file.paths(), at)
        file.state = REFUSED


def _drawn(file_id: int, before: str, key: str, area: Area, rendered: Rendered, session: Session, at: datetime) -> None:
    """The picture is ready under its new key; what was sent is destroyed, with the place and date it may have held."""
    file = lock(session, StoredFile, file_id)
    if file is None or file.state != WAITING or file.key != before:
        drop(session, area, [f"{key}/{one.name}" for one in rendered.renditions], at)
        return
    drop(session, Area.PRIVATE, file.paths(), at)
    file.key, file.visibility, file.state = key, area.value, READY
    file.width, file.height = rendered.width, rendered.height
    file.renditions = [
        FileRendition(
            name=one.name, media_type=one.media_type, width=one.width, height=one.height, size=len(one.content)
        )
        for one in rendered.renditions
    ]
    session.flush()
    if wanted_area(session, file) is not area:
        put(session, PLACE, {"file": file.id}, at=at)


def _placed(file_id: int, before: str, key: str, area: Area, copies: list[str], session: Session, at: datetime) -> None:
    """The file is found under its new key, and no longer under the old one."""
    file = lock(session, StoredFile, file_id)
    if file is None or file.key != before:
        drop(session, area, copies, at)
        return
    drop(session, file.area, file.paths(), at)
    file.key, file.visibility = key, area.value
    session.flush()
    if wanted_area(session, file) is not area:
        put(session, PLACE, {"file": file.id}, at=at)


def _strays(session: Session, area: Area, page: Sequence[Kept]) -> list[str]:
    """Paths of a page that no row names in this area."""
    keys = {one.path.partition("/")[0] for one in page}
    rows = session.execute(
        select(StoredFile.key, StoredFile.state, FileRendition.name)
        .outerjoin(FileRendition, FileRendition.file_id == StoredFile.id)
        .where(StoredFile.key.in_(keys), StoredFile.visibility == area.value)
    )
    named = {f"{key}/{ORIGINAL if state == WAITING else name}" for key, state, name in rows}
    return [one.path for one in page if one.path not in named]
