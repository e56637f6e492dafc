# SPDX-License-Identifier: AGPL-3.0-or-later
"""Work that can wait: the database is the queue."""
