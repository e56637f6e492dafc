# SPDX-License-Identifier: AGPL-3.0-or-later
"""A real HTTP server on a free port that takes short texts as an operator's gateway does, and refuses when told to."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from tests.servers.process import free_port


class SmsServer:
    """Keeps what was posted in `received` (a text tried again is kept once); `status` is what it answers."""

    def __init__(self, token: str = "jeton-4711") -> None:
        self.token = token
        self.received: list[dict[str, str]] = []
        self.tries: list[dict[str, str]] = []
        self.status = 202
        self.answer = b"{}"
        self.location = ""
        self.port = free_port()
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """Its address, as CIVIC_SMS_URL takes it."""
        return f"http://127.0.0.1:{self.port}/v1/messages?from=Rive"

    def start(self) -> "SmsServer":
        """Listen, in a thread."""
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                owner.take(self)

            def log_message(self, *_args: Any) -> None:
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop listening: senders then meet a refused connection."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def take(self, request: BaseHTTPRequestHandler) -> None:
        """One text: path, token and body are looked at as an operator does."""
        body = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
        self.tries.append(body)
        status = self.status
        if request.path != "/v1/messages?from=Rive":
            status = 404
        elif request.headers["Authorization"] != f"Bearer {self.token}":
            status = 401
        elif status < 300 and body["reference"] not in {one["reference"] for one in self.received}:
            self.received.append(body)
        request.send_response(status)
        if self.location:
            request.send_header("Location", self.location)
        request.send_header("Content-Length", str(len(self.answer)))
        request.end_headers()
        request.wfile.write(self.answer)
