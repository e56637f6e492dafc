# SPDX-License-Identifier: AGPL-3.0-or-later
"""Associations, companies and schools: checked by a clerk, they speak as such, and neither support nor vote."""
