# SPDX-License-Identifier: AGPL-3.0-or-later
"""The split bar in words: what became of what residents wrote, late ones included."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from civic.pages.queries import Figures
from civic.pages.rows import States
from civic.web.templating import number

_LABELS = {
    "done": lazy("done"),
    "yes": lazy("accepted"),
    "wait": lazy("being studied"),
    "no": lazy("not accepted, with the reason"),
    "off": lazy("withdrawn"),
    "late": lazy("without an answer in time"),
}


@dataclass(frozen=True)
class Part:
    """A part of the bar."""

    label: str
    count: int
    tone: str


def figure_parts(counted: Figures) -> list[Part]:
    """The parts in order; those that are empty are left out, but for late ones: zero late is worth saying."""
    return [
        Part(str(_LABELS[tone]), count, tone)
        for tone, count in counted.parts.items()
        if count or (tone == "late" and counted.total)
    ]


def things(states: States, count: int) -> str:
    """ "214 proposals": named by the module when there is only one kind, else "files"."""
    resources = list(states.resources.values())
    if len(resources) == 1:
        name = resources[0].plural if count != 1 else resources[0].title
        return f"{number(count)} {str(name).lower()}"
    return str(_("%(count)s files", count=number(count)))
