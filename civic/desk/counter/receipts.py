# SPDX-License-Identifier: AGPL-3.0-or-later
"""Receipts, for the printer: of a sitting, and of the lines of a sheet, one slip per person."""

from typing import Any

import segno
from flask import abort, current_app, render_template, url_for
from markupsafe import Markup
from sqlalchemy import Row

from civic.config import Config
from civic.counter.codes import code_of, shown
from civic.counter.kinds import act_name
from civic.counter.models import CounterSheet
from civic.counter.queries import lines_of, receipts_of
from civic.desk.acting import Visit
from civic.registry import current_registry


def sheet_slips(visit: Visit, sheet: CounterSheet, line_id: int | None) -> str:
    """One slip for each person of the sheet, in the order of the paper, or the slip of one line; 404 when it has none."""
    lines = lines_of(visit.session, sheet.id)
    acts: dict[int, list[Row[Any]]] = {}
    seen: set[int] = set()
    for row in receipts_of(visit.session, sheet.id, line_id):
        if row.id not in seen:  # somebody stands on two lines: one slip
            seen.add(row.id)
            acts.setdefault(row.line_id, []).append(row)
    if line_id is not None and not acts:
        abort(404)
    slips = [
        {"line": line, "place": place, "receipts": [drawn_receipt(row) for row in acts[line.id]]}
        for place, line in enumerate(lines, 1)
        if line.id in acts
    ]
    without = len(lines) - len(slips) if line_id is None else 0
    return render_template("desk/counter/sheet_receipts.html", sheet=sheet, slips=slips, without=without)


def drawn_receipt(row: Row[Any]) -> dict[str, Any]:
    """One act on a receipt, with the code that opens its page."""
    code = code_of(row.nonce)
    config: Config = current_app.extensions["civic.config"]
    address = f"{config.base_url.rstrip('/')}{url_for('pages.follow_up')}"
    return {
        "row": row,
        "name": act_name(current_registry(), row.kind),
        "code": shown(code),
        "address": address,
        "qr": _square(f"{address}?code={code}"),
    }


def _square(text: str) -> Markup:
    """What a telephone reads, drawn in the page at whatever size the paper gives it."""
    drawn = segno.make(text, error="m").svg_inline(border=4, dark="#000", light="#fff", omitsize=True)
    return Markup(drawn.replace("<svg ", '<svg aria-hidden="true" ', 1))  # noqa: S704 - segno draws modules, no text
