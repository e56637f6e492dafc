# SPDX-License-Identifier: AGPL-3.0-or-later
"""What may be kept by browsers and proxies: pages asked without a session, by their ETag; nothing else."""

import hashlib

from flask import Flask, Response, g, request, session

from civic.settings.store import PortalState

SHARED = "public, no-cache"
"""Kept, but asked about again each time: an answer published now is seen now."""


def init_caching(app: Flask) -> None:
    """Give every page its rule; files and whatever says its own Cache-Control keep theirs."""
    cookie = app.config["SESSION_COOKIE_NAME"]

    @app.after_request
    def _rule(response: Response) -> Response:
        if "Cache-Control" in response.headers:
            return response
        # The session is saved after this; a page that wrote to it (a form's token, a flash) is someone's own.
        personal = cookie in request.cookies or session.modified
        if request.method not in {"GET", "HEAD"} or personal or response.status_code != 200 or response.is_streamed:
            response.headers["Cache-Control"] = "no-store"
            return response
        response.headers["Cache-Control"] = SHARED
        response.vary.add("Cookie")
        response.set_etag(_etag(response))
        response.make_conditional(request)
        return response


def _etag(response: Response) -> str:
    """Digest of the page and of the generation of the town's settings."""
    state: PortalState | None = g.get("civic_portal_state")
    digest = hashlib.sha256(f"{state.generation if state else 0}\x00".encode())
    digest.update(response.get_data())
    return digest.hexdigest()[:32]
