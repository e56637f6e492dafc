# SPDX-License-Identifier: AGPL-3.0-or-later
"""Protocols for the outside world, with null implementations."""
