# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters on paper: the town's answers by post, and codes that verify whoever receives them (docs/letters.md)."""
