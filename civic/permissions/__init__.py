# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may do what: one readable table per module, decided in one place."""
