# SPDX-License-Identifier: AGPL-3.0-or-later
"""Following an item: who is told what came of it."""
