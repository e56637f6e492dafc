# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sends hostile requests at the small town as each of its people, and judges every answer."""

import csv
import io
import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle, islice
from random import Random
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from werkzeug.datastructures import MultiDict
from werkzeug.routing import BuildError
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response

from civic.clock import now
from civic.db.session import ReaderWriterSession, write
from civic.people.limits import Limits
from civic.people.models import Account
from civic.testing.factories import open_session
from civic.web.csvfile import FORMULA
from tests.civic.permissions.asking import asked, data_of, values_of, write_and_undo
from tests.civic.permissions.town import Town
from tests.forms import forms_of
from tests.hostile.foreign import foreign_values
from tests.hostile.kinds import KINDS, Shot, Target
from tests.hostile.secrets import Secret, readers

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
        self.readers = readers(app, town)
        self.met: set[Secret] = set()
        """What was read by those who may: a secret that nobody ever meets would hide nothing."""
        self.seen: list[Landing] = []
        """What reading the forms met: right requests for pages."""
        self.targets = self._targets()

    def volley(self, count: int, seed: int) -> list[Landing]:
        """So many requests, those that read the forms among them.

        Every address is first asked as everyone, with every kind; then chance decides. Uploads have a share of their
        own, because few addresses take files; replays, which change the town, come last.
        """
        replays, files = count // len(KINDS), count // 40
        others = tuple(KINDS.keys() - {"replays", "uploads"})
        room = count - replays - files - len(self.seen)
        everywhere = self._everywhere(room, f"{seed} everywhere", others)
        return [
            *self.seen,
            *everywhere,
            *self._volley(room - len(everywhere), f"{seed}", others),
            *self._volley(files, f"{seed} files", ("uploads",)),
            *self._volley(replays, f"{seed} again", ("replays",)),
        ]

    def _everywhere(self, most: int, seed: str, kinds: tuple[str, ...]) -> list[Landing]:
        """Each address as each role that has not come there yet, one kind after the other.

        What is right comes last where it was sent already, to read the forms.
        """
        chance, found = Random(seed), []
        come = {(landing.address, landing.role) for landing in self.seen}
        read = {landing.address for landing in self.seen}
        order = chance.sample(sorted(kinds), len(kinds))
        for target in sorted(self.targets, key=lambda one: one.writes):
            order = [*order[1:], order[0]]  # so that each role comes with every kind too
            turns = cycle(sorted(order, key="right".__eq__) if target.address in read else order)
            for role in self.cookies:
                if (target.address, role) in come or len(found) >= most:
                    continue
                tries = (self.fire(target, role, kind, chance) for kind in islice(turns, len(kinds)))
                found += islice((landing for landing in tries if landing is not None), 1)
        return found

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
                return Landing(target.address, role, kind, page.status_code, self.judge(page, path, role))
        except Exception as error:  # the application's own: a 500 in a town's log
            where = " < ".join(
                f"{line.filename}:{line.lineno}" for line in traceback.extract_tb(error.__traceback__)[-1:-5:-1]
            )
            return Landing(target.address, role, kind, 500, f"{path}: {type(error).__name__}: {error} at {where}"[:600])

    @contextmanager
    def _held(self, *, undone: bool) -> Iterator[None]:
        """What is written is checked by the database and taken back; limits are held by tests of their own."""
        kept = Limits.require, ReaderWriterSession.commit
        Limits.require = _nothing
        if undone:
            ReaderWriterSession.commit = write_and_undo
        try:
            yield
        finally:
            Limits.require, ReaderWriterSession.commit = kept

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

    def judge(self, page: Response, path: str, role: str) -> str:
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
        text = _text(body, kind)
        small = " ".join(text.lower().split())  # spaces that do not break are spaces
        for secret, may_read in self.readers.items():
            if any(one.lower() in small for one in secret.texts):
                if role not in may_read:
                    return f"{path} shows {role} the {secret.name}"
                self.met.add(secret)
        return _formula(path, text) if "csv" in kind else ""

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
        foreign = foreign_values(self.town)
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
                    self.seen.append(Landing(address, role, "right", page.status_code, self.judge(page, path, role)))
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


def _nothing(*_arguments: object, **_options: object) -> None:
    """In place of a limit of tries."""


def _opened(fields: list[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Files can be sent once: each sending has its own reader of the same content."""
    for name, value in fields:
        if isinstance(value, tuple):
            held, called, mime = value
            yield name, (io.BytesIO(held.getvalue()), called, mime)
        else:
            yield name, value


def _text(body: bytes, kind: str) -> str:
    """What can be read in an answer; in a letter, the words that are drawn."""
    text = body.decode("utf-8", "replace")
    if "pdf" in kind:
        with suppress(PyPdfError):  # a proof of the town's people is whatever they sent
            text += " ".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    return text


def _formula(path: str, text: str) -> str:
    """The first cell that a spreadsheet would run."""
    for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"))):
        for cell in row:
            if cell.startswith(FORMULA) and not re.fullmatch(r"-?\d+(?:[.,]\d+)?", cell):
                return f"{path} holds a formula: {cell[:60]!r}"
    return ""
