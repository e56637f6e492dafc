# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asking a provider: a few seconds, a limited answer, no redirect; whatever fails is ProviderDown.

Requests and Authlib are loaded here, when a provider is first asked: a portal without one never pays for them.
"""

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from civic.config_providers import ProviderConfig
from civic.ports.identity import AnswerRefused, ProviderDown

CONNECT, READ, WHOLE = 3.0, 4.0, 8.0
"""Seconds to be let in, to hear something, to have heard all."""

LARGEST = 256 * 1024
"""Bytes of an answer; discovery documents and key sets have a few thousand."""


@contextmanager
def conversation(provider: ProviderConfig, *, back: str = "", method: str = "client_secret_basic") -> Iterator[Any]:
    """An Authlib session with the provider's client; `back` is where it sends people, `method` how it knows us.

    Raises ProviderDown for what the network or the answer does, AnswerRefused for a code that no longer serves.
    """
    from authlib.integrations.base_client import OAuthError  # noqa: PLC0415 - a second that only who signs in so pays
    from authlib.integrations.requests_client import OAuth2Session  # noqa: PLC0415 - the same
    from urllib3.exceptions import HTTPError  # noqa: PLC0415 - the same

    session = OAuth2Session(
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        token_endpoint_auth_method=method,
        scope=" ".join(provider.scopes),
        redirect_uri=back,
        code_challenge_method="S256",
        default_timeout=(CONNECT, READ),
        leeway=0,  # FranceConnect's access tokens live for a minute
    )
    session.max_redirects = 0
    session.hooks["response"].append(_read_within_limits)
    try:
        with session:
            yield session
    except OAuthError as error:
        raise _refusal(str(error.error)) from error
    except (OSError, HTTPError, ValueError) as error:  # OSError: every exception of requests
        raise ProviderDown(f"{provider.name} does not answer as it should ({type(error).__name__})") from error


def get_json(session: Any, address: str) -> dict[str, Any]:
    """An object of the provider's own, asked without any token."""
    response = session.get(address, withhold_token=True, headers={"Accept": "application/json"})
    response.raise_for_status()
    found = response.json()
    if not isinstance(found, dict):
        raise ProviderDown(f"{address} is not an object")
    return found


def _read_within_limits(response: Any, **_options: Any) -> Any:
    """Read the body while it is small and comes soon enough."""
    limit, parts, size = time.monotonic() + WHOLE, [], 0
    for part in response.raw.stream(16384, decode_content=True):
        size += len(part)
        if size > LARGEST or time.monotonic() > limit:
            raise ValueError("the answer is too long")
        parts.append(part)
    response.raw.release_conn()
    response.raw = io.BytesIO(b"".join(parts))
    return response


def _refusal(code: str) -> Exception:
    """What an error of the token endpoint means: a spent code, or a portal that was declared otherwise."""
    if code == "invalid_grant":
        return AnswerRefused("over", "the provider no longer takes this code")
    return ProviderDown(f"the token endpoint says {code[:40]!r}: compare client_id, secret and addresses")
