# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files at the erasure of a person (GDPR article 17): a picture may show faces and homes, so none is kept."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.files.jobs import destroy
from civic.files.models import StoredFile


def erase_files(session: Session, person_id: int, at: datetime) -> None:
    """Destroy everything the person sent, at once, whatever it stands on."""
    destroy(session, list(session.scalars(select(StoredFile).where(StoredFile.owner_id == person_id))), at)
