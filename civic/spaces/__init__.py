# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where participation is framed: processes, components, phases."""
