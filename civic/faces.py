# SPDX-License-Identifier: AGPL-3.0-or-later
"""The core's own faces: one line per blueprint."""

from flask import Flask

from civic.account import blueprint as people
from civic.attachments import views as attachments
from civic.capabilities import views as capabilities
from civic.desk import blueprint as desk
from civic.desk.counter import blueprint as counter
from civic.pages import blueprint as pages


def register_faces(app: Flask) -> None:
    """Register the core's pages, accounts and desk."""
    app.register_blueprint(pages.bp)
    app.register_blueprint(people.bp)
    app.register_blueprint(desk.bp)
    app.register_blueprint(counter.bp)
    app.register_blueprint(capabilities.bp)
    app.register_blueprint(attachments.bp)
