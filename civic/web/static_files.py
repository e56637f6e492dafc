# SPDX-License-Identifier: AGPL-3.0-or-later
"""Style sheets, scripts and fonts kept by browsers: a page seen again asks the town for the page alone.

The address of a file carries a digest of its content, so that what it answers never changes; a new version of the file
has another address. Fonts are named by style sheets, without a digest: they are kept for a month.
"""

import hashlib
import os
from functools import lru_cache
from pathlib import Path
from stat import S_ISREG
from typing import Any

from flask import Flask, Response, request
from werkzeug.security import safe_join

VERSION = "v"
"""The argument of the address that holds the digest."""
FOR_LONG = "public, max-age=31536000, immutable"
ONE_MONTH = "public, max-age=2592000"
FONTS = "vendor/fonts/"


def init_static_files(app: Flask) -> None:
    """Write the digest into each address of a static file, and say how long a file is kept."""

    @app.url_defaults
    def _version(endpoint: str, values: dict[str, Any]) -> None:
        if _is_static(endpoint) and VERSION not in values and (found := _digest_of(app, endpoint, values["filename"])):
            values[VERSION] = found

    @app.after_request
    def _keep(response: Response) -> Response:
        if request.endpoint is None or not _is_static(request.endpoint) or response.status_code not in {200, 304}:
            return response
        filename = (request.view_args or {})["filename"]
        given = request.args.get(VERSION)
        # While a town updates its servers one by one, one of them may not have the file of this digest yet.
        if given is not None and given == _digest_of(app, request.endpoint, filename):
            response.headers["Cache-Control"] = FOR_LONG
        elif filename.startswith(FONTS):
            response.headers["Cache-Control"] = ONE_MONTH
        return response


def _is_static(endpoint: str) -> bool:
    return endpoint == "static" or endpoint.endswith(".static")


def _digest_of(app: Flask, endpoint: str, filename: str) -> str:
    """Digest of the file as it is now; empty where there is none."""
    owner = app.blueprints[endpoint.rpartition(".")[0]] if "." in endpoint else app
    path = safe_join(str(owner.static_folder), filename)
    try:
        state = os.stat(path or "")  # nine times for a page: a path object would cost more than the call
    except OSError:
        return ""
    return _digest(str(path), state.st_mtime_ns, state.st_size) if S_ISREG(state.st_mode) else ""


@lru_cache(maxsize=1000)
def _digest(path: str, _changed_ns: int, _size: int) -> str:
    """Sixteen figures of SHA-256 of a file, read again when it has changed."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:16]
