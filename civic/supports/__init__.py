# SPDX-License-Identifier: AGPL-3.0-or-later
"""Supports: one per person and item, enforced by the database."""
