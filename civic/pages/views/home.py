# SPDX-License-Identifier: AGPL-3.0-or-later
"""The home page: what is open now, what was decided lately, what became of the rest."""

from flask import render_template

from civic.clock import now
from civic.db.session import db
from civic.pages import queries
from civic.pages.parts import figure_parts, things
from civic.pages.queries import DecidedFilter
from civic.pages.rows import States, excerpt
from civic.pages.words import days_left, open_title
from civic.web.actors import current_actor
from civic.web.slots import fill

SHOWN = 4
"""Decisions on the home page."""


def home() -> str:
    """/: four queries, and those of the modules' blocks."""
    session, actor, at = db.session(), current_actor(), now()
    states = States(session)
    cards = queries.processes(session, actor, at, queries.open_only())
    counted = queries.figures(session, actor, states, at, since=queries.january(at))
    return render_template(
        "pages/home.html",
        title=open_title(cards),
        cards=[card for card in cards if card.is_running or card.coming],
        days_left=days_left,
        slots=fill(session, "home.open", None, at),
        decisions=queries.decided(session, actor, states, DecidedFilter(), size=SHOWN).rows,
        states=states,
        excerpt=excerpt,
        counted=counted,
        parts=figure_parts(counted),
        things=things(states, counted.total),
    )
