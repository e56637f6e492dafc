# SPDX-License-Identifier: AGPL-3.0-or-later
"""Port: short texts to mobile telephones. Without a gateway none leaves."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Text:
    """One short text.

    `reference` is the same each time the text is tried: a gateway that knows it sends it once.
    """

    to: str = field(repr=False)
    text: str
    reference: str


class Texter(Protocol):
    """Hands texts to a gateway, in order."""

    def deliver(self, messages: Iterable[Text]) -> Iterator[str | None]:
        """For each text, None when the gateway took it or the reason why not, without the number.

        Raises OSError when the gateway cannot be reached: it has taken none of the remaining texts.
        """
        ...


class NullTexter:
    """No gateway: a text that was put in the outbox while there was one waits, and says why."""

    def deliver(self, messages: Iterable[Text]) -> Iterator[str | None]:
        """See Texter."""
        for _text in messages:
            yield "no gateway is configured: set sms_url"
