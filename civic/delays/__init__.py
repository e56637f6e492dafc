# SPDX-License-Identifier: AGPL-3.0-or-later
"""Delays: how long files stay at each stage, and who is told each week of those that are late."""
