# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pictures and documents on items: checked by content, re-encoded, kept in a store outside the database."""
