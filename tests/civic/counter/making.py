# SPDX-License-Identifier: AGPL-3.0-or-later
"""A counter with a helper, and persons who come to it, through pages alone."""

import re
from datetime import date

from flask import Flask

from civic.clock import now
from tests.forms import Visitor, forms_of
from tests.modules.proposals.making import propose, someone, switch_on

ROSE = {"surname": "Durand", "first_names": "Rose Marie", "birth_date": "1944-02-29"}
KIND = re.compile(r'name="kinds"[^>]* value="([^"]+)"')
CODE = re.compile(r"<code>([A-Z0-9]{5} [A-Z0-9]{5})</code>")


def counter(app: Flask, *, role: str = "clerk", **scope: object) -> Visitor:
    """A helper's browser; proposals are on."""
    switch_on(app)
    return someone(app, role=role, **scope)[1]


def begin(helper: Visitor, status: int = 200, **typed: object) -> int:
    """Begin with someone, who asks aloud for everything that can be entered; gives the sitting's number."""
    helper.open("/desk/counter/")
    [form] = [one for one in forms_of(helper.text) if "surname" in one.names]
    data: dict[str, list[object]] = {}
    for name, value in form.values:
        data.setdefault(name, []).append(value)
    asked = {"mandate": "oral", "kinds": KIND.findall(helper.text)}
    for name, value in {**ROSE, **asked, **typed}.items():
        assert name in form.names
        data[name] = value if isinstance(value, list) else [value]
    helper._arrive(helper.client.post("/desk/counter/", data=data, follow_redirects=True), status)
    found = re.fullmatch(r"/desk/counter/(\d+)", helper.path)
    return int(found[1]) if found else 0


def end(helper: Visitor, sitting_id: int) -> None:
    """End with the person."""
    helper.open(f"/desk/counter/{sitting_id}").send(f"/desk/counter/{sitting_id}/end")
    assert helper.path == "/desk/counter/"


def support(helper: Visitor, sitting_id: int, number: int) -> None:
    """Support a file for the person."""
    helper.open(f"/desk/counter/{sitting_id}/files/{number}").send(f"/files/{number}/support")


def code_of(helper: Visitor, sitting_id: int, place: int = -1) -> str:
    """A tracking code of the sitting's receipt."""
    return CODE.findall(helper.open(f"/desk/counter/{sitting_id}/receipt").text)[place]


def a_proposal(app: Flask, title: str = "Un banc <b>à l’ombre</b>") -> int:
    """Someone else's, open for supports; gives its number."""
    return propose(app, someone(app)[0], switch_on(app), title=title)


def today() -> date:
    return now().date()
