# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages of the counter, at `/desk/counter/…`."""
