# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whoever installs reads a sentence that names what to correct, never a traceback."""

import socket
import subprocess
import sys

import pytest

from tests.servers.portal import run_civic


def told(instance, *arguments):
    """What a command that fails says."""
    done = run_civic(instance, *arguments, check=False)
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    "line, said",
    [
        ('database_url = "postgresql://nobody@127.0.0.1:1/x"', "database_url: the database cannot be opened"),
        ('database_url = "sqlite:////nowhere/at/all.db"', "database_url: the database cannot be opened"),
        ('theme = "none"', "theme: "),
        ('geocoder = "nowhere.at_all:Addresses"', "geocoder: "),
        ('base_url = "http://[::1"', "base_url: "),
    ],
)
@pytest.mark.parametrize("command", [("serve",), ("db", "upgrade")])
def test_a_value_that_cannot_be_used_stops_the_start(tmp_path, line, said, command):
    (tmp_path / "civic.toml").write_text(f"{line}\n", encoding="utf-8")
    assert said in told(tmp_path, *command)


def test_an_instance_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert f"the instance folder {tmp_path / 'file' / 'town'} cannot be used" in told(
        tmp_path / "file" / "town", "doctor"
    )


def test_a_port_in_use_is_named(instance):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"nothing can listen at 127.0.0.1, port {port}" in told(instance, "serve", "--port", str(port))


def test_every_address_of_the_machine_needs_a_public_one(tmp_path):
    assert "base_url: 0.0.0.0 listens on every address" in told(tmp_path, "serve", "--host", "0.0.0.0")


def test_the_collector_rests_while_the_product_loads_and_works_afterwards():
    code = (
        "import civic, gc; assert not gc.isenabled(); import civic.app; assert gc.isenabled() and gc.get_freeze_count()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
