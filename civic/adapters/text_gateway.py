# SPDX-License-Identifier: AGPL-3.0-or-later
"""Short texts through the HTTP gateway of an operator: one POST of JSON for each, no redirect followed."""

import json
import ssl
from collections.abc import Iterable, Iterator
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from civic.ports.texter import Text


class HTTPTexter:
    """Posts `{"to": "+33612345678", "text": "…", "reference": "…"}`, with the token as a bearer; any 2xx is taken."""

    def __init__(self, url: str, token: str, timeout: float = 5) -> None:
        self.parts = urlsplit(url)
        self.token = token
        self.timeout = timeout

    def deliver(self, messages: Iterable[Text]) -> Iterator[str | None]:
        """See Texter. What the gateway says besides its status is not kept: it may repeat the number."""
        for message in messages:
            connection = self._connection()
            try:
                connection.request("POST", self._path(), json.dumps(self._body(message)), self._headers())
                status = connection.getresponse().status
            except HTTPException as error:
                if isinstance(error, OSError):
                    raise
                yield f"the gateway does not speak HTTP ({type(error).__name__})"
            else:
                yield None if 200 <= status < 300 else f"the gateway answers {status}"
            finally:
                connection.close()

    def _connection(self) -> HTTPConnection:
        """Not open yet."""
        host = self.parts.hostname or ""
        if self.parts.scheme == "https":
            context = ssl.create_default_context()
            return HTTPSConnection(host, self.parts.port, timeout=self.timeout, context=context)
        return HTTPConnection(host, self.parts.port, timeout=self.timeout)

    def _path(self) -> str:
        """Path and query of the gateway."""
        return (self.parts.path or "/") + (f"?{self.parts.query}" if self.parts.query else "")

    def _headers(self) -> dict[str, str]:
        """Headers of a request."""
        proof = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {"Content-Type": "application/json", "Accept": "application/json", **proof}

    @staticmethod
    def _body(message: Text) -> dict[str, str]:
        """What the gateway reads."""
        return {"to": message.to, "text": message.text, "reference": message.reference}
