# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pictures and documents of the demonstration's proposals, added by their authors as the form does it."""

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

from sqlalchemy.orm import Session

from civic.files.checking import check_upload
from civic.files.services import attach_file, keep_upload
from civic.files.settings import files_settings
from civic.items.models import Item
from civic.permissions.actor import Actor

from .seeds_scenes import SCENES


def add_files(session: Session, actor: Actor, item: Item, data: Mapping[str, Any], at: datetime) -> None:
    """What a proposal's `[[proposal.file]]` tables name: a scene drawn in code, or a text."""
    for file in data.get("file", ()):
        content = SCENES[file["scene"]]() if "scene" in file else file["text"].encode()
        checked = check_upload(file["name"], BytesIO(content), files_settings(session))
        attach_file(session, actor, item, keep_upload(checked), file["alternative"], at)
