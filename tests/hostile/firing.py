# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sends hostile requests at the small town as each of its people, and judges every answer."""

import csv
import io
import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any
from unittest.mock import patch
from urllib.parse import urljoin, urlsplit

from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.routing import BuildError
from werkzeug.test import TestResponse

from civic.clock import now
from civic.db.session import ReaderWriterSession, write
from civic.people.limits import Limits
from civic.people.models import Account
from civic.testing.factories import open_session
from civic.web.csvfile import FORMULA
from tests.civic.permissions.asking import asked, data_of, values_of, write_and_undo
from tests.civic.permissions.town import Town
from tests.forms import forms_of
from tests.hostile.kinds import KINDS, Shot, Target

BETRAYED = re.compile(
    rb"Traceback \(most recent|sqlalchemy\.|psycopg\.|sqlite3\.|werkzeug\.exceptions|File &#34;/|File \"/"
)
"""What the inside of the server looks like."""
RUN = re.compile(
    rb"<script>alert\(1\)|<img src=x onerror|(?:href|src|action)=[\"']?\s*(?:javascript:|(?:https?:)?[/\\]{2}evil)"
)
"""What would run, or lead away, in someone else's browser."""
FILES = re.compile(r'<input[^>]*type="file"[^>]*>')
NAME = re.compile(r'name="([^"]+)"')
SECRETS = {
    "brouillon que personne ne lit": ("owner",),
    "réponse que personne n’a signée": (
        "agent", "other agent", "agent elsewhere", "moderator", "moderator elsewhere", "official", "official elsewhere",
        "auditor", "auditor elsewhere", "clerk", "clerk elsewhere", "administrator", "administrator elsewhere",
    ),
}  # fmt: skip
"""What stands in the town without being public, and who may read it at all."""


@dataclass(frozen=True)
class Landing:
    """One request and what became of it; `fault` is empty when all is well."""

    address: str
    role: str
    kind: str
    status: int
    fault: str


class Range:
    """Everything that can be aimed at: each address of the registry with each of its methods."""

    def __init__(self, app: Flask, town: Town, only: frozenset[str] = frozenset()) -> None:
        """`only` these addresses; all of them when there is none."""
        self.app, self.town = app, town
        self.aimed = {key: found for key, found in asked(app).items() if not only or key in only}
        self.client = app.test_client(use_cookies=False)
        self.urls = app.url_map.bind("localhost")
        self.cookies = {"visitor": "", **{role: self._cookie(token) for role, token in town.tokens.items()}}
        self.seen: list[Landing] = []
        """What reading the forms met: right requests for pages."""
        self.targets = self._targets()

    def volley(self, count: int, seed: int) -> list[Landing]:
        """So many requests, those that read the forms among them.

        Uploads have a share of their own, because few addresses take files; replays, which change the town, come last.
        """
        replays, files = count // len(KINDS), count // 40
        others = tuple(KINDS.keys() - {"replays", "uploads"})
        return [
            *self.seen,
            *self._volley(count - replays - files - len(self.seen), f"{seed}", others),
            *self._volley(files, f"{seed} files", ("uploads",)),
            *self._volley(replays, f"{seed} again", ("replays",)),
        ]

    def _volley(self, count: int, seed: str, kinds: tuple[str, ...]) -> list[Landing]:
        """Addresses × roles × kinds in an order of chance, over and over."""
        chance, found = Random(seed), []
        everyone = [(target, role, kind) for target in self.targets for role in self.cookies for kind in sorted(kinds)]
        applies = True
        while len(found) < count and applies:
            chance.shuffle(everyone)
            before = len(found)
            for place, (target, role, kind) in enumerate(everyone):
                landing = self.fire(target, role, kind, Random(f"{seed} {len(found)} {place}"))
                found += [landing] if landing is not None else []
                if len(found) == count:
                    break
            applies = len(found) > before
        return found

    def fire(self, target: Target, role: str, kind: str, chance: Random) -> Landing | None:
        """Send one; None when the kind does not apply to the address."""
        shot = KINDS[kind](target, chance)
        path = self._path(target, shot) if shot is not None else None
        if shot is None or path is None:
            return None
        try:
            with self._held(undone=not shot.twice):
                if shot.twice:
                    cookie = self._fresh_cookie(role)
                    self._send(target, shot, path, cookie).close()
                else:
                    cookie = self.cookies[role]
                page = self._send(target, shot, path, cookie)
            with page:
                return Landing(target.address, role, kind, page.status_code, self._judge(page, path, role))
        except Exception as error:  # the application's own: a 500 in a town's log
            where = " < ".join(
                f"{line.filename}:{line.lineno}" for line in traceback.extract_tb(error.__traceback__)[-1:-5:-1]
            )
            return Landing(target.address, role, kind, 500, f"{path}: {type(error).__name__}: {error} at {where}"[:600])

    @contextmanager
    def _held(self, *, undone: bool) -> Iterator[None]:
        """What is written is checked by the database and taken back; limits are held by tests of their own."""
        with patch.object(Limits, "require", lambda *_arguments, **_options: None):
            if undone:
                with patch.object(ReaderWriterSession, "commit", write_and_undo):
                    yield
            else:
                yield

    def _send(self, target: Target, shot: Shot, path: str, cookie: str) -> TestResponse:
        """The request itself."""
        method = shot.method or target.method
        environ = {"HTTP_COOKIE": cookie} if cookie else {}
        given: dict[str, Any] = {"content_type": shot.content_type} if shot.content_type else {}
        if shot.body is not None:
            given["data"] = shot.body
        elif target.writes or method in {"POST", "PUT", "PATCH"}:
            given["data"] = MultiDict(_opened(target.fields if shot.fields is None else shot.fields))
        if shot.query:
            given["query_string"] = MultiDict(shot.query)
        return self.client.open(
            path, method=method, headers=shot.headers, environ_overrides={**environ, **shot.environ}, **given
        )

    def _path(self, target: Target, shot: Shot) -> str | None:
        """Where it goes; None when Werkzeug itself cannot write such an address."""
        endpoint = target.address.split()[1]
        try:
            return self.urls.build(endpoint, {**target.arguments, **shot.arguments}, method=target.method)
        except (BuildError, UnicodeEncodeError):
            return None

    def _judge(self, page: TestResponse, path: str, role: str) -> str:
        """What is wrong with an answer, or nothing."""
        if page.status_code >= 500:
            return f"{path} answers {page.status_code}"
        place = page.headers.get("Location", "")
        led = urlsplit(urljoin("http://localhost/", place))
        if place and (
            led.netloc not in {"localhost", "127.0.0.1:9"} or led.scheme not in {"http", "https"} or "\\" in place
        ):
            return f"{path} leads away, to {place[:100]}"
        for cookie in page.headers.getlist("Set-Cookie"):
            if not cookie.startswith("civic"):
                return f"{path} sets {cookie[:60]}"
        body, kind = page.get_data(), page.headers.get("Content-Type", "")
        if found := BETRAYED.search(body):
            return f"{path} shows the inside of the server: {found.group()!r}"
        if "html" in kind and (found := RUN.search(body)):
            return f"{path} holds what would run: {body[found.start() - 60 : found.end() + 40]!r}"
        if "html" in kind and "Content-Security-Policy" not in page.headers:
            return f"{path} has no policy for its content"
        for secret, readers in SECRETS.items():
            if role not in readers and secret.encode() in body:
                return f"{path} shows {role} the {secret}"
        return _formula(path, body.decode("utf-8", "replace")) if "csv" in kind else ""

    def _cookie(self, token: str) -> str:
        """A browser's cookie with this session."""
        client = self.app.test_client()
        with client.session_transaction() as kept:
            kept["_user_id"], kept["_fresh"] = token, True
        cookie = client.get_cookie("civic")
        assert cookie is not None
        return f"civic={cookie.value}"

    def _fresh_cookie(self, role: str) -> str:
        """A session just opened: what was sent before may have ended the last one."""
        if role == "visitor":
            return ""
        with self.app.app_context(), write() as session:
            account = session.get_one(Account, getattr(self.town.ids, role.replace(" ", "_")))
            confirmed = role not in {"resident", "owner", "clerk unconfirmed"}
            expires = now() + timedelta(days=1)
            token = open_session(session, account, at=now(), expires_at=expires, second_factor=confirmed)
        return self._cookie(token)

    def _targets(self) -> list[Target]:
        """Right arguments for each address, and the fields of its form as those who may see it see it."""
        ids, found = self.town.ids, []
        typed, files = self._forms()
        foreign = _foreign(ids)
        for address, (rule, method) in self.aimed.items():
            endpoint = rule.endpoint
            fields = MultiDict(typed.get(endpoint, [])) if method != "GET" else MultiDict()
            for name, value in data_of(address, ids).items() if method != "GET" else ():
                fields.setlist(name, [str(value)])
            arguments = values_of(address, rule, ids)
            pairs = list(fields.items(multi=True))
            found.append(Target(address, method, arguments, pairs, tuple(files.get(endpoint, ())), foreign))
        return found

    def _forms(self) -> tuple[dict[str, list[tuple[str, str]]], dict[str, set[str]]]:
        """The fields of every form that a page shows to anyone, and its fields for files, by where it is sent."""
        typed: dict[str, list[tuple[str, str]]] = {}
        files: dict[str, set[str]] = {}
        for address, (rule, method) in self.aimed.items():
            if method != "GET":
                continue
            path = self.urls.build(rule.endpoint, values_of(address, rule, self.town.ids))
            for role in ("owner", "clerk", "administrator", "agent", "official", "visitor"):
                with self._held(undone=True), self.client.get(path, headers={"Cookie": self.cookies[role]}) as page:
                    html = page.get_data(as_text=True) if "html" in page.headers.get("Content-Type", "") else ""
                    self.seen.append(Landing(address, role, "right", page.status_code, self._judge(page, path, role)))
                for form in forms_of(html):
                    endpoint = self._sent_to(form.action or path)
                    known = dict(typed.get(endpoint, []))
                    typed.setdefault(endpoint, []).extend((n, v) for n, v in form.values if n not in known)
                for tag in FILES.findall(html):
                    files.setdefault(rule.endpoint, set()).update(NAME.findall(tag))
        return typed, files

    def _sent_to(self, action: str) -> str:
        """The endpoint of a form's address; empty where it is none of ours."""
        parts = urlsplit(action)
        for method in ("POST", "GET"):
            if self.urls.test(parts.path, method=method):
                return str(self.urls.match(parts.path, method=method)[0])
        return ""


def _opened(fields: list[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Files can be sent once: each sending has its own reader of the same content."""
    for name, value in fields:
        if isinstance(value, tuple):
            held, called, mime = value
            yield name, (io.BytesIO(held.getvalue()), called, mime)
        else:
            yield name, value


def _foreign(ids: Any) -> dict[str, tuple[Any, ...]]:
    """Identifiers by argument: of others, of elsewhere, of what is hidden, of nothing."""
    numbers = (1, 2, 3, 5, 8, 13, 21, 34, 999_999)
    items = (ids.item, ids.draft, ids.there, ids.space, ids.elsewhere, *ids.studied.values(), 999_999)
    answers = tuple(answer.id for answer in ids.answer.values())
    plain = ("space_id", "phase_id", "component_id", "document_id", "comment_id", "file_id", "person_id", "proof_id", "pair_id",
             "sitting_id", "sheet_id", "act_id", "grant_id", "delegation_id", "absence_id", "session_id", "tag_id", "link_id",
             "account_id", "number")  # fmt: skip
    return {
        **dict.fromkeys(plain, numbers),
        "item_id": items,
        "answer_id": answers,
        "slug": ("ecoles", "plan-velo", "centre", "absent"),
        "key": (ids.file_key, ids.hidden_file_key, "0" * 32),
        "name": ("proposals", "absent", "passwords"),
        "scope": ("portal", "proposals", "space:1", "absent"),
    }


def _formula(path: str, text: str) -> str:
    """The first cell that a spreadsheet would run."""
    for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"))):
        for cell in row:
            if cell.startswith(FORMULA) and not re.fullmatch(r"-?\d+(?:[.,]\d+)?", cell):
                return f"{path} holds a formula: {cell[:60]!r}"
    return ""
