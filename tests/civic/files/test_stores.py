# SPDX-License-Identifier: AGPL-3.0-or-later
"""Both stores keep, give back, list and forget alike; the S3 one speaks to a real server over HTTP."""

import os
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from civic.adapters.folder_store import FolderStore
from civic.config import Config
from civic.files.stores import new_key, probe, store_of
from civic.ports.store import Area, NotStored, StoreError
from tests.servers.process import free_port
from tests.servers.s3 import S3Server


@pytest.fixture(params=["folder", "s3"])
def store(request, tmp_path):
    config = Config(instance=tmp_path)
    if request.param == "s3":
        config = replace(config, **request.getfixturevalue("s3_server").buckets())
    return store_of(config)


def read(store, area, path):
    with closing(store.open(area, path).stream) as stream:
        return stream.read()


def listed(store, area):
    return sorted(kept.path for kept in store.walk(area))


def test_what_is_kept_is_given_back(store):
    path = f"{new_key(b'a')}/960.webp"
    store.put(Area.PRIVATE, path, b"\x00picture" * 1000, "image/webp")
    assert read(store, Area.PRIVATE, path) == b"\x00picture" * 1000
    assert store.open(Area.PRIVATE, path).size == 8000


def test_the_areas_are_apart(store):
    path = f"{new_key(b'a')}/original"
    store.put(Area.PRIVATE, path, b"mine", "image/png")
    with pytest.raises(NotStored):
        store.open(Area.PUBLIC, path)
    store.delete(Area.PUBLIC, [path])
    assert listed(store, Area.PRIVATE) == [path]
    assert listed(store, Area.PUBLIC) == []


def test_what_is_deleted_is_gone_and_may_be_deleted_again(store):
    key = new_key(b"a")
    paths = [f"{key}/{width}.webp" for width in (480, 960)]
    for path in paths:
        store.put(Area.PUBLIC, path, b"x", "image/webp")
    store.delete(Area.PUBLIC, paths)
    store.delete(Area.PUBLIC, paths)
    assert listed(store, Area.PUBLIC) == []
    with pytest.raises(NotStored):
        store.open(Area.PUBLIC, paths[0])


def test_the_list_says_since_when(store):
    path = f"{new_key(b'a')}/document.pdf"
    store.put(Area.PRIVATE, path, b"x", "application/pdf")
    [kept] = store.walk(Area.PRIVATE)
    assert abs(kept.kept_at - datetime.now(UTC)) < timedelta(minutes=1)


def test_many_files_are_listed_and_deleted(store, monkeypatch):
    monkeypatch.setattr("civic.adapters.s3_store.AT_ONCE", 10)
    paths = sorted(f"{new_key(b'a')}/1" for _ in range(25))
    for path in paths:
        store.put(Area.PRIVATE, path, b"", "text/plain")
    assert listed(store, Area.PRIVATE) == paths
    store.delete(Area.PRIVATE, paths)
    assert listed(store, Area.PRIVATE) == []


@pytest.mark.parametrize("path", ["../../etc/passwd", "a/b", "/etc/passwd", f"{'a' * 40}/../x", f"{'a' * 40}/", "", f"{'a' * 40}/x\x00"])  # fmt: skip
def test_no_other_path_is_taken(store, path):
    for ask in (
        lambda: store.put(Area.PRIVATE, path, b"x", "text/plain"),
        lambda: store.open(Area.PRIVATE, path),
        lambda: store.delete(Area.PRIVATE, [path]),
    ):
        with pytest.raises(ValueError):
            ask()


def test_the_probe_leaves_nothing(store):
    probe(store)
    assert [listed(store, area) for area in Area] == [[], []]


def test_keys_are_random_and_of_the_content():
    assert len({new_key(b"same") for _ in range(100)}) == 100


# The folder


def test_files_are_their_owner_s_alone(tmp_path):
    store = FolderStore(tmp_path / "files")
    path = f"{new_key(b'a')}/original"
    store.put(Area.PRIVATE, path, b"x", "image/png")
    modes = {oct(found.stat().st_mode & 0o077) for found in (tmp_path / "files").rglob("*/*/*")}
    assert modes == {"0o0"}


def test_a_write_that_fails_leaves_no_half(tmp_path, monkeypatch):
    store = FolderStore(tmp_path / "files")
    path = f"{new_key(b'a')}/original"

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="Look at its room"):
        store.put(Area.PRIVATE, path, b"x" * 100, "image/png")
    with pytest.raises(NotStored):
        store.open(Area.PRIVATE, path)
    left = listed(store, Area.PRIVATE)
    assert len(left) == 1
    store.delete(Area.PRIVATE, left)
    assert listed(store, Area.PRIVATE) == []


def test_readers_never_see_a_half(tmp_path):
    store, path, seen = FolderStore(tmp_path / "files"), f"{new_key(b'a')}/original", set()

    def watch():
        while True:
            try:
                seen.add(len(read(store, Area.PRIVATE, path)))
            except NotStored:
                continue
            return

    thread = Thread(target=watch, daemon=True)
    thread.start()
    store.put(Area.PRIVATE, path, b"x" * 30_000_000, "image/png")
    thread.join()
    assert seen == {30_000_000}


# S3


def test_a_server_that_is_down_is_said(tmp_path, s3_server: S3Server):
    values = s3_server.buckets() | {"s3_endpoint": f"http://127.0.0.1:{free_port()}"}
    with pytest.raises(StoreError, match=r"did not answer .* Look at s3_endpoint"):
        probe(store_of(replace(Config(instance=tmp_path), **values)))


def test_a_missing_bucket_is_said(tmp_path, s3_server: S3Server):
    values = s3_server.buckets() | {"s3_public_bucket": "absent"}
    with pytest.raises(StoreError, match="Make the buckets named by s3_private_bucket and s3_public_bucket"):
        probe(store_of(replace(Config(instance=tmp_path), **values)))


def test_public_pictures_may_be_fetched_from_the_bucket(tmp_path, s3_server: S3Server):
    values = s3_server.buckets() | {"s3_public_address": "https://images.ville.example/"}
    store = store_of(replace(Config(instance=tmp_path), **values))
    key = new_key(b"a")
    assert store.address(f"{key}/480.webp") == f"https://images.ville.example/{key}/480.webp"
    assert store_of(Config(instance=tmp_path)).address(f"{key}/480.webp") is None


def test_the_library_is_loaded_only_where_s3_is_configured(instance: Path):
    """The start of a web process with a folder is not made longer by boto3."""
    code = "import sys; from civic.app import create_app; create_app(); print('boto3' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={"CIVIC_INSTANCE": str(instance), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "False"
