# SPDX-License-Identifier: AGPL-3.0-or-later
"""The verifiable history of a file, and the published heads of the journal with the way to check them."""

from flask import Response, abort, render_template

from civic.db.session import db
from civic.journal.heads import Head, current_head, published_heads
from civic.keys import current_keys
from civic.pages.history import public_history
from civic.pages.queries import item_by_number
from civic.registry import current_registry
from civic.web.actors import current_actor

SHOWN = 60


def history(number: int) -> str:
    """/items/<number>/history: who did what on this file, when and why, and whether it is sealed."""
    session = db.session()
    item = item_by_number(session, current_actor(), number)
    resource = current_registry().resource(item.kind) if item is not None else None
    if item is None or resource is None:
        abort(404)
    acts = public_history(session, item, resource, current_keys().journal)
    return render_template("pages/history/item.html", item=item, resource=resource, acts=acts)


def journal() -> str:
    """/journal: what the journal promises, its heads day by day, how anyone verifies it."""
    session = db.session()
    heads = published_heads(session, SHOWN)
    return render_template("pages/history/journal.html", heads=heads, head=current_head(session))


def journal_heads() -> Response:
    """/journal/heads.txt: every published head, `SEQ:DIGEST` and moment, to keep elsewhere."""
    lines = [
        f"{Head(one.seq, one.digest)} {one.published_at.isoformat(timespec='seconds')}\n"
        for one in reversed(published_heads(db.session(), 10_000))
    ]
    return Response(lines, mimetype="text/plain")
