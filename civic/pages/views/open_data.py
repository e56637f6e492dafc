# SPDX-License-Identifier: AGPL-3.0-or-later
"""Open data: every data set the modules declare, as CSV sent row by row."""

from flask import Response, abort, render_template

from civic.db.session import db
from civic.module import Dataset
from civic.registry import current_registry
from civic.settings.store import portal_state
from civic.web.csvfile import file_of_rows


def open_data() -> str:
    """/data: the data sets with their columns."""
    return render_template("pages/open_data.html", datasets=list(_datasets().values()))


def download(name: str) -> Response:
    """/data/<name>.csv: UTF-8, commas, one line of heads."""
    dataset = _datasets().get(name)
    if dataset is None:
        abort(404)
    session = db.session()
    return file_of_rows(session, name, list(dataset.columns), dataset.rows(session))


def _datasets() -> dict[str, Dataset]:
    """Data sets of the core and of the modules that are on, by file name."""
    registry, on = current_registry(), portal_state(db.session()).modules_on
    owners = [module for module in registry if module is registry.core or module.name in on]
    return {dataset.name: dataset for module in owners for dataset in module.datasets}
