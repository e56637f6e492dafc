# SPDX-License-Identifier: AGPL-3.0-or-later
"""Codes on letters: as short and as easy to read as those of receipts, drawn and kept in the same way, apart."""

from civic.counter.codes import LENGTH
from civic.keys import current_keys
from civic.paper_codes import drawn_code

_NONCE, _CODE = "letter:nonce", "letter:code"


def code_of(nonce: str) -> str:
    """The ten letters of a code: 46 bits, drawn from a random nonce and the instance's key."""
    return drawn_code(_NONCE, nonce, LENGTH)


def code_hash(code: str) -> str:
    """What the database keeps of a code."""
    return current_keys().identity_hash(_CODE, code)
