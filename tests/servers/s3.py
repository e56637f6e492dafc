# SPDX-License-Identifier: AGPL-3.0-or-later
"""An S3 server as a child process, spoken to over HTTP: moto's, which keeps everything in memory."""

import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

import boto3

from tests.servers.process import answers, end, free_port, wait_until

KEYS = ("test-access", "test-secret")


class S3Server:
    """One server; `buckets` makes a pair in it."""

    def __init__(self) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="civic-s3-")
        self.port = free_port()
        self.child: subprocess.Popen | None = None

    @property
    def endpoint(self) -> str:
        """Its address, as s3_endpoint takes it."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "S3Server":
        """Start it and wait until it answers."""
        log = Path(self._temporary.name) / "log"
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        with log.open("ab") as output:
            self.child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        wait_until(lambda: answers(self.port), self.child, log)
        return self

    def buckets(self) -> dict[str, str]:
        """Two new buckets: the configuration of an instance that uses them."""
        client = boto3.session.Session().client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=KEYS[0],
            aws_secret_access_key=KEYS[1],
        )
        names = {area: f"{area}-{secrets.token_hex(6)}" for area in ("private", "public")}
        for name in names.values():
            client.create_bucket(Bucket=name)
        return {
            "s3_endpoint": self.endpoint,
            "s3_private_bucket": names["private"],
            "s3_public_bucket": names["public"],
            "s3_access_key": KEYS[0],
            "s3_secret_key": KEYS[1],
        }

    def stop(self) -> None:
        """Stop it."""
        if self.child is not None:
            end(self.child)

    def remove(self) -> None:
        """Stop it and delete its folder."""
        self.stop()
        self._temporary.cleanup()
