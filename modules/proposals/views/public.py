# SPDX-License-Identifier: AGPL-3.0-or-later
"""Public pages of proposals."""

from flask import Blueprint

bp = Blueprint("proposals", __name__, url_prefix="/proposals", template_folder="../templates")
