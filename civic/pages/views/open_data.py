# SPDX-License-Identifier: AGPL-3.0-or-later
"""Open data: every data set the modules declare, as CSV sent row by row."""

from flask import Response, abort, render_template, stream_with_context

from civic.db.session import db
from civic.module import Dataset
from civic.registry import current_registry
from civic.settings.store import portal_state
from civic.web.csvfile import lines


def open_data() -> str:
    """/data: the data sets with their columns."""
    return render_template("pages/open_data.html", datasets=list(_datasets().values()))


def download(name: str) -> Response:
    """/data/<name>.csv: UTF-8, commas, one line of heads."""
    dataset = _datasets().get(name)
    if dataset is None:
        abort(404)
    rows = dataset.rows(db.session())
    response = Response(stream_with_context(lines(list(dataset.columns), rows)), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _datasets() -> dict[str, Dataset]:
    """Data sets of the core and of the modules that are on, by file name."""
    registry, on = current_registry(), portal_state(db.session()).modules_on
    owners = [module for module in registry if module is registry.core or module.name in on]
    return {dataset.name: dataset for module in owners for dataset in module.datasets}
