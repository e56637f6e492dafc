# SPDX-License-Identifier: AGPL-3.0-or-later
"""How an act reached the town, in words that stand beside it in public."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

WEB = "web"
CHANNELS: Mapping[str, str] = {
    "desk": lazy("At the counter"),
    "post": lazy("By post"),
    "telephone": lazy("By telephone"),
    "meeting": lazy("At a meeting"),
}
"""Channels through which a helper enters acts for others."""


_WITHIN: Mapping[str, str] = {
    "desk": lazy("at the counter"),
    "post": lazy("by post"),
    "telephone": lazy("by telephone"),
    "meeting": lazy("at a meeting"),
}
"""The same in the middle of a sentence."""


def channel_within(channel: str) -> str:
    """A helper's channel in the middle of a sentence; empty for what its author did alone."""
    return str(_WITHIN.get(channel, ""))


def channel_name(channel: str) -> str:
    """Any channel in words, the web's too."""
    return str(CHANNELS.get(channel, lazy("Online")))


def entered_words(channel: str, helper: str = "", occasion: str = "") -> str:
    """ "At the counter, entered by Nadia R."; empty for what its author did alone.

    The helper is named by the display name and nothing else.
    """
    if channel not in CHANNELS:
        return ""
    where = str(CHANNELS[channel])
    if occasion:
        where = _("%(channel)s (%(occasion)s)", channel=where, occasion=occasion)
    return str(_("%(channel)s, entered by %(helper)s, for the town", channel=where, helper=helper)) if helper else where
