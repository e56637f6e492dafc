# SPDX-License-Identifier: AGPL-3.0-or-later
"""States and transitions as data, and the one writer of a state."""
