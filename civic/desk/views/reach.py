# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is missing from a process and where to meet them; the town's figures this is compared with."""

from flask import render_template, url_for
from flask_babel import gettext as _

from civic.desk.acting import enter
from civic.desk.reach_forms import FiguresForm
from civic.desk.views.processes import open_process
from civic.i18n.texts import text
from civic.reach.advice import ENOUGH, advise
from civic.reach.bands import BANDS
from civic.reach.census import import_figures, town_census
from civic.reach.census_file import HEADS
from civic.reach.participation import participation_of
from civic.reach.solicitation import MANY, processes_by_quartier
from civic.territory.importing import ImportRefused
from civic.territory.services import quartiers_on
from civic.web.acts import Act, Page
from civic.web.sending import Saved, form_page

MANAGE = "territory:manage"


def process_reach(space_id: int) -> str:
    """The public figures of a process, who is missing, and how often each quartier was asked."""
    visit = enter("desk:enter")
    shown = open_process(space_id)
    found = participation_of(shown.session, shown.space, visit.at)
    asked = processes_by_quartier(shown.session, visit.actor, [one.id for one in found.concerned], visit.at)
    return render_template(
        "desk/processes/reach.html",
        shown=shown,
        space=shown.space,
        visit=visit,
        found=found,
        advice=advise(found, asked),
        asked=asked,
        enough=ENOUGH,
        many=MANY,
        file_url=url_for("pages.participation_file", slug=shown.space.slug),
    )


def town_figures() -> Page:
    """The figures in force, and a file to put in their place."""
    enter(MANAGE)
    form = FiguresForm()
    faults: list[tuple[int, str]] = []

    def save(done: Act) -> Saved:
        content = form.file.data.stream.read()
        source, year = form.source.data or "", form.year.data or 0
        import_figures(done.session, done.actor, content, source=source, year=year, at=done.at)
        return Saved(url_for("desk.town_figures"), _("The town’s figures are in force."))

    def draw() -> str:
        visit = enter(MANAGE)
        census = town_census(visit.session)
        return render_template(
            "desk/settings/town_figures.html",
            form=form,
            faults=faults,
            census=census,
            bands=BANDS,
            heads_line=";".join(HEADS),
            quartiers=[(one.id, text(one.name), one.slug) for one in quartiers_on(visit.session, visit.today)],
        )

    try:
        return form_page(form, save, draw, action=MANAGE)
    except ImportRefused as refused:
        faults = refused.errors
        return draw(), 422
