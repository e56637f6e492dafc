# SPDX-License-Identifier: AGPL-3.0-or-later
"""Parking: what residents write, kept until it is closed."""
