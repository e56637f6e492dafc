# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the test processes of one run have in common: a folder, turns, and things the last one to leave puts away."""

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this run see; this process's own when there is one process."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@contextmanager
def turn(place: Path) -> Iterator[None]:
    """One process at a time inside, for each place; a process that dies gives its turn up."""
    with place.with_name(f"{place.name}.turn").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def made_once(place: Path, make: Callable[[], str]) -> str:
    """What the first process to come here made, as the text it gave; a failure leaves it to the next."""
    with turn(place):
        if not place.exists():
            place.write_text(make(), encoding="utf-8")
        return place.read_text(encoding="utf-8")


@contextmanager
def used_together(place: Path, start: Callable[[], dict[str, object]], stop: Callable[..., None]) -> Iterator[dict]:
    """Something running: the first process that needs it calls `start`, the last one to leave `stop(**what it gave)`."""
    with place.with_name(f"{place.name}.users").open("w") as users:
        with turn(place):
            fcntl.flock(users, fcntl.LOCK_SH)
            if not place.exists():
                place.write_text(json.dumps(start()), encoding="utf-8")
            running = json.loads(place.read_text(encoding="utf-8"))
        yield running
        with turn(place):
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:  # someone else still uses it
                return
            place.unlink()
            stop(**running)
