# SPDX-License-Identifier: AGPL-3.0-or-later
"""Forms as a browser without script sends them: hidden fields and chosen values go along, nothing is invented."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

FORM = re.compile(r"<form\b.*?(?:</form>|\Z)", re.DOTALL)
IGNORED = {"submit", "button", "image", "reset", "file"}


@dataclass
class Form:
    """One form of a page: where it goes, what it would send, which buttons it has."""

    action: str = ""
    method: str = "get"
    values: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    buttons: list[dict[str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select: tuple[str, bool] | None = None
        self._options: list[tuple[str, bool]] = []
        self._area: str | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is None:
            return
        elif tag == "input":
            self._input(self._form, given, "checked" in given)
        elif tag == "button" and given.get("type", "submit") == "submit":
            self._form.buttons.append(given)
        elif tag == "select" and "name" in given:
            self._select, self._options = (given["name"], "multiple" in given), []
        elif tag == "option" and self._select:
            self._options.append((given.get("value", ""), "selected" in given))
        elif tag == "textarea" and "name" in given:
            self._area, self._text = given["name"], ""

    def _input(self, form: Form, given: dict[str, str], checked: bool) -> None:
        kind, name = given.get("type", "text"), given.get("name")
        if kind == "submit":
            form.buttons.append(given)
        if name is None or kind in IGNORED or "disabled" in given:
            return
        form.names.add(name)
        if kind not in {"checkbox", "radio"} or checked:
            form.values.append((name, given.get("value", "on" if kind == "checkbox" else "")))

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif self._form is None:
            return
        elif tag == "textarea" and self._area is not None:
            self._form.names.add(self._area)
            # A browser drops the first line break of a text area.
            self._form.values.append((self._area, self._text.removeprefix("\n")))
            self._area = None
        elif tag == "select" and self._select is not None:
            name, several = self._select
            chosen = [value for value, selected in self._options if selected]
            if not chosen and not several and self._options:
                chosen = [self._options[0][0]]
            self._form.names.add(name)
            self._form.values += [(name, value) for value in chosen]
            self._select = None


def forms_of(html: str) -> list[Form]:
    """Every form of a page."""
    reader = _Reader()
    for form in FORM.findall(html):  # what stands between them is most of a page
        reader.feed(form)
    return reader.forms


class Visitor:
    """Someone with a browser without script: opens pages, fills forms, follows redirects.

    `answer` is the last answer, `path` where one is.
    """

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.path = "/"
        self.answer: TestResponse

    @property
    def text(self) -> str:
        """The page one is looking at."""
        return self.answer.get_data(as_text=True)

    def open(self, path: str, status: int = 200) -> "Visitor":
        """Go to a page; fails when it does not answer `status`."""
        self._arrive(self.client.get(path, follow_redirects=True), status)
        return self

    def form(self, action: str) -> Form:
        """The form of the page whose address contains `action`."""
        found = [form for form in forms_of(self.text) if action in (form.action or self.path)]
        assert found, f"no form to {action!r} on {self.path}: {[form.action for form in forms_of(self.text)]}"
        return found[0]

    def send(self, action: str, button: str | None = None, status: int = 200, **fields: str | list[str]) -> "Visitor":
        """Fill and send the form to `action`: other fields keep what the page gave them; unknown fields are refused.

        `button` is the value of the button pressed.
        """
        form = self.form(action)
        unknown = {name for name in fields if name not in form.names}
        assert not unknown, f"the form to {action!r} has no field {unknown}; it has {sorted(form.names)}"
        values = [(name, value) for name, value in form.values if name not in fields]
        for name, value in fields.items():
            values += [(name, one) for one in (value if isinstance(value, list) else [value])]
        target = form.action or self.path
        if button is not None:
            [pressed] = [one for one in form.buttons if one.get("value") == button]
            values.append((pressed["name"], button))
            target = pressed.get("formaction", target)
        data: dict[str, list[str]] = {}
        for name, value in values:
            data.setdefault(name, []).append(value)
        if form.method == "post":
            answer = self.client.post(target, data=data, follow_redirects=True)
        else:
            answer = self.client.get(target, query_string=data, follow_redirects=True)
        self._arrive(answer, status)
        return self

    def _arrive(self, answer: TestResponse, status: int) -> None:
        self.answer = answer
        answer.get_data()  # to its end, as a browser does: an answer that is written as it is read holds a connection
        parts = urlsplit(answer.request.url)
        self.path = parts.path + (f"?{parts.query}" if parts.query else "")
        assert answer.status_code == status, (
            f"{self.path} answered {answer.status_code}, not {status}:\n{self.text[:3000]}"
        )


def sign_in(client: FlaskClient, email: str, password: str = "bienvenue-a-rive") -> Visitor:
    """Sign in with a password, as the demonstration's accounts do."""
    visitor = Visitor(client).open("/sign-in")
    return visitor.send("/sign-in/password", **{"with-email": email, "with-password": password})
