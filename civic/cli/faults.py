# SPDX-License-Identifier: AGPL-3.0-or-later
"""Faults of whoever installs, in a sentence: what cannot be used, and what to do."""

from sqlalchemy.exc import OperationalError

from civic.config import ConfigError
from civic.contract import ContractError


def sentence_of(error: Exception) -> str:
    """What to tell; empty for a fault of the product, whose traceback is to be seen."""
    if isinstance(error, ConfigError | ContractError):
        return str(error)
    if isinstance(error, OperationalError) and error.statement is None:
        reason = str(error.orig).strip().splitlines()[0]
        return f"database_url: the database cannot be opened ({reason}). Start it, or correct the key."
    return ""
