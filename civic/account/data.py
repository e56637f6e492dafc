# SPDX-License-Identifier: AGPL-3.0-or-later
"""My data: read it, take it away, erase it."""

import json

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from civic.account.export import personal_data
from civic.account.guard import signed_in_actor
from civic.clock import now
from civic.db.session import db
from civic.registry import current_registry


def data() -> ResponseReturnValue:
    """What is kept and why, with the export and the way to erase."""
    signed_in_actor()
    return render_template("people/data.html")


def download() -> ResponseReturnValue:
    """Everything about oneself as a JSON file."""
    actor = signed_in_actor()
    found = personal_data(db.session(), current_registry(), actor.person_id or 0, now())
    text = json.dumps(found, ensure_ascii=False, indent=2)
    response = Response(f"{text}\n", mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response
