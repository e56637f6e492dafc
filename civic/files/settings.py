# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a town sets about pictures and documents."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from civic.settings.declaration import setting
from civic.settings.store import portal_state

FILES_SCOPE = "files"
MOST_MEGABYTES = 30
"""No setting goes beyond; a request may be a little larger, so that what is too large comes back as a sentence."""


@dataclass(frozen=True)
class FilesSettings:
    """Limits, and how long what was removed is kept."""

    picture_megabytes: int = setting(12, _("Largest picture, in megabytes"), minimum=1, maximum=MOST_MEGABYTES)
    document_megabytes: int = setting(20, _("Largest document, in megabytes"), minimum=1, maximum=MOST_MEGABYTES)
    per_item: int = setting(
        5, _("Pictures and documents on one proposal"), _("Or on any other text of a resident."), minimum=1, maximum=20
    )
    kept_days: int = setting(
        30,
        _("Days a removed file is kept"),
        _("Nobody sees it any more; it is destroyed at the end of this delay."),
        minimum=0,
        maximum=365,
    )


def files_settings(session: Session) -> FilesSettings:
    """What the town set."""
    return portal_state(session).settings(FILES_SCOPE, FilesSettings)
