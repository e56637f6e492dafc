# SPDX-License-Identifier: AGPL-3.0-or-later
"""Faces of what the core offers on any item: support, follow, comment. A module switches them on in its manifest."""
