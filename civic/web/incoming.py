# SPDX-License-Identifier: AGPL-3.0-or-later
"""What may come in: a number that no key can be leads nowhere, a NUL never reaches a view; neither fails in a query."""

import re
from typing import Any

from flask import Flask, Request, abort, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.routing import IntegerConverter, Map
from werkzeug.utils import cached_property

LARGEST = 2**31 - 1
"""What a key of PostgreSQL holds."""
_FILE_NUMBER = re.compile(r"\s*(?:n\s*[°ºo.]\s*|no\.?\s*|#)?([0-9]+)\s*", re.IGNORECASE)


def typed_number(text: str) -> int | None:
    """The number somebody typed or an address names: at most nine figures, 0 to 9; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def typed_file_number(text: str) -> int | None:
    """The number of a file as people write it: 214, n° 214, no. 214, #214; None for anything else."""
    found = _FILE_NUMBER.fullmatch(text)
    return typed_number(found.group(1)) if found else None


class KeyConverter(IntegerConverter):
    """`<int:…>` of every address, limited to what can be a key."""

    def __init__(
        self, map: Map, fixed_digits: int = 0, min: int | None = None, max: int | None = LARGEST, signed: bool = False
    ) -> None:
        super().__init__(map, fixed_digits, min, max, signed)


class PlainRequest(Request):
    """A request whose texts hold no NUL: no text of PostgreSQL does, and nobody types one."""

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """The address's arguments."""
        return _plain(super().args)

    def _load_form_data(self) -> None:
        """Read the body once, and keep its fields without NUL."""
        if "form" not in self.__dict__:
            super()._load_form_data()
            self.__dict__["form"] = _plain(self.__dict__["form"])


def _plain(fields: MultiDict[str, str]) -> MultiDict[str, str]:
    """The same fields without NUL."""
    pairs: list[tuple[str, Any]] = list(fields.items(multi=True))
    if not any("\x00" in text for pair in pairs for text in pair):
        return fields
    return ImmutableMultiDict([(name.replace("\x00", ""), value.replace("\x00", "")) for name, value in pairs])


def init_incoming(app: Flask) -> None:
    """Before any address is added: core, modules and third parties alike."""
    app.request_class = PlainRequest
    app.url_map.converters["int"] = KeyConverter

    @app.before_request
    def _no_nul() -> None:
        if "\x00" in request.path:
            abort(404)
