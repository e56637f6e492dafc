# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is sent: each kind of hostile request, made from an address of the portal and the fields its forms have.

A kind takes a `Target` and a source of chance and gives what to change in a right request; None where it does not apply.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from werkzeug.datastructures import MultiDict

from tests.hostile.uploads import UPLOADS

LONG = "é" * 20_000
TEXTS = (
    "", " ", "0", "-1", "2147483648", "99999999999999999999", "1e309", "NaN", "0x1F", "١٢٣", "null", "[]", "{}", "true",
    "\x00", "a\x00b", "\r\nSet-Cookie: a=b", "\u202e\u2066abc", "\ufeff", "\U0010ffff", "😀" * 300, "%00", "%s%n", "{{7*7}}",
    "${7*7}", "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "javascript:alert(1)", "' OR 1=1 --",
    "a AND", "l'école \"", "*:*", "NEAR(", "../../../../etc/passwd", "..\\..\\boot.ini", "=HYPERLINK(\"//evil.example\")",
    "+1+1", "-2+3", "@SUM(A1)", "\t=1", "2026-13-45", "0000-00-00", "9999-12-31", "10000-01-01", "12:61", "48.8566,2.3522",
    "nobody@", "a" * 300 + "@b.example", LONG,
)  # fmt: skip
ELSEWHERE = (
    "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example",
    "javascript:alert(1)", "/%0d%0aLocation:%20//evil.example", "\t//evil.example", "/..//evil.example", "//127.0.0.1@evil.example",
)  # fmt: skip
HOSTS = ("evil.example", "localhost.evil.example", "127.0.0.1:80@evil.example", "", "[::1", "a" * 300, "évil.example")


MANY = "&".join(f"a{number}=1" for number in range(1500))
"""More arguments than any address knows."""


@dataclass
class Target:
    """One address with one method: its right arguments, other objects' ids, the fields of its form."""

    address: str
    method: str
    arguments: dict[str, Any]
    fields: list[tuple[str, str]]
    files: tuple[str, ...]
    foreign: dict[str, tuple[Any, ...]]
    """By argument: ids of objects that belong to others, stand elsewhere, or are not public."""

    @property
    def writes(self) -> bool:
        """Whether it is sent with a body."""
        return self.method != "GET"


@dataclass
class Shot:
    """What is sent instead of a right request."""

    arguments: dict[str, Any] = field(default_factory=dict)
    query: list[tuple[str, str]] = field(default_factory=list)
    fields: list[tuple[str, Any]] | None = None
    body: bytes | None = None
    method: str = ""
    content_type: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    environ: dict[str, Any] = field(default_factory=dict)
    twice: bool = False


def right(target: Target, chance: Random) -> Shot:
    """What the form itself would send."""
    return Shot()


def types(target: Target, chance: Random) -> Shot | None:
    """One field, or one argument of the address, is of another kind."""
    if target.fields and chance.random() < 0.7:
        return Shot(fields=_replaced(target, chance, chance.choice(TEXTS)))
    texts = {name: value for name, value in target.arguments.items() if isinstance(value, str)}
    numbers = {name for name in target.arguments if name not in texts}
    if texts:
        return Shot(arguments={chance.choice(sorted(texts)): chance.choice(TEXTS).replace("/", "") or "_"})
    if numbers:
        return Shot(arguments={chance.choice(sorted(numbers)): chance.choice((0, 2**31 - 1, 10**9, 999_999))})
    return None


def queries(target: Target, chance: Random) -> Shot:
    """The address's arguments, known and unknown ones, hold anything."""
    names = ("q", "after", "before", "sort", "state", "tag", "quartier", "process", "late", "next", "parent", "c_after", "page",
             "lang", "kind", "who", "from", "until", "on", "number", "department", "x" * 300)  # fmt: skip
    return Shot(query=[(chance.choice(names), chance.choice(TEXTS)[:3000]) for _ in range(chance.randint(1, 4))])


def sizes(target: Target, chance: Random) -> Shot | None:
    """Far too long, or far too many."""
    if not target.writes:
        return Shot(environ={"QUERY_STRING": MANY})
    if target.fields and chance.random() < 0.6:
        return Shot(fields=_replaced(target, chance, "x" * chance.choice((301, 10_001, 120_000))))
    return Shot(fields=[*target.fields, *((f"f{number}", "1") for number in range(1100))])


def encodings(target: Target, chance: Random) -> Shot | None:
    """Bytes that are no text, and bodies that are not what their type says."""
    if not target.writes:
        return Shot(
            environ={"QUERY_STRING": chance.choice(("q=%ff%fe", "q=%c0%80", "q=%ed%a0%80", "&&=&%", "q=%", "=;=;"))}
        )
    names = [name for name, _value in target.fields] or ["a"]
    form, multipart = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
    return Shot(
        **chance.choice(
            (
                {"body": chance.choice(names).encode() + b"=%ff%fe\xff\xfe", "content_type": form},
                {"body": b"\xff\xfe\x00=\x00", "content_type": f"{form}; charset=utf-16"},
                {"body": b'{"title": ["a"]}', "content_type": "application/json"},
                {"body": b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n', "content_type": multipart},
                {"body": b"--x--\r\n" * 40, "content_type": "multipart/form-data"},
                {"body": b"\x00" * 5000, "content_type": "application/octet-stream"},
                {"body": b"<a/>", "content_type": "text/xml; charset=\xe9".encode("latin-1").decode("latin-1")},
            )
        )
    )


def repeated(target: Target, chance: Random) -> Shot | None:
    """Fields three times over, or some, or all, left out."""
    if not target.fields:
        return None
    if chance.random() < 0.5:
        return Shot(fields=[pair for pair in target.fields for _ in range(3)])
    return Shot(fields=[pair for pair in target.fields if chance.random() < 0.4])


def foreign(target: Target, chance: Random) -> Shot | None:
    """The identifier of an object that is someone else's, stands elsewhere or is not public."""
    named = {name: values for name, values in target.foreign.items() if name in target.arguments}
    fields = [name for name, _value in target.fields if name.endswith("_id") or name in {"parent", "version", "id"}]
    if fields and (not named or chance.random() < 0.4):
        ids = [value for values in target.foreign.values() for value in values]
        return Shot(fields=_with(target.fields, chance.choice(fields), str(chance.choice(ids))))
    return Shot(arguments={name: chance.choice(values) for name, values in named.items()}) if named else None


def uploads(target: Target, chance: Random) -> Shot | None:
    """Files that are not what they say: text named .png, bombs, scripts, names that climb."""
    if not target.files:
        return None
    return Shot(fields=[*target.fields, (chance.choice(target.files), chance.choice(UPLOADS)())])


def redirects(target: Target, chance: Random) -> Shot:
    """Every way to ask to be sent to another site."""
    place = chance.choice(ELSEWHERE)
    fields = _with(target.fields, "next", place) if target.writes else None
    return Shot(query=[("next", place)], fields=fields, headers={"Referer": place.replace("\t", "")})


def hosts(target: Target, chance: Random) -> Shot:
    """The name of another site in the request's head."""
    name = chance.choice(HOSTS)
    others = {"X-Forwarded-Host": "evil.example", "X-Forwarded-For": "1.2.3.4, x", "Forwarded": "host=evil.example"}
    return Shot(headers=others, environ={"HTTP_HOST": name.encode().decode("latin-1")} if chance.random() < 0.7 else {})


def methods(target: Target, chance: Random) -> Shot:
    """Methods that nobody offers, and HEAD and OPTIONS."""
    return Shot(method=chance.choice(("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "GET", "POST")))


def heads(target: Target, chance: Random) -> Shot:
    """Heads of requests that hold rubbish."""
    rubbish = chance.choice(("%", "a" * 9000, ";;;=", "\xff\xfe", "bytes=0-0,-1", 'W/"', "*" * 50, "q=0;q=1,,"))
    names = ("Accept-Language", "If-None-Match", "If-Modified-Since", "Range", "Accept", "User-Agent", "Origin", "Authorization",
             "Content-Length", "X-Forwarded-Proto", "Accept-Encoding")  # fmt: skip
    name = chance.choice(names)
    if name == "Content-Length":
        return Shot(environ={"CONTENT_LENGTH": chance.choice(("-1", "abc", "99999999999", ""))})
    return Shot(headers={name: rubbish})


def cookies(target: Target, chance: Random) -> Shot:
    """A session that was tampered with."""
    made = chance.choice(
        ("civic=e30.aaaa.bbbb", "civic=" + "a" * 4000, "civic=\xff", "civic=eyJfdXNlcl9pZCI6IjEifQ.x.y", "=;=", "civic")
    )
    return Shot(environ={"HTTP_COOKIE": made})


def replays(target: Target, chance: Random) -> Shot | None:
    """The same form sent twice."""
    return Shot(twice=True) if target.writes else None


KINDS: dict[str, Callable[[Target, Random], Shot | None]] = {
    kind.__name__: kind
    for kind in (right, types, queries, sizes, encodings, repeated, foreign, uploads, redirects, hosts, methods, heads, cookies, replays)
}  # fmt: skip


def _replaced(target: Target, chance: Random, text: str) -> list[tuple[str, Any]]:
    """The form with one field changed."""
    return _with(target.fields, chance.choice(target.fields)[0], text)


def _with(fields: list[tuple[str, str]], name: str, value: str) -> list[tuple[str, Any]]:
    """The fields with this value for this name."""
    changed = MultiDict(fields)
    changed.setlist(name, [value])
    return list(changed.items(multi=True))
