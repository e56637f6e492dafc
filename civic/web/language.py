# SPDX-License-Identifier: AGPL-3.0-or-later
"""The language stands in the address: `/en/…`; the town's own language has no prefix."""

from collections.abc import Callable, Iterable
from typing import Any

from civic.i18n.setup import LANGUAGE_KEY

Start = Callable[..., Any]


class LanguagePrefix:
    """WSGI middleware: moves `/en` from the path to SCRIPT_NAME, so that every address built below keeps it."""

    def __init__(
        self, app: Callable[[dict[str, Any], Start], Iterable[bytes]], languages: tuple[str, ...], default: str
    ) -> None:
        self.app = app
        self.prefixed = frozenset(languages) - {default}

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        """Serve the request in its language."""
        head, _, rest = environ.get("PATH_INFO", "").removeprefix("/").partition("/")
        if head in self.prefixed:
            # Files have no language, but pages written under a prefix ask for them there.
            environ["PATH_INFO"] = f"/{rest}"
            if not rest.startswith("static/"):
                environ[LANGUAGE_KEY] = head
                environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}/{head}"
        return self.app(environ, start_response)
