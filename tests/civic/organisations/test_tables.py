# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the tables themselves refuse."""

from civic.comments.models import Comment
from civic.items.models import Item
from civic.supports.models import Support


def test_nothing_in_the_tables_lets_an_organisation_support():
    assert "organisation_id" not in Support.__table__.columns
    assert {"organisation_id"} <= set(Item.__table__.columns.keys()) & set(Comment.__table__.columns.keys())
