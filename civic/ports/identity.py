# SPDX-License-Identifier: AGPL-3.0-or-later
"""Port: someone else who says who a person is, because the person has proven it there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol


class ProviderDown(Exception):
    """The provider does not answer, or not in words that are understood; nothing is known about who asked."""


class AnswerRefused(Exception):
    """An answer that proves nothing. The message is for the log: it holds no personal data.

    `code`: `forged` (not from this provider, not for this portal, not for this browser), `over` (used or too old),
    `weak` (less certain than what was asked for), `declined` (the person stopped there).
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Begun:
    """Where to send the browser, and what only this browser and the portal know until it is back.

    `since`: seconds of the epoch after which the person must have proven who they are; 0 where any time will do.
    """

    url: str
    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    since: float = 0.0


@dataclass(frozen=True)
class Proven:
    """Who the provider says the person is.

    Attributes:
        subject: the provider's own name for the person in this portal; with `issuer`, the only key.
        surname: at birth; with `first_names` and `birth_date`, a civil identity when the provider proves it.
        birth_date: None when it is not known to the day.
        email: what the person told the provider: a proposal for the form, never a key.
        id_token: kept sealed, to sign out there too.
    """

    provider: str
    issuer: str
    subject: str = field(repr=False)
    surname: str = field(default="", repr=False)
    usage_name: str = field(default="", repr=False)
    first_names: str = field(default="", repr=False)
    birth_date: date | None = field(default=None, repr=False)
    proves_identity: bool = False
    email: str = field(default="", repr=False)
    id_token: str = field(default="", repr=False)


class IdentityProvider(Protocol):
    """One provider, kept for the life of the process: what it publishes about itself is remembered."""

    @property
    def name(self) -> str:
        """Its name in the configuration and in addresses."""

    @property
    def label(self) -> str:
        """As people know it."""

    @property
    def help_url(self) -> str:
        """Page that explains it, or empty."""

    def begin(self, back: str, *, afresh: bool = False) -> Begun:
        """Send someone there, to come back to `back`; `afresh`: to prove again who they are. Raises ProviderDown."""

    def finish(self, begun: Begun, answer: Mapping[str, str], back: str) -> Proven:
        """Who came back with this answer. Raises AnswerRefused or ProviderDown."""

    def end_url(self, id_token: str, back: str, state: str) -> str:
        """Where to sign out there and come back, or empty when it does not offer that. Raises ProviderDown."""

    def check(self) -> str:
        """A sentence for whoever installs: it answers, with what. Raises ProviderDown saying what to correct."""
