# SPDX-License-Identifier: AGPL-3.0-or-later
"""Messages to people, written in their language."""
