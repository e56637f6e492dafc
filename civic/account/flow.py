# SPDX-License-Identifier: AGPL-3.0-or-later
"""What this browser holds while its owner is at a provider: an encrypted cookie, for half an hour.

Its name comes from the state, which is also bound to what is encrypted: an answer with another state opens nothing.
"""

import base64
import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidTag
from flask import current_app, request
from werkzeug.wrappers import Response

from civic.clock import now
from civic.config import Config
from civic.keys import current_keys
from civic.people.sealing import decrypt, encrypt
from civic.ports.identity import Begun

LIFE = timedelta(minutes=30)
"""Long enough to make an account at the provider."""

SIGN_IN, LINK, CONFIRM = "sign_in", "link", "confirm"
_NAME, _PURPOSE = "civic_way", "way to a provider"
_MOST = 2
"""Ways begun at once in one browser, in two tabs."""


@dataclass(frozen=True)
class Flow:
    """One way to a provider and back.

    `wanted` is the page to come back to, `account_id` whose account it is for (link, confirm).
    """

    provider: str
    purpose: str
    wanted: str
    language: str
    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    account_id: int | None = None
    began_at: float = 0.0

    @property
    def begun(self) -> Begun:
        """What the provider's answer is compared with."""
        return Begun("", self.state, self.nonce, self.verifier, self.began_at if self.purpose == CONFIRM else 0.0)


def remember(response: Response, flow: Flow) -> Response:
    """Give the browser the cookie of a way that begins, and take those that were begun long before."""
    for name in [name for name in request.cookies if _base(name)][: 1 - _MOST]:
        response.delete_cookie(name, path="/", secure=_config().is_secure, httponly=True, samesite="Lax")
    text = json.dumps({**asdict(flow), "began_at": now().timestamp()}).encode()
    sealed = encrypt(current_keys().session, _PURPOSE, flow.state, text)
    response.set_cookie(
        _cookie(flow.state),
        base64.urlsafe_b64encode(sealed).decode(),
        max_age=LIFE,
        httponly=True,
        samesite="Lax",
        secure=_config().is_secure,
        path="/",
    )
    return response


def recall(state: str) -> Flow | None:
    """The way that this browser began with that state, within the last half hour."""
    held = request.cookies.get(_cookie(state), "")
    if not state or not held:
        return None
    try:
        sealed = base64.urlsafe_b64decode(held.encode())
        flow = Flow(**json.loads(decrypt(current_keys().session, _PURPOSE, state, sealed)))
    except (InvalidTag, ValueError):
        return None
    return flow if datetime.fromtimestamp(flow.began_at, UTC) > now() - LIFE else None


def forget(response: Response, state: str) -> Response:
    """Take the cookie of a way that has ended."""
    response.delete_cookie(_cookie(state), path="/", secure=_config().is_secure, httponly=True, samesite="Lax")
    return response


def _cookie(state: str) -> str:
    """Name of the cookie; on HTTPS browsers let no other site of the domain set it (`__Host-`)."""
    prefix = "__Host-" if _config().is_secure else ""
    return f"{prefix}{_NAME}_{hashlib.sha256(state.encode()).hexdigest()[:16]}"


def _base(name: str) -> bool:
    """Whether a cookie is one of these."""
    return name.removeprefix("__Host-").startswith(f"{_NAME}_")


def _config() -> Config:
    """The portal's configuration."""
    config: Config = current_app.extensions["civic.config"]
    return config
