# SPDX-License-Identifier: AGPL-3.0-or-later
"""CSV as the portal gives it: UTF-8, commas, one line of heads, nothing that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask import Response, stream_with_context
from sqlalchemy.orm import Session

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that begins so is run as a formula by spreadsheets (OWASP, CSV injection)."""
PIECE = 200
"""Rows sent at a time."""


def file_of_rows(session: Session, name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """The file as an attachment of this name, sent while `session` reads its rows.

    They are read after the request has given its session back: the connection taken for them goes back with the last
    line, or when the reader goes away.
    """

    def sent() -> Iterator[str]:
        try:
            yield from lines(heads, rows)
        finally:
            session.close()

    response = Response(stream_with_context(sent()), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def lines(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The file, in pieces of a few hundred rows."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(heads)
    for index, row in enumerate(rows, 1):
        writer.writerow([cell(value) for value in row])
        if index % PIECE == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def cell(value: Any) -> Any:
    """A text that a spreadsheet would run is kept from it by an apostrophe; numbers and dates stay as they are."""
    if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA):
        return f"'{value}"
    return "" if value is None else value
