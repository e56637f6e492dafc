# SPDX-License-Identifier: AGPL-3.0-or-later
"""The phases of a process drawn as its line."""

from flask_babel import gettext as _

from civic.i18n.texts import text
from civic.pages.queries import ProcessCard
from civic.spaces.models import Phase
from civic.web.templating import day_short, last_day_short
from civic.workflow.stations import Station


def phase_line(card: ProcessCard) -> list[Station]:
    """One station per phase: past, now or next by the clock; closing ends the line."""
    found = [_station(phase, card) for phase in card.phases]
    if card.space.item.state == "closed":
        found = [Station(one.name, one.label, "past", one.when, one.note) for one in found]
        found.append(Station("closed", _("Closed"), "past", day_short(card.space.item.state_at)))
    return found


def _station(phase: Phase, card: ProcessCard) -> Station:
    """A phase with its dates in words."""
    if phase.closes_at <= card.at:
        status, when = "past", _("until the end of %(day)s", day=last_day_short(phase.closes_at))
    elif phase.opens_at <= card.at:
        status, when = "now", _("until the end of %(day)s", day=last_day_short(phase.closes_at))
    else:
        status = "next"
        when = _("from %(first)s to %(last)s", first=day_short(phase.opens_at), last=last_day_short(phase.closes_at))
    return Station(str(phase.id), text(phase.title), status, when, text(phase.description))
