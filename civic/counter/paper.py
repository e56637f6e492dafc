# SPDX-License-Identifier: AGPL-3.0-or-later
"""How an act came to the town: the channel, the day, the paper that is kept, and how the person asked for help."""

from dataclasses import dataclass, field
from datetime import date

from flask_babel import lazy_gettext as _

from civic.counter.kinds import MANDATES
from civic.items.channels import CHANNELS
from civic.permissions.decision import Missing

DESK, POST, TELEPHONE, MEETING = CHANNELS
ORAL, SIGNED, LETTER = MANDATES
MANDATES_OF = {
    DESK: (ORAL, SIGNED),
    POST: (LETTER, SIGNED),
    TELEPHONE: (ORAL,),
    MEETING: (ORAL, SIGNED),
}
"""What each channel lets one say of the mandate: nobody is heard orally by post."""
LONGEST_OCCASION, LONGEST_REFERENCE = 120, 80


@dataclass(frozen=True)
class Came:
    """How it came.

    Attributes:
        channel: a key of CHANNELS.
        occasion: which meeting.
        paper_on: date of the letter, of the sheet or of the meeting.
        paper_reference: where the paper is kept.
        mandate: a key of MANDATES.
        kinds: acts the person asked for.
    """

    channel: str
    occasion: str = ""
    paper_on: date | None = None
    paper_reference: str = ""
    mandate: str = ORAL
    kinds: tuple[str, ...] = field(default=())


def check_came(came: Came, today: date, *, known_kinds: frozenset[str]) -> None:
    """Raise Missing naming what is empty or cannot be."""
    faults: dict[str, str] = {}
    if came.channel not in CHANNELS:
        faults["channel"] = _("Say how it came.")
    if came.channel in (POST, MEETING) and came.paper_on is None:
        faults["paper_on"] = _("Write the date on the letter, or of the meeting.")
    if came.paper_on is not None and came.paper_on > today:
        faults["paper_on"] = _("This date is in the future.")
    if came.channel == POST and not came.paper_reference.strip():
        faults["paper_reference"] = _("Write where the letter is kept: box, folder, sheet number.")
    if came.channel == MEETING and not came.occasion.strip():
        faults["occasion"] = _("Say which meeting.")
    if came.mandate not in MANDATES_OF.get(came.channel, tuple(MANDATES)):
        faults["mandate"] = _("This does not go with how it came: choose again.")
    if not came.kinds or not set(came.kinds) <= known_kinds:
        faults["kinds"] = _("Say what the person asks you to enter.")
    for name, longest in (("occasion", LONGEST_OCCASION), ("paper_reference", LONGEST_REFERENCE)):
        if len(getattr(came, name)) > longest:
            faults[name] = _("Write at most %(count)s characters.", count=longest)
    if faults:
        raise Missing(faults)
