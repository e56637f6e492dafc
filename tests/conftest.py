# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every test can ask for; the fixtures stand by kind in the files named in `pytest_plugins`."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient

from civic.app import create_app
from civic.cli import civic
from civic.db.session import db

pytest_plugins = ["tests.speed", "tests.network", "tests.sharing", "tests.databases", "tests.servers.fixtures"]

SERVERS = {
    "postgres_server",
    "durable_postgres",
    "redis_server",
    "smtp_server",
    "sms_server",
    "s3_server",
    "oidc_provider",
    "other_provider",
    "live_server",
    "town_portal",
    "shared_town",
}

DATABASES = {"instance", "templates", "empty_database_url", "app", "client"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a server or a browser, so that `make check` can leave it out."""
    for item in items:
        parameters = getattr(item, "callspec", None)
        on_postgres = parameters is not None and parameters.params.get("backend") == "postgresql"
        if on_postgres or SERVERS & set(getattr(item, "fixturenames", ())):
            item.add_marker("server")
        if DATABASES & set(getattr(item, "fixturenames", ())):
            item.add_marker("database")
        if "browser" in item.path.relative_to(item.config.rootpath).parts:
            item.add_marker("browser")
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    """The longest first, so that no worker waits at the end; and not two at once for the same town to be loaded."""
    if "hostile" in item.path.parts:
        return 0
    return 1 if item.get_closest_marker("browser") is not None else 2


@pytest.fixture(autouse=True)
def _no_ambient_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    """An instance configured in the developer's shell must not reach a test."""
    for name in (
        "CIVIC_INSTANCE",
        "CIVIC_DATABASE_URL",
        "CIVIC_BASE_URL",
        "CIVIC_SMTP_URL",
        "REDIS_URL",
        "HOST",
        "PORT",
        *(name for name in os.environ if name.startswith(("CIVIC_S3_", "CIVIC_PROVIDER_"))),
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def app(instance: Path) -> Iterator[Flask]:
    """The application of the test's own migrated instance."""
    application = create_app(instance, {"base_url": "http://127.0.0.1"})
    application.testing = True
    yield application
    close(application)


def close(application: Flask) -> None:
    """Give the connections of an application back."""
    with application.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Someone's browser without script, as far as HTTP goes; `app.test_client()` makes others."""
    return app.test_client()


@pytest.fixture
def run_command(instance: Path):
    """Run `civic` in this process: `run_command("db", "status")` gives click's result; faults are raised."""

    def run(*arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(civic, ["--instance", str(instance), *arguments], catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    return run
