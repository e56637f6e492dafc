# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the contract suite looks at: everyone who may come, every row of some tables, what a page must not hold."""

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select, table, text

from civic.db.session import db
from civic.permissions.actor import ROLES, VISITOR, Actor, Grant
from civic.testing.factories import HOSTILE


def everyone(author_id: int | None, module: str) -> Iterator[tuple[str, Actor]]:
    """Whoever may come: signed in or not, author or not, each role here, elsewhere, and without second factor."""
    yield "a visitor", VISITOR
    yield "a resident", Actor(account_id=900_001, person_id=900_001)
    yield "the author", Actor(account_id=900_002, person_id=author_id)
    for role in ROLES:
        scopes = {
            "": Grant(role),
            " of the module": Grant(role, module=module),
            " elsewhere": Grant(role, module="elsewhere"),
        }
        for where, grant in scopes.items():
            for confirmed in (True, False):
                named = f"a {role}{where}{'' if confirmed else ' without second factor'}"
                yield named, Actor(account_id=900_003, person_id=900_003, grants=(grant,), second_factor=confirmed)


def mighty(author_id: int | None) -> Actor:
    """The author with every role and the second factor: only the state can refuse them."""
    grants = tuple(Grant(role) for role in ROLES)
    return Actor(account_id=900_004, person_id=author_id, grants=grants, second_factor=True)


def digest(names: tuple[str, ...]) -> dict[str, Any]:
    """Every row of the tables."""
    db.session.rollback()
    return {name: sorted(map(str, db.session.execute(select(text("*")).select_from(table(name))))) for name in names}


_INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=\"", re.IGNORECASE)


def check_page(endpoint: str, html: str) -> None:
    """A page under the strict policy: nothing inline, nothing unescaped, one main heading."""
    found = _INLINE.search(html)
    assert found is None, f"{endpoint} holds {html[found.start() : found.start() + 60]!r}" if found else ""
    assert HOSTILE not in html, f"{endpoint} does not escape a title"
    assert html.count("<h1") == 1, f"{endpoint} has {html.count('<h1')} main headings"
