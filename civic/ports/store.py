# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where files are kept, outside the database: two areas apart, one that nobody reads without permission, one public."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import BinaryIO, Protocol

_PATH = re.compile(r"[0-9a-f]{40}/[a-z0-9]{1,20}(\.[a-z0-9]{1,8})?")


class Area(StrEnum):
    """Two stores that share nothing: a folder or a bucket each."""

    PRIVATE = "private"
    PUBLIC = "public"


class StoreError(Exception):
    """The store did not do what was asked; the message says what to look at."""


class NotStored(StoreError):
    """Nothing is kept under this path."""


@dataclass(frozen=True)
class Opened:
    """Content on its way out; whoever reads it closes the stream."""

    stream: BinaryIO
    size: int


@dataclass(frozen=True)
class Kept:
    """What stands in an area: its path, and since when."""

    path: str
    kept_at: datetime


class Store(Protocol):
    """Keeps content under a path, `<40 hexadecimal digits>/<short name>`; a path is written once, never changed.

    Every method raises StoreError when the store does not answer.
    """

    def put(self, area: Area, path: str, content: bytes, media_type: str) -> None:
        """Keep content for good: when this returns, a crash of the machine does not lose it."""

    def open(self, area: Area, path: str) -> Opened:
        """What is kept under a path. Raises NotStored."""

    def delete(self, area: Area, paths: Iterable[str]) -> None:
        """Forget these; those that are not there are forgotten already."""

    def walk(self, area: Area) -> Iterator[Kept]:
        """Everything an area holds, whatever put it there."""

    def address(self, path: str) -> str | None:
        """Where browsers fetch a public picture without us, or None when we serve it."""


def checked(path: str) -> str:
    """The path, when it is one of ours; ValueError for any other: no name a person typed ever becomes a path."""
    if not _PATH.fullmatch(path):
        raise ValueError(f"{path!r} is no path of the store")
    return path
