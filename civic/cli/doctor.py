# SPDX-License-Identifier: AGPL-3.0-or-later
"""`civic doctor`: one line per check, with what to do; exit 1 when there is a problem."""

import shutil
import stat
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import click
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from civic.adapters.oidc import OpenIDProvider
from civic.adapters.smtp import SMTPMailer
from civic.cli.application import build, config_of
from civic.clock import now
from civic.config import Config, ConfigError
from civic.contract import ContractError
from civic.db.session import db
from civic.db.upgrade import behind
from civic.events.models import OutboxMessage, Schedule
from civic.files.stores import FOLDER as FILES
from civic.files.stores import current_store, probe
from civic.journal.triggers import unprotected
from civic.keys import FOLDER
from civic.ports.identity import ProviderDown
from civic.ports.store import StoreError
from civic.registry import EXTENSION, Registry

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
SILENCE = timedelta(minutes=1)
"""A runner runs a schedule at least every few seconds; longer than this without one and none is alive."""
WAITING = timedelta(minutes=15)
ROOM = 1_000_000_000
"""Bytes that must be free on the instance's disk."""


class Problem(Exception):
    """A check that failed; the message says what is wrong and what to do."""


@click.command()
@click.pass_context
def doctor(context: click.Context) -> None:
    """Check configuration, database, keys, modules, mail, jobs, disk: one line each; exit 1 on a problem."""
    try:
        app = build(context)
    except (ConfigError, ContractError) as error:
        _say("problem", "configuration", str(error))
        context.exit(1)
    _say("ok", "configuration", f"{config_of(app).instance}, {config_of(app).base_url}")
    with app.app_context():
        problems = sum(not _passes(app, name, check) for name, check in CHECKS.items())
    context.exit(1 if problems else 0)


def _passes(app: Flask, name: str, check: Callable[[Flask], str]) -> bool:
    """Run one check and say how it went."""
    try:
        _say("ok", name, check(app))
    except Problem as problem:
        _say("problem", name, str(problem))
    except SQLAlchemyError as error:
        _say("problem", name, f"the database did not answer ({type(error).__name__}). Run: civic db upgrade")
    else:
        return True
    return False


def _say(verdict: str, name: str, sentence: str) -> None:
    """One line."""
    click.echo(f"{verdict:<8} {name}: {sentence}")


def _database(app: Flask) -> str:
    """Reachable, and every lineage at its head."""
    config = config_of(app)
    late = behind(config.database_url, _registry(app).lineages())
    if late:
        raise Problem(f"the tables of {', '.join(late)} are not those of this release. Run: civic db upgrade")
    return "SQLite, up to date" if config.is_sqlite else "PostgreSQL, up to date"


def _triggers(app: Flask) -> str:
    """What makes the journal insert-only is there."""
    with db.engines["writer"].connect() as connection:
        missing = unprotected(connection)
    if missing:
        raise Problem(f"{', '.join(missing)} are missing: the journal can be altered. Run: civic db upgrade")
    return "the journal is insert-only"


def _keys(app: Flask) -> str:
    """Secret keys exist, and only their owner reads them."""
    folder = config_of(app).instance / FOLDER
    open_ones = [path.name for path in _with_folder(folder) if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if open_ones:
        raise Problem(f"others may read {', '.join(open_ones)}. Run: chmod -R go-rwx {folder}")
    return f"{len(list(folder.glob('*.key')))} keys, read by their owner alone"


def _with_folder(folder: Path) -> Iterator[Path]:
    """The folder of keys, then each key."""
    yield folder
    yield from sorted(folder.glob("*.key"))


def _modules(app: Flask) -> str:
    """No installed module was set aside."""
    registry = _registry(app)
    if registry.set_aside:
        said = "; ".join(f"{left.name} is set aside: {left.problem}" for left in registry.set_aside)
        raise Problem(f"{said.rstrip('.')}. Correct or uninstall it")
    return ", ".join(registry.modules) or "none installed"


def _mail(app: Flask) -> str:
    """Messages leave, or are kept where they can be read."""
    config = config_of(app)
    if config.letterbox:
        return f"no SMTP: messages are files of {config.instance / 'mail'}, read on the letterbox page"
    if not config.smtp_url:
        raise Problem("no message leaves this portal. Set smtp_url in civic.toml, as smtp://user:password@host:587")
    try:
        SMTPMailer(config.smtp_url, timeout=5).check()
    except OSError as error:
        raise Problem(f"{_host(config)} does not take mail ({error}). Correct smtp_url in civic.toml") from error
    return f"{_host(config)} answers"


def _host(config: Config) -> str:
    """The mail server, without the password."""
    parts = urlsplit(config.smtp_url)
    return f"{parts.hostname}:{parts.port or 25}"


def _files(app: Flask) -> str:
    """Files can be kept, read and removed, private and public apart."""
    config = config_of(app)
    try:
        probe(current_store())
    except StoreError as error:
        raise Problem(str(error).rstrip(".")) from error
    where = config.s3_endpoint or str(config.instance / FILES)
    return f"kept, read and removed a probe at {where}"


def _providers(app: Flask) -> str:
    """Each provider of identities answers, and offers what is asked of it."""
    said = []
    for provider in config_of(app).providers:
        try:
            said.append(OpenIDProvider(provider).check())
        except ProviderDown as error:
            raise Problem(
                f"{error}. Look at [providers.{provider.name}] in civic.toml: issuer {provider.issuer}"
            ) from error
    return "; ".join(said) or "codes by e-mail and passwords, no provider"


def _outbox(app: Flask) -> str:
    """No message was given up, none waits for long."""
    session, at = db.session(), now()
    given_up = session.scalar(select(func.count()).where(OutboxMessage.failed_at.is_not(None))) or 0
    if given_up:
        last = session.scalar(
            select(OutboxMessage.error)
            .where(OutboxMessage.failed_at.is_not(None))
            .order_by(OutboxMessage.failed_at.desc())
            .limit(1)
        )
        raise Problem(f"{given_up} messages were given up, the last one because: {last}")
    waiting = select(func.count()).where(
        OutboxMessage.done_at.is_(None), OutboxMessage.failed_at.is_(None), OutboxMessage.created_at < at - WAITING
    )
    late = session.scalar(waiting.where(OutboxMessage.due_at < at)) or 0
    if late:
        raise Problem(f"{late} messages have been waiting for {WAITING.seconds // 60} minutes. Start: civic worker")
    return "nothing waits"


def _runner(app: Flask) -> str:
    """Some process ran a schedule lately."""
    last = db.session().scalar(select(func.max(Schedule.ran_at)))
    if last is None or now() - last > SILENCE:
        seen = f"since {last:%Y-%m-%d %H:%M} UTC" if last else "so far"
        raise Problem(f"no job ran {seen}. Start `civic serve`, or `civic worker`")
    return "jobs run"


def _fonts(app: Flask) -> str:
    """Web fonts, or the system's: both are complete."""
    folder = Path(app.static_folder or "") / "vendor" / "fonts"
    return (
        "web fonts"
        if folder.is_dir() and any(folder.iterdir())
        else "the system's fonts (with Node, `make install` adds ours)"
    )


def _disk(app: Flask) -> str:
    """Room to write."""
    folder = config_of(app).instance
    free = shutil.disk_usage(folder).free
    if free < ROOM:
        raise Problem(f"{free // 1_000_000} MB are free where {folder} is. Make room: below, the database stops")
    return f"{free // 1_000_000_000} GB free"


def _address(app: Flask) -> str:
    """A public portal is served by HTTPS."""
    config = config_of(app)
    if not config.is_secure and urlsplit(config.base_url).hostname not in LOOPBACK:
        raise Problem(f"{config.base_url} is not protected. Serve it by HTTPS and write https://… as base_url")
    return config.base_url


def _registry(app: Flask) -> Registry:
    """The modules of the application."""
    registry: Registry = app.extensions[EXTENSION]
    return registry


CHECKS: dict[str, Callable[[Flask], str]] = {
    "database": _database,
    "journal": _triggers,
    "keys": _keys,
    "modules": _modules,
    "mail": _mail,
    "files": _files,
    "sign-in": _providers,
    "outbox": _outbox,
    "runner": _runner,
    "fonts": _fonts,
    "disk": _disk,
    "address": _address,
}
"""Every check after the configuration, in the order they are said."""
