# SPDX-License-Identifier: AGPL-3.0-or-later
"""Views of the desk's lists that someone gave a name to."""
