# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fixtures of the servers: one of each per test process, started when first asked for."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.databases import DEMONSTRATION, Templates
from tests.servers.oidc import Provider
from tests.servers.portal import Portal
from tests.servers.postgres import Cluster, PostgresServer, remove_postgres, start_postgres
from tests.servers.redis import RedisServer
from tests.servers.s3 import S3Server
from tests.servers.sms import SmsServer
from tests.servers.smtp import SmtpServer
from tests.sharing import used_together


@pytest.fixture(scope="session")
def postgres_server(shared_folder: Path) -> Iterator[Cluster]:
    """PostgreSQL without fsync: fast, lost with the test run, one for all its processes."""
    with used_together(shared_folder / "postgres.json", start_postgres, remove_postgres) as running:
        yield Cluster(running["port"])


@pytest.fixture
def durable_postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL of the test's own with fsync on, which the test may crash."""
    server = PostgresServer(durable=True).start()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def _redis() -> Iterator[RedisServer]:
    server = RedisServer().start()
    yield server
    server.remove()


@pytest.fixture
def redis_server(_redis: RedisServer) -> RedisServer:
    """Redis, empty."""
    _redis.empty()
    return _redis


@pytest.fixture
def smtp_server() -> Iterator[SmtpServer]:
    """An SMTP server that keeps what it receives."""
    server = SmtpServer().start()
    yield server
    server.stop()


@pytest.fixture
def sms_server() -> Iterator[SmsServer]:
    """A gateway of short texts that keeps what it receives."""
    server = SmsServer().start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """An S3 server; each test makes buckets of its own."""
    server = S3Server().start()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def _providers() -> Iterator[tuple[Provider, Provider]]:
    both = Provider().start(), Provider().start()
    yield both
    for one in both:
        one.remove()


@pytest.fixture
def oidc_provider(_providers: tuple[Provider, Provider]) -> Provider:
    """An OpenID Connect provider in the profile of FranceConnect, honest until the test says otherwise."""
    _providers[0].control()
    return _providers[0]


@pytest.fixture
def other_provider(_providers: tuple[Provider, Provider]) -> Provider:
    """Another one, with keys and people of its own."""
    _providers[1].control()
    return _providers[1]


@pytest.fixture
def live_server() -> Iterator[Callable[..., Portal]]:
    """Serve an instance in a child process: `live_server(instance, REDIS_URL=…)`; stopped at the end of the test."""
    started: list[Portal] = []

    def serve(instance: Path, **environment: str) -> Portal:
        portal = Portal(instance, **environment)
        started.append(portal)
        return portal.start()

    yield serve
    for portal in started:
        portal.stop()


@pytest.fixture
def town_portal(town: Path, live_server: Callable[..., Portal]) -> Portal:
    """The demonstration town, the test's own, served: the test may change it."""
    return live_server(town)


@pytest.fixture(scope="session")
def shared_town(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The demonstration town served once per test process: tests only read it (signing in is fine)."""
    portal = Portal(templates.copy("sqlite", tmp_path_factory.mktemp("shared") / "town", *DEMONSTRATION))
    yield portal.start()
    portal.stop()
