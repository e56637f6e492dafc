# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signing in and my space: the pages over civic.people."""
