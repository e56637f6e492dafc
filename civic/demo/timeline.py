# SPDX-License-Identifier: AGPL-3.0-or-later
"""Acts of the past, told in any order and performed in the order of their moments, as a town would have lived them."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

Act = Callable[[Session, datetime], None]


class Timeline:
    """What happened; journal entries, public numbers and comments follow its order."""

    def __init__(self) -> None:
        self._acts: list[tuple[datetime, int, str, Act]] = []

    def add(self, at: datetime, what: str, act: Act) -> None:
        """At that moment, `act(session, at)` happened; `what` names it where it fails."""
        self._acts.append((at, len(self._acts), what, act))

    def run(self, session: Session) -> int:
        """Perform every act, the oldest first, those of one moment as they were added; gives how many."""
        for at, _place, what, act in sorted(self._acts, key=lambda one: one[:2]):
            try:
                act(session, at)
            except Exception as error:
                error.add_note(f"demonstration town: {what}, {at:%Y-%m-%d %H:%M} UTC")
                raise
        return len(self._acts)
