# SPDX-License-Identifier: AGPL-3.0-or-later
"""Measurements: ratios against a floor measured in the same run. Not tests; see docs/performance.md."""
