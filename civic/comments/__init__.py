# SPDX-License-Identifier: AGPL-3.0-or-later
"""Comments on any item."""
