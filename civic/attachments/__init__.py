# SPDX-License-Identifier: AGPL-3.0-or-later
"""Faces of the files of items: their addresses, and the part of a form that adds them."""
