# SPDX-License-Identifier: AGPL-3.0-or-later
"""Requests that carry a file: larger than others, on the pages that take one and from known browsers only."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request
from wtforms import FileField

LARGEST_REQUEST = 48 * 1024 * 1024
"""Bytes that are read, so that a file that is too large comes back as a sentence on its form, with all that was typed."""
View = TypeVar("View", bound=Callable[..., Any])
_MARK = "civic_takes_files"


def takes_files(view: View, *, largest: int = LARGEST_REQUEST) -> View:
    """Mark a view whose form has a file, with the bytes of a request that it reads."""
    setattr(view, _MARK, largest)
    return view


def init_uploads(app: Flask) -> None:
    """Raise the limit before anything reads the form."""

    @app.url_value_preprocessor
    def _let_files_in(endpoint: str | None, values: dict[str, Any] | None) -> None:
        view = current_app.view_functions.get(endpoint or "")
        # A browser that was given the form has its cookie: nobody sends large bodies out of the blue.
        largest = getattr(view, _MARK, None)
        if largest is not None and request.cookies:
            request.max_content_length = largest


class SentFile(FileField):
    """A file that was chosen; WTForms reads it from the fields of the form, where Flask does not put it."""

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        """Take the file of the request; none was chosen where it has no name."""
        super().process(formdata, *args, **kwargs)
        sent = request.files.get(self.name) if formdata is not None else None
        self.data = sent if sent is not None and sent.filename else None
        self.raw_data = [self.data] if self.data else []
