# SPDX-License-Identifier: AGPL-3.0-or-later
"""The split bar in words: what became of what residents wrote, late ones included."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from civic.pages.queries import Figures
from civic.pages.rows import States
from civic.web.templating import number


def _label(tone: str, count: int) -> str:
    """The words after the count, which is drawn apart."""
    words = {
        "done": ngettext("carried out", "carried out", count),
        "yes": ngettext("accepted", "accepted", count),
        "wait": ngettext("being studied", "being studied", count),
        "no": ngettext("not accepted, with the reason", "not accepted, with the reason", count),
        "off": ngettext("withdrawn", "withdrawn", count),
        "late": ngettext("past the deadline promised", "past the deadline promised", count),
    }
    return str(words[tone])


@dataclass(frozen=True)
class Part:
    """A part of the bar."""

    label: str
    count: int
    tone: str


def figure_parts(counted: Figures) -> list[Part]:
    """The parts in order; those that are empty are left out, but for late ones: zero late is worth saying."""
    return [
        Part(_label(tone, count), count, tone)
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
