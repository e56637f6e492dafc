# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sockets of the test process reach this machine only."""

import socket

import pytest

LOOPBACK = ("127.", "::1", "localhost")


class OutsideNetwork(Exception):
    """A test tried to reach beyond this machine."""


def _guard(host: object) -> None:
    if isinstance(host, bytes):
        host = host.decode()
    if host is not None and not str(host).startswith(LOOPBACK):
        raise OutsideNetwork(f"tests reach loopback only, not {host!r}")


def pytest_configure(config: pytest.Config) -> None:
    """Let sockets of the test process reach loopback only, from the first import on."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX:
            _guard(address[0])
        return connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: object) -> int:
        if self.family != socket.AF_UNIX:
            _guard(address[0])
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: object, *arguments: object, **options: object) -> object:
        _guard(host)
        return getaddrinfo(host, *arguments, **options)

    socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo = (
        guarded_connect,
        guarded_connect_ex,
        guarded_getaddrinfo,
    )
