# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a town sets about letters."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from civic.settings.declaration import setting
from civic.settings.store import portal_state

LETTERS_SCOPE = "letters"


@dataclass(frozen=True)
class LettersSettings:
    """Rules of letters and of the codes they carry."""

    sender: str = setting(
        "",
        _("Address of the sender"),
        _("At the top left of each letter, in lines. Empty: the name of the town."),
        max_length=300,
        kind="text",
    )
    wait_days: int = setting(
        7,
        _("Days after which waiting letters become a batch by themselves"),
        _("The clerks are told by e-mail; they can make one earlier."),
        minimum=1,
        maximum=60,
    )
    texts: bool = setting(
        False,
        _("Text messages to whoever has no e-mail and agrees"),
        _("The counter may then note a mobile number. Only where this installation has a gateway; see docs/sms.md."),
    )
    code_days: int = setting(
        60,
        _("Days a code on a letter serves"),
        _("Counted from the day it is issued: leave time to print and post."),
        minimum=5,
        maximum=365,
    )
    acts_without_account: bool = setting(
        True,
        _("A code on a letter, or from the counter, lets one take part without an account"),
        _(
            "Otherwise one signs in first, and the code serves that account. Each act may ask for an account in its own settings."
        ),
    )
    session_minutes: int = setting(
        60,
        _("Minutes one takes part without an account"),
        _("Then it closes by itself: the computer may be a shared one."),
        minimum=10,
        maximum=480,
    )


def letters_settings(session: Session) -> LettersSettings:
    """The town's rules about letters."""
    return portal_state(session).settings(LETTERS_SCOPE, LettersSettings)
