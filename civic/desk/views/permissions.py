# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/permissions: every permission table, drawn from the code that decides."""

from flask import render_template

from civic.desk.acting import enter
from civic.permissions.tables import tables
from civic.registry import current_registry


def permissions() -> str:
    """Who may do what, for the core and every installed module."""
    enter("permission:read")
    parts = []
    for module in current_registry():
        policies = [*module.policies, *(resource.policy for resource in module.resources)]
        parts.append((module, tables(policies)))
    return render_template("desk/settings/permissions.html", parts=parts)
