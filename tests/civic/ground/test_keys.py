# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keys are made once, for the owner's eyes only, whoever starts first."""

import stat
import subprocess
import sys

import pytest

from civic.config import ConfigError
from civic.keys import load_keys

PRINT = "import sys; from pathlib import Path; from civic.keys import load_keys; k = load_keys(Path(sys.argv[1])); print((k.session + k.identity + k.journal).hex())"


def test_keys_are_files_of_their_owner_alone(tmp_path):
    keys = load_keys(tmp_path)
    assert len({keys.session, keys.identity, keys.journal}) == 3
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    files = sorted((tmp_path / "keys").iterdir())
    assert [file.name for file in files] == ["identity.key", "journal.key", "session.key"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_keys_are_kept(tmp_path):
    assert load_keys(tmp_path) == load_keys(tmp_path)


def test_processes_that_start_at_once_agree(tmp_path):
    started = [
        subprocess.Popen([sys.executable, "-c", PRINT, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    said = {process.communicate(timeout=60)[0] for process in started}
    assert len(said) == 1
    assert len(said.pop().strip()) == 192


def test_a_damaged_key_is_never_replaced(tmp_path):
    load_keys(tmp_path)
    key = tmp_path / "keys" / "identity.key"
    key.write_bytes(b"short")
    with pytest.raises(
        ConfigError, match=r"identity.key: a key is 32 bytes, this file has 5. Restore it from the backup"
    ):
        load_keys(tmp_path)
    assert key.read_bytes() == b"short"


def test_identifiers_are_hashed_apart_by_scheme_and_instance(tmp_path):
    one, other = load_keys(tmp_path / "one"), load_keys(tmp_path / "other")
    assert one.identity_hash("roll", "123") == one.identity_hash("roll", "123")
    assert (
        len({one.identity_hash("roll", "123"), one.identity_hash("civil", "123"), other.identity_hash("roll", "123")})
        == 3
    )
