# SPDX-License-Identifier: AGPL-3.0-or-later
"""Only the workflow engine writes a state: any other assignment raises."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_engine_at_work: ContextVar[bool] = ContextVar("civic_engine_at_work", default=False)


class UnguardedState(RuntimeError):
    """A state was assigned outside the workflow engine."""


@contextmanager
def state_may_change() -> Iterator[None]:
    """Opened by the engine alone, around its own assignment."""
    token = _engine_at_work.set(True)
    try:
        yield
    finally:
        _engine_at_work.reset(token)


def refuse_unguarded_state(target: Any, value: str, old: Any, _initiator: Any) -> None:
    """Attribute listener of every `state` column: raises UnguardedState outside the engine."""
    if not _engine_at_work.get():
        raise UnguardedState(f"{type(target).__name__}.state is written by perform() and start() only")
