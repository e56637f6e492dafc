# SPDX-License-Identifier: AGPL-3.0-or-later
"""Packages of third parties: their own tests run where they are installed (tests/civic/modules/test_third_party.py)."""

collect_ignore_glob = ["*/tests/*"]
