# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files in an S3 store (OVHcloud, Scaleway, AWS, MinIO, Garage…): two buckets, reached by every node.

boto3 comes with the production extra; it is loaded where S3 is configured, at its first use.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from typing import Any

from civic.ports.store import Area, Kept, NotStored, Opened, StoreError, checked

FOR_EVER = "public, max-age=31536000, immutable"
AT_ONCE = 1000
"""Objects one request lists or deletes, by S3's own limit."""


@dataclass(frozen=True)
class S3Account:
    """Where the buckets are, and with which keys they are reached."""

    endpoint: str
    region: str
    buckets: dict[Area, str]
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    public_address: str = ""


class S3Store:
    """One bucket per area; addresses in path style, which every implementation knows."""

    def __init__(self, account: S3Account) -> None:
        if find_spec("boto3") is None:
            raise StoreError("S3 needs boto3. Run: pip install --require-hashes -r requirements/production.txt")
        self.account = account

    @cached_property
    def _client(self) -> Any:
        """boto3's client: safe to share between threads."""
        import boto3  # noqa: PLC0415 - of the production extra: absent, and not needed, where files are in a folder
        from botocore.config import Config  # noqa: PLC0415 - the same

        own = Config(
            connect_timeout=5,
            read_timeout=30,
            retries={"max_attempts": 3, "mode": "standard"},
            s3={"addressing_style": "path"},
            # Checksums of AWS alone, which older implementations refuse.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        return boto3.session.Session().client(
            "s3",
            endpoint_url=self.account.endpoint,
            region_name=self.account.region,
            aws_access_key_id=self.account.access_key,
            aws_secret_access_key=self.account.secret_key,
            config=own,
        )

    def put(self, area: Area, path: str, content: bytes, media_type: str) -> None:
        """Send the object; S3 answers once it is kept."""
        self._ask(
            "put_object",
            area,
            Key=checked(path),
            Body=content,
            ContentType=media_type,
            CacheControl=FOR_EVER if area is Area.PUBLIC else "no-store",
        )

    def open(self, area: Area, path: str) -> Opened:
        """The object as a stream."""
        found = self._ask("get_object", area, Key=checked(path))
        return Opened(found["Body"], int(found["ContentLength"]))

    def delete(self, area: Area, paths: Iterable[str]) -> None:
        """Delete many at a time; S3 does not mind those that are gone."""
        keys = [{"Key": checked(path)} for path in paths]
        for first in range(0, len(keys), AT_ONCE):
            answer = self._ask("delete_objects", area, Delete={"Objects": keys[first : first + AT_ONCE], "Quiet": True})
            if answer.get("Errors"):
                raise StoreError(f"{self.account.endpoint} did not delete: {answer['Errors'][0].get('Code')}.")

    def walk(self, area: Area) -> Iterator[Kept]:
        """Every object, a page at a time."""
        page: dict[str, Any] = {"NextContinuationToken": ""}
        while "NextContinuationToken" in page:
            after = page["NextContinuationToken"]
            further = {"ContinuationToken": after} if after else {}
            page = self._ask("list_objects_v2", area, MaxKeys=AT_ONCE, **further)
            for one in page.get("Contents", ()):
                yield Kept(one["Key"], one["LastModified"])

    def address(self, path: str) -> str | None:
        """Where browsers fetch it, when the town made the public bucket readable and said under which address."""
        base = self.account.public_address.rstrip("/")
        return f"{base}/{checked(path)}" if base else None

    def _ask(self, operation: str, area: Area, **values: Any) -> dict[str, Any]:
        """What S3 answers to an operation on a bucket; StoreError in words when it does not."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - comes with boto3, see _client

        try:
            answer: dict[str, Any] = getattr(self._client, operation)(Bucket=self.account.buckets[area], **values)
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code in {"NoSuchKey", "404"}:
                raise NotStored(f"{values.get('Key')} is not in {self.account.buckets[area]}") from error
            raise StoreError(f"{self.account.endpoint} refused ({code}). {_REMEDIES.get(code, _REMEDY)}") from error
        except BotoCoreError as error:
            raise StoreError(f"{self.account.endpoint} did not answer ({type(error).__name__}). {_REMEDY}") from error
        return answer


_REMEDY = "Look at s3_endpoint and s3_region in civic.toml, and at the network."
_REMEDIES = {
    "NoSuchBucket": "Make the buckets named by s3_private_bucket and s3_public_bucket.",
    "InvalidAccessKeyId": "Correct CIVIC_S3_ACCESS_KEY.",
    "SignatureDoesNotMatch": "Correct CIVIC_S3_SECRET_KEY.",
    "AccessDenied": "Give the key the right to read, write, list and delete in both buckets.",
}
