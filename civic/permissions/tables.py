# SPDX-License-Identifier: AGPL-3.0-or-later
"""Policies as readable tables: the desk's page and docs/permissions.md are drawn from the same rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from civic.permissions.policy import Policy, Predicate

WORDS: Mapping[str, str] = {
    "anyone": _("anyone"),
    "signed_in": _("signed in"),
    "second_factor": _("second factor confirmed"),
    "is_author": _("its author"),
    "is_visible": _("public"),
    "clerk": _("clerk"),
    "agent": _("department agent"),
    "moderator": _("moderator"),
    "official": _("elected official"),
    "auditor": _("auditor"),
    "administrator": _("administrator"),
    "of_department": _("of the department in charge"),
    "of_department_in_charge": _("agent of the department in charge, or clerk"),
    "is_staff": _("any role of the staff"),
    "works_on_files": _("any role of the staff but auditor"),
    "helping_clerk": _("clerk, within the scope of the role"),
    "helping_agent": _("department agent, within the scope of the role"),
}
"""Names of the core's predicates in words; a module says its own (`Predicate.title`)."""


@dataclass(frozen=True)
class Row:
    """One act: `alternatives` is an OR of ANDs, in words."""

    action: str
    title: str
    alternatives: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Table:
    """The permissions of one policy."""

    name: str
    rows: tuple[Row, ...]


def tables(policies: Iterable[Policy]) -> list[Table]:
    """Each policy once, its acts by name, in the language being written."""
    by_name = {policy.name: policy for policy in policies}
    return [_table(policy) for policy in by_name.values()]


def markdown(drawn: Iterable[Table]) -> str:
    """The tables as a page of the documentation."""
    lines = [
        "# Who may do what",
        "",
        "Written by `civic permissions`; a test fails when it differs from the code. One line of the last column is "
        "enough to be allowed; within a line everything must hold. Roles hold on the whole portal, in one space or for "
        "one module, as they were granted.",
    ]
    for table in drawn:
        lines += ["", f"## `{table.name}`", "", "| permission | lets one | who |", "| --- | --- | --- |"]
        for row in table.rows:
            who = "<br>".join(" and ".join(names) for names in row.alternatives)
            lines.append(f"| `{row.action}` | {row.title} | {who} |")
    return "\n".join(lines) + "\n"


def _table(policy: Policy) -> Table:
    """One policy."""
    rows = (
        Row(action, str(policy.titles[action]), tuple(tuple(_word(one) for one in names) for names in rule))
        for action, rule in sorted(policy.table.items())
    )
    return Table(policy.name, tuple(rows))


def _word(predicate: Predicate) -> str:
    """A predicate in words; its bare name where nobody gave it any."""
    return str(predicate.title or WORDS.get(predicate.name, predicate.name.replace("_", " ")))
