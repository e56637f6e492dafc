# SPDX-License-Identifier: AGPL-3.0-or-later
"""CSRF: a token of the session in every unsafe form."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect, generate_csrf
from markupsafe import Markup


def csrf_field() -> Markup:
    """Hidden field with the session's token; the page that holds it is never cached."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def init_csrf(app: Flask) -> None:
    """Check every unsafe request."""
    CSRFProtect(app)
    app.jinja_env.globals["csrf_field"] = csrf_field
