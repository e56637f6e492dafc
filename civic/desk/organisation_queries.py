# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desk's list of organisations."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.organisations.models import Organisation
from civic.people.models import Person
from civic.web.pagination import Slice, keyset, page_of

PAGE = 25


def page_in_state(session: Session, state: str, *, after: str, before: str) -> Slice[Any]:
    """A page of the desk's list, the oldest first, with whoever asked; one query."""
    query: Any = (
        select(
            Organisation.id,
            Organisation.kind,
            Organisation.number,
            Organisation.name,
            Organisation.requested_at,
            Organisation.decided_at,
            Person.display_name.label("requester"),
        )
        .join(Person, Person.id == Organisation.requested_by_id)
        .where(Organisation.state == state)
    )
    columns, kinds = (Organisation.requested_at, Organisation.id), (datetime, int)
    query, backwards = keyset(query, columns, kinds, after=after, before=before, descending=False)
    rows = session.execute(query.limit(PAGE + 1)).all()
    began = bool(after or before)
    return page_of(rows, PAGE, lambda row: (row.requested_at, row.id), backwards=backwards, began=began)
