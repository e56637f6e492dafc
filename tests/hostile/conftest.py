# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many hostile requests are sent, and at what."""

import pytest

MANY = 20_000
"""Requests of `make test`, both databases together; `make attack` sends `--requests 100000`."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option is known only where pytest was given this folder."""
    parser.addoption("--requests", type=int, default=MANY, help="hostile requests, on both databases together")
    parser.addoption("--seed", type=int, default=4, help="what chance begins with: a failure is found again with it")


@pytest.fixture(scope="session")
def requests(request: pytest.FixtureRequest) -> int:
    """How many requests in all."""
    return int(request.config.getoption("--requests", default=MANY))


@pytest.fixture(scope="session")
def seed(request: pytest.FixtureRequest) -> int:
    """What chance begins with."""
    return int(request.config.getoption("--seed", default=4))
