# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses of the core's public pages: one line each."""

from flask import Blueprint

bp = Blueprint("pages", __name__)
