# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asking one address of the small town as one of its people, each time from the same state."""

from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from civic.db.session import ReaderWriterSession

SIGN_IN, CONFIRM = "/sign-in", "/sign-in/second-factor"


def asked(app: Flask) -> dict[str, tuple[Rule, str]]:
    """Every address of the portal with each of its methods, as the table writes it: `POST desk.assign`."""
    return {
        f"{method} {rule.endpoint}": (rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    }


def outcome(page: TestResponse, address: str) -> str:
    """In one of the table's words what an answer means."""
    place = urlsplit(page.location or "").path
    if page.status_code in {301, 302, 303}:
        if place == CONFIRM and address != CONFIRM:
            return "confirm"
        return "sign in" if place == SIGN_IN and not address.startswith(SIGN_IN) else "through"
    words = {200: "through", 400: "refused", 403: "forbidden", 404: "absent", 409: "refused", 422: "refused"}
    return words.get(page.status_code, str(page.status_code))


class Desk:
    """Sends requests; what one writes is done whole, then undone, so that the next finds the same town."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def ask(self, rule: Rule, method: str, values: dict[str, Any], token: str | None, data: dict[str, Any]) -> str:
        """One request; gives what became of it."""
        client = self.app.test_client()
        if token is not None:
            with client.session_transaction() as cookie:
                cookie["_user_id"] = token
        with self.app.test_request_context():
            address = self.app.url_for(rule.endpoint, **values)
        with patch.object(ReaderWriterSession, "commit", write_and_undo):
            page = client.open(address, method=method, data=data)
        found = outcome(page, urlsplit(address).path)
        page.close()
        return found


def write_and_undo(session: ReaderWriterSession) -> None:
    """In place of a commit: everything is sent to the database, checked there, and taken back."""
    session.flush()
    session.expunge_all()
    session.rollback()


def values_of(key: str, rule: Rule, ids: SimpleNamespace) -> dict[str, Any]:
    """Arguments that lead to a real object of the town."""
    address, _, variant = key.partition(" @")
    endpoint = address.split()[1]
    own = dict(OWN_VALUES.get(endpoint, {}))
    if variant:
        own |= {name: getattr(ids, value) for name, value in VARIANTS[variant].items()}
    if endpoint in ANSWERS:
        own["answer_id"] = ids.answer[ANSWERS[endpoint]].id
    if endpoint in SPOKEN:
        own |= {name: getattr(ids, value) for name, value in SPOKEN[endpoint].items()}
    found = {name: own[name] if name in own else getattr(ids, NAMES.get(name, name)) for name in rule.arguments}
    if endpoint in STUDIED:
        found["item_id"] = ids.studied[STUDIED[endpoint]]
    if endpoint.startswith("proposals.") and "item_id" in found:
        found["item_id"] = ids.draft
    return found


NAMES = {
    "item_id": "item",
    "space_id": "space",
    "phase_id": "phase",
    "component_id": "component",
    "document_id": "document",
    "comment_id": "comment",
    "file_id": "file",
    "person_id": "person",
    "proof_id": "proof",
    "pair_id": "pair",
    "sitting_id": "sitting",
    "sheet_id": "sheet",
    "act_id": "act",
    "grant_id": "grant",
    "delegation_id": "delegation",
    "absence_id": "absence",
    "session_id": "session",
    "tag_id": "tag",
    "view_id": "view",
    "link_id": "linked",
    "account_id": "agent",
    "minor_id": "minor",
    "organisation_id": "organisation",
    "member_id": "speaker",
    "token": "link",
    "batch_id": "batch",
    "code_id": "letter_code",
    "line_id": "line",
}
OWN_VALUES: dict[str, dict[str, Any]] = {
    "static": {"filename": "css/civic.css"},
    "proposals.static": {"filename": "absent.css"},
    "themes.css": {"generation": 1},
    "themes.logo": {"digest": "0123456789abcdef"},
    "pages.download": {"name": "proposals"},
    "pages.quartier": {"slug": "centre"},
    "pages.organisation": {"slug": "les-amis-du-canal"},
    "people.acts": {"what": "written"},
    "counter.new": {"kind": "proposals.proposal"},
    "counter.change": {"name": "complete"},
    "desk.act_on": {"name": "send_back"},
    "desk.decide_organisation": {"to": "accept"},
    "desk.edit_settings": {"scope": "portal"},
    "desk.edit_workflow": {"kind": "proposals.proposal"},
    "desk.move_answer": {"name": "submit"},
    "desk.move_process": {"name": "close"},
    "desk.roll_check": {"list_name": "roll"},
    "desk.switch_module": {"name": "proposals", "to": "off"},
}
ANSWERS = {
    "desk.answer": "draft",
    "desk.edit_answer": "draft",
    "desk.move_answer": "draft",
    "desk.sign_answer": "to_sign",
    "desk.correct_answer": "signed",
}
SPOKEN = {
    "desk.restore_file": {"file_id": "taken_file"},
    "people.organisation": {"organisation_id": "spoken"},
    "people.accept_invitation": {"member_id": "invitation"},
    "people.decline_invitation": {"member_id": "invitation"},
    "counter.change": {"number": "helped"},
    "desk.hand_code": {"person_id": "seen"},
}
"""What the person at the counter wrote; who was seen there. An organisation that is accepted, and the invitation to speak for it; the other addresses lead to one that waits."""
STUDIED = {"desk.new_answer": "to_draft"}
VARIANTS: dict[str, dict[str, str]] = {
    "hidden": {"slug": "hidden"},
    "elsewhere": {"space_id": "elsewhere"},
    "on a draft": {"key": "hidden_file_key"},
    "there": {"item_id": "there"},
}
"""Other objects at the same address: `GET pages.process @hidden` is a process being prepared, `@elsewhere` the one in
which roles called "elsewhere" hold, `@there` a proposal that stands in it."""


def data_of(key: str, ids: SimpleNamespace) -> dict[str, Any]:
    """What is sent where a refusal comes only from the act itself: a form that is right, but for who sends it."""
    endpoint = key.partition(" @")[0].split()[1]
    sent: dict[str, dict[str, Any]] = {
        "desk.act_on": {
            "version": ids.version_there if "@there" in key else ids.version,
            "reason": "Dites où, s’il vous plaît.",
        },
        "desk.move_on_board": {
            "file": ids.studied["to_draft"],
            "version": ids.studied_version,
            "act": "put_to_decision",
        },
        "desk.assign": {"version": ids.version, "department_id": ids.department, "assignee_id": 0},
        "desk.new_answer": _answer(ids) | {"version": ids.studied_version},
        "desk.edit_answer": _answer(ids) | {"version": ids.answer["draft"].version},
        "desk.move_answer": {"version": ids.answer["draft"].version, "comment": "À relire"},
        "desk.sign_answer": {"version": ids.answer["to_sign"].version},
        "desk.correct_answer": {
            "version": ids.answer["signed"].version,
            "body": BODY,
            "cost_eur": "12000",
            "reason": "Coût faux",
        },
        "desk.hide_comment": {"reason": "Propos insultants"},
        "files.remove": {"reason": "On y reconnaît un enfant"},
        "desk.restore_file": {"reason": "Retiré par erreur"},
        "items.hide": {"reason": "Propos insultants"},
        "items.comment": {"body": "D’accord"},
        "desk.move_process": {"reason": "C’est fini", "version": 1},
        "proposals.new": {"title": "Un arbre", "body": BODY},
        "proposals.draft": {"title": "Un arbre", "body": BODY, "keep": "1"},
        "proposals.edit": {"title": "Un arbre", "body": BODY, "version": ids.version},
        "proposals.withdraw": {"reason": "Plus la peine", "version": ids.version},
        "desk.edit_settings": {"town_name": "Sainte-Œuvre"},
    }
    return sent.get(endpoint, {})


BODY = "Le banc existe déjà, à trente mètres de là, devant l’école du Moulin."


def _answer(ids: SimpleNamespace) -> dict[str, Any]:
    """An answer as a department writes it."""
    return {"transition": "decline", "body": BODY, "signer_id": ids.official}
