# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a provider publishes about itself (OpenID Connect Discovery 1.0) and its keys: remembered, within limits."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from civic.adapters.oidc_http import conversation, get_json
from civic.config_providers import ProviderConfig, is_safe_address
from civic.ports.identity import ProviderDown

FRESH, STALE = 3600.0, 24 * 3600.0
"""Seconds for which what was read is used without asking; for which it still serves when the provider is silent."""

SILENT = 10.0
"""Seconds during which a provider that failed is not asked again: nobody waits behind somebody else's wait."""

MOST_KEYS = 50
Found = TypeVar("Found")


@dataclass(frozen=True)
class Metadata:
    """The endpoints, of one and the same issuer."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    end_session_endpoint: str
    token_methods: tuple[str, ...]
    names_itself: bool
    """Whether each answer carries `iss` (RFC 9207)."""
    raw: Mapping[str, Any]


class Kept(Generic[Found]):
    """One thing read from a provider, shared by the threads of a process."""

    def __init__(self, read: Callable[[], Found]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._found: Found | None = None
        self._read_at = self._failed_at = -STALE

    def get(self, *, anew: bool = False) -> Found:
        """What is known, asked again when it is old or when the caller has a reason to (`anew`). Raises ProviderDown."""
        asked_at = time.monotonic()
        with self._lock:
            age = time.monotonic() - self._read_at
            if self._found is not None and (self._read_at >= asked_at or (age < FRESH and not anew)):
                return self._found
            return self._ask(age)

    def _ask(self, age: float) -> Found:
        """Ask, or give what is still good enough when the provider is silent."""
        if time.monotonic() - self._failed_at >= SILENT:
            try:
                self._found, self._read_at = self._read(), time.monotonic()
            except ProviderDown:
                self._failed_at = time.monotonic()
                if self._found is None or age >= STALE:
                    raise
            return self._found
        if self._found is None or age >= STALE:
            raise ProviderDown("it failed a few seconds ago")
        return self._found


def read_metadata(provider: ProviderConfig) -> Metadata:
    """Ask for the discovery document and check it. Raises ProviderDown saying what is wrong."""
    with conversation(provider) as session:
        raw = get_json(session, f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if raw.get("issuer") != provider.issuer:
        raise ProviderDown(f"its document names another issuer, {str(raw.get('issuer'))[:100]!r}")
    required = ["authorization_endpoint", "token_endpoint", "jwks_uri"]
    required += ["userinfo_endpoint"] if provider.userinfo != "none" else []
    for name in [*required, "userinfo_endpoint", "end_session_endpoint"]:
        address = raw.get(name, "")
        if (name in required or address) and not (isinstance(address, str) and is_safe_address(address)):
            raise ProviderDown(f"its document gives no protected {name}")
    return Metadata(
        authorization_endpoint=raw["authorization_endpoint"],
        token_endpoint=raw["token_endpoint"],
        jwks_uri=raw["jwks_uri"],
        userinfo_endpoint=raw.get("userinfo_endpoint", ""),
        end_session_endpoint=raw.get("end_session_endpoint", ""),
        token_methods=tuple(_texts(raw.get("token_endpoint_auth_methods_supported")) or ["client_secret_basic"]),
        names_itself=raw.get("authorization_response_iss_parameter_supported") is True,
        raw=raw,
    )


def read_keys(provider: ProviderConfig, address: str) -> tuple[dict[str, Any], ...]:
    """The public keys that may sign (RFC 7517); secrets and keys for encryption are left aside. Raises ProviderDown."""
    with conversation(provider) as session:
        raw = get_json(session, address).get("keys")
    if not isinstance(raw, list):
        raise ProviderDown("its key set holds no keys")
    return tuple(
        key
        for key in raw[:MOST_KEYS]
        if isinstance(key, dict) and key.get("kty") in {"RSA", "EC"} and key.get("use", "sig") == "sig"
    )


def _texts(value: object) -> Sequence[str]:
    """The texts of a list; empty for anything else."""
    return [part for part in value if isinstance(part, str)] if isinstance(value, list) else []
