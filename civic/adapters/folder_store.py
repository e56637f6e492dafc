# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files in a folder of the instance: one node, or several that share the folder."""

import os
import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from civic.ports.store import Area, Kept, NotStored, Opened, StoreError, checked


class FolderStore:
    """`<folder>/<area>/<2 digits>/<38 digits>/<name>`, readable by their owner alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, area: Area, path: str, content: bytes, media_type: str) -> None:
        """Write beside, flush to the disk, rename: a reader sees all of it or nothing."""
        target = self._at(area, path)
        # A name that `walk` and `delete` take as any other: what a crash leaves unfinished is swept like the rest.
        unfinished = target.with_name(f"u{secrets.token_hex(8)}.part")
        try:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(descriptor)
            unfinished.replace(target)
            for folder in (target.parent, target.parent.parent, self.folder / area):
                _flush(folder)
        except OSError as error:
            raise StoreError(f"{self.folder} cannot be written ({error}). Look at its room and its owner.") from error

    def open(self, area: Area, path: str) -> Opened:
        """The file, open for reading."""
        try:
            stream = self._at(area, path).open("rb")
        except FileNotFoundError as error:
            raise NotStored(f"{path} is not in {self.folder / area}") from error
        except OSError as error:
            raise StoreError(f"{self.folder} cannot be read ({error}). Look at its owner.") from error
        return Opened(stream, os.fstat(stream.fileno()).st_size)

    def delete(self, area: Area, paths: Iterable[str]) -> None:
        """Remove files, and the folder of each once it is empty."""
        for path in paths:
            file = self._at(area, path)
            try:
                file.unlink(missing_ok=True)
                if file.parent.is_dir() and not any(file.parent.iterdir()):
                    file.parent.rmdir()
            except OSError as error:
                raise StoreError(f"{file} cannot be removed ({error}). Look at its owner.") from error

    def walk(self, area: Area) -> Iterator[Kept]:
        """Every file by its path."""
        root = self.folder / area
        for folder, _folders, names in os.walk(root):
            shard, _, rest = Path(folder).relative_to(root).as_posix().partition("/")
            for name in names:
                try:
                    kept_at = datetime.fromtimestamp((Path(folder) / name).stat().st_mtime, UTC)
                except FileNotFoundError:
                    continue  # removed by another process while we walk
                yield Kept(f"{shard}{rest}/{name}", kept_at)

    def address(self, path: str) -> str | None:
        """None: the product serves them."""
        return None

    def _at(self, area: Area, path: str) -> Path:
        """The file of a path."""
        key, name = checked(path).split("/")
        return self.folder / area / key[:2] / key[2:] / name


def _flush(folder: Path) -> None:
    """Make the names in a folder survive a crash of the machine."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
