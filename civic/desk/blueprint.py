# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses of the desk: one line each."""

from flask import Blueprint

bp = Blueprint("desk", __name__, url_prefix="/desk")
