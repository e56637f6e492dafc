# SPDX-License-Identifier: AGPL-3.0-or-later
"""Settings kept in the database, typed by their declaration."""
