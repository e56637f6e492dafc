# SPDX-License-Identifier: AGPL-3.0-or-later
"""Proposals: from a resident's draft to the town's signed answer and what came of it."""
