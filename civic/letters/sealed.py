# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters and addresses at rest: sealed under the instance's identity key, each bound to its own row."""

import json
from typing import Any

from cryptography.exceptions import InvalidTag

from civic.keys import current_keys
from civic.people.sealing import decrypt, encrypt

_PURPOSE = "letter"


def seal(owner: str, value: Any) -> bytes:
    """Seal plain JSON values for one row."""
    return encrypt(current_keys().identity, _PURPOSE, owner, json.dumps(value).encode())


def unseal(owner: str, sealed: bytes) -> Any:
    """What was sealed; None when the instance's key has changed since."""
    try:
        return json.loads(decrypt(current_keys().identity, _PURPOSE, owner, sealed))
    except InvalidTag:
        return None
