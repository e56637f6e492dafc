# SPDX-License-Identifier: AGPL-3.0-or-later
"""The spine: one row for everything public that has a life."""
