# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses of accounts: sign-in, my space."""

from flask import Blueprint

bp = Blueprint("people", __name__)
