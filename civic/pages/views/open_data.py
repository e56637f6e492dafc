# SPDX-License-Identifier: AGPL-3.0-or-later
"""Open data: every data set the modules declare, as CSV sent row by row."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask import Response, abort, render_template, stream_with_context

from civic.db.session import db
from civic.module import Dataset
from civic.registry import current_registry
from civic.settings.store import portal_state

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is run as a formula by spreadsheets."""


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


def lines(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The file, in pieces of a few hundred rows."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(heads)
    for index, row in enumerate(rows, 1):
        writer.writerow([cell(value) for value in row])
        if index % 200 == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def cell(value: Any) -> Any:
    """A text that a spreadsheet would run is kept from it by an apostrophe; numbers and dates stay as they are."""
    if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA):
        return f"'{value}"
    return "" if value is None else value
