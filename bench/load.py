# SPDX-License-Identifier: AGPL-3.0-or-later
"""A load generator for loopback: a fixed number of requests over a fixed number of connections, drained."""

import socket
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass


class BadAnswer(Exception):
    """A request did not get the expected status: the run is void."""


@dataclass(frozen=True)
class Outcome:
    """What a run of requests took.

    Attributes:
        seconds: from first to last.
        size: bytes of the last answer's body.
        waits: seconds of each request.
    """

    seconds: float
    size: int
    waits: tuple[float, ...]

    def rate(self) -> float:
        """Requests per second."""
        return len(self.waits) / self.seconds

    def percentile(self, share: float) -> float:
        """Wait in seconds that `share` of the requests did not pass."""
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def run(port: int, requests: Sequence[bytes], connections: int, expect: int = 200) -> Outcome:
    """Send each request once. Raises BadAnswer on any other status."""
    started = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        answers = list(pool.map(lambda request: _one(port, request, expect), requests))
    seconds = time.perf_counter() - started
    return Outcome(seconds, answers[-1][1], tuple(wait for wait, _size in answers))


def get(path: str, cookie: str = "") -> bytes:
    """A GET request, whole."""
    extra = f"Cookie: {cookie}\r\n" if cookie else ""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{extra}Connection: close\r\n\r\n".encode()


def post(path: str, form: str, cookie: str = "") -> bytes:
    """A POST of a form, whole."""
    extra = f"Cookie: {cookie}\r\n" if cookie else ""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{extra}Content-Type: application/x-www-form-urlencoded\r\n"
    return f"{head}Content-Length: {len(form)}\r\nConnection: close\r\n\r\n{form}".encode()


def _one(port: int, request: bytes, expect: int) -> tuple[float, int]:
    """Wait and size of one answer; a new connection each, for every target alike (sync workers close them)."""
    started = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(request)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    answer = b"".join(parts)
    status = int(answer[9:12] or 0)
    if status != expect:
        raise BadAnswer(f"{request.split(b' HTTP')[0].decode()}: {status}")
    return time.perf_counter() - started, len(answer.partition(b"\r\n\r\n")[2])
