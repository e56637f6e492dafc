# SPDX-License-Identifier: AGPL-3.0-or-later
"""Full-text search, the same on both databases."""
