# SPDX-License-Identifier: AGPL-3.0-or-later
"""/processes/<slug>/participation: who takes part by quartier and age beside the town, as a page and as a file."""

from flask import Response, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from civic.clock import now
from civic.db.session import db
from civic.pages.views.processes import seen_process
from civic.reach.participation import COLUMNS, lines_of, participation_of
from civic.web.csvfile import lines


def participation(slug: str) -> BaseResponse:
    """The two tables, and how they are counted."""
    found = seen_process(slug, "pages.participation")
    if isinstance(found, BaseResponse):
        return found
    page = render_template(
        "pages/participation.html",
        space=found.space,
        token=found.token,
        found=participation_of(db.session(), found.space, now()),
        file_url=url_for("pages.participation_file", slug=slug, preview=found.token or None),
    )
    return found.kept(page)


def participation_file(slug: str) -> BaseResponse:
    """The same lines as a CSV file."""
    found = seen_process(slug, "pages.participation_file")
    if isinstance(found, BaseResponse):
        return found
    rows = lines_of(participation_of(db.session(), found.space, now()))
    answer = found.kept(Response("".join(lines(COLUMNS, rows)), mimetype="text/csv"))
    answer.headers["Content-Disposition"] = f'attachment; filename="participation-{found.space.slug}.csv"'
    return answer
