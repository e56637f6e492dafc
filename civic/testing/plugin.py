# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pytest plugin for authors of modules."""
