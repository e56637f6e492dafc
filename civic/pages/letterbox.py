# SPDX-License-Identifier: AGPL-3.0-or-later
"""The letterbox: reading the mails of an instance without SMTP, on the machine itself only."""

from ipaddress import ip_address

from flask import Blueprint, Flask, abort, render_template, request

from civic.adapters.letterbox import Letterbox
from civic.config import Config


def init_letterbox(app: Flask, config: Config) -> None:
    """Exists only when bound to loopback, with a loopback address, behind no proxy, without SMTP (Config.letterbox)."""
    if not config.letterbox:
        return
    box = Letterbox(config.instance / "mail")
    bp = Blueprint("letterbox", __name__, url_prefix="/letterbox")

    @bp.get("/")
    def index() -> str:
        """The last mails, newest first."""
        _loopback_only()
        return render_template("pages/letterbox.html", messages=box.newest())

    app.register_blueprint(bp)


def _loopback_only() -> None:
    """The address is checked too: behind a local proxy everyone would be loopback, so forwarded requests are refused."""
    address = request.remote_addr or ""
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "Via"))
    if forwarded or not address or not ip_address(address).is_loopback:
        abort(404)
