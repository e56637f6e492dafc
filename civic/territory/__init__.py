# SPDX-License-Identifier: AGPL-3.0-or-later
"""The town and its quartiers: geometry, validity dates, offline geocoding."""
