# SPDX-License-Identifier: AGPL-3.0-or-later
"""The store of the running application: a folder of the instance, or S3 where it is configured."""

import hashlib
import secrets
from contextlib import closing

from flask import current_app

from civic.adapters.folder_store import FolderStore
from civic.adapters.s3_store import S3Account, S3Store
from civic.config import Config
from civic.ports.store import Area, Store, StoreError

EXTENSION = "civic.store"
FOLDER = "files"
PROBE = b"civic doctor\n"


def store_of(config: Config) -> Store:
    """The store that a configuration asks for. Raises StoreError when S3 is asked for without boto3."""
    if not config.s3_endpoint:
        return FolderStore(config.instance / FOLDER)
    account = S3Account(
        endpoint=config.s3_endpoint,
        region=config.s3_region,
        buckets={Area.PRIVATE: config.s3_private_bucket, Area.PUBLIC: config.s3_public_bucket},
        access_key=config.s3_access_key,
        secret_key=config.s3_secret_key,
        public_address=config.s3_public_address,
    )
    return S3Store(account)


def current_store() -> Store:
    """The application's store, made when it is first asked for."""
    if EXTENSION not in current_app.extensions:
        current_app.extensions[EXTENSION] = store_of(current_app.extensions["civic.config"])
    store: Store = current_app.extensions[EXTENSION]
    return store


def new_key(content: bytes) -> str:
    """A key that nobody guesses and that no two files share: derived from the content and from chance."""
    return hashlib.blake2b(content, key=secrets.token_bytes(32), digest_size=20).hexdigest()


def probe(store: Store) -> None:
    """Write, read and delete in both areas. Raises StoreError when one of these fails."""
    for area in Area:
        path = f"{new_key(PROBE)}/probe.txt"
        store.put(area, path, PROBE, "text/plain")
        with closing(store.open(area, path).stream) as stream:
            if stream.read() != PROBE:
                raise StoreError(f"the {area} store gave back something else than what was kept.")
        store.delete(area, [path])
