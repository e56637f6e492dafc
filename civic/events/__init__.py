# SPDX-License-Identifier: AGPL-3.0-or-later
"""Facts announced after a change, delivered at least once from the outbox."""
