# SPDX-License-Identifier: AGPL-3.0-or-later
"""The participation server: a core that knows no module by name."""
