# SPDX-License-Identifier: AGPL-3.0-or-later
"""The core's own public pages."""
