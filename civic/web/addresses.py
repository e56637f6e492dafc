# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an address may hold: a number that no key can be, or a NUL, leads nowhere instead of failing in a query."""

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**31 - 1
"""What a key of PostgreSQL holds."""


class KeyConverter(IntegerConverter):
    """`<int:…>` of every address, limited to what can be a key."""

    def __init__(
        self, map: Map, fixed_digits: int = 0, min: int | None = None, max: int | None = LARGEST, signed: bool = False
    ) -> None:
        super().__init__(map, fixed_digits, min, max, signed)


def init_addresses(app: Flask) -> None:
    """Before any address is added: core, modules and third parties alike."""
    app.url_map.converters["int"] = KeyConverter

    @app.before_request
    def _no_nul() -> None:
        if "\x00" in request.path:  # PostgreSQL's texts hold none
            abort(404)
