# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading and changing what a town set; one small query per request, everything else cached per generation."""

from collections.abc import Callable, Hashable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any, TypeVar

from flask import Flask, current_app, g
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from civic.db.session import WRITING
from civic.journal.entries import record
from civic.permissions.actor import Actor
from civic.settings.declaration import build, fitting
from civic.settings.models import ModuleSwitch, Portal, StoredSettings

EXTENSION = "civic.portal_state"
Settings = TypeVar("Settings")
Kept = TypeVar("Kept")
MOST_KEPT = 1_000
"""Entries worked out and kept per process; beyond, it begins again."""


@dataclass(frozen=True)
class PortalState:
    """What the town set, as of one generation."""

    generation: int
    modules_on: frozenset[str] = frozenset()
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    kept: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)
    """What was worked out from this state, by key; forgotten with it at the next change of the town's settings."""

    def keep(self, key: Hashable, work_out: Callable[[], Kept]) -> Kept:
        """What `work_out` gave for this key the first time; only what every change of raises the generation."""
        if key not in self.kept:
            if len(self.kept) >= MOST_KEPT:
                self.kept.clear()
            self.kept[key] = work_out()
        found: Kept = self.kept[key]
        return found

    def settings(self, scope: str, settings: type[Settings]) -> Settings:
        """The typed settings of a scope, defaults where nothing is stored."""
        return build(settings, fitting(settings, self.values.get(scope, {})))


GENERATION = select(Portal.__table__.c.generation).where(Portal.__table__.c.id == 1)
"""Asked at every request: built once, and plain enough that the ORM has nothing to do."""


class _Cache:
    """The last state this process has read."""

    def __init__(self) -> None:
        self.state: PortalState | None = None
        self.lock = Lock()


def init_settings(app: Flask) -> None:
    """Give the application its cache."""
    app.extensions[EXTENSION] = _Cache()


def portal_state(session: Session) -> PortalState:
    """The town's settings, read again when another process changed them: one query, two more after a change.

    What an open write changed is read there and kept nowhere: it may still be rolled back.
    """
    if "civic_portal_state" in g:
        known: PortalState = g.civic_portal_state
        return known
    noted: int | None = g.pop("civic_generation", None)
    generation = noted if noted is not None else session.scalar(GENERATION) or 0
    cache: _Cache = current_app.extensions[EXTENSION]
    state = cache.state
    if state is None or state.generation != generation:
        if session.info.get(WRITING):
            return _read(session, generation)
        with cache.lock:
            state = cache.state = _read(session, generation)
    g.civic_portal_state = state
    return state


def note_generation(session: Session, generation: int | None) -> None:
    """The query that found who is asking brought the generation too: `portal_state` need not ask again."""
    if generation is not None and not session.info.get(WRITING):
        g.civic_generation = generation


def _read(session: Session, generation: int) -> PortalState:
    """Everything the town set."""
    switched = session.scalars(select(ModuleSwitch.module).where(ModuleSwitch.is_on))
    stored = session.execute(select(StoredSettings.scope, StoredSettings.values))
    return PortalState(generation, frozenset(switched), {scope: values for scope, values in stored})  # noqa: C416 - Row is not a pair for mypy


def save_settings(session: Session, actor: Actor, scope: str, settings: Any, at: datetime) -> None:
    """Store the values of a scope, journal the change, make every process follow; nothing when nothing changed.

    `settings` was built and checked.
    """
    row = session.get(StoredSettings, scope, with_for_update=True)
    before = dict(row.values) if row else {}
    after = asdict(settings)
    changed = {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}
    if row is None:
        session.add(StoredSettings(scope=scope, values=after))
    elif changed:
        row.values = after
    else:
        return
    record(
        session,
        actor,
        "change_settings",
        kind="civic.settings",
        subject_id=0,
        at=at,
        details={"scope": scope, "changed": changed},
    )
    next_generation(session)


def switch_module(session: Session, actor: Actor, module: str, *, is_on: bool, at: datetime) -> None:
    """Switch a module on or off; its data stays. Every process follows at its next request."""
    row = session.get(ModuleSwitch, module, with_for_update=True)
    if row is None:
        session.add(ModuleSwitch(module=module, is_on=is_on, changed_at=at))
    else:
        row.is_on, row.changed_at = is_on, at
    record(
        session,
        actor,
        "switch_module",
        kind="civic.module",
        subject_id=0,
        at=at,
        details={"module": module, "on": is_on},
    )
    next_generation(session)


def next_generation(session: Session) -> None:
    """Tell every process that what it keeps in memory about the town is old."""
    changed = session.execute(update(Portal).where(Portal.id == 1).values(generation=Portal.generation + 1))
    if changed.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE gives a CursorResult
        session.add(Portal(id=1, generation=1))
    session.flush()
    g.pop("civic_portal_state", None)
