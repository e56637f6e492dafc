# SPDX-License-Identifier: AGPL-3.0-or-later
"""Spent tokens are kept as long as a page that holds one may be open, then forgotten."""

from datetime import timedelta

from sqlalchemy import select

from civic.settings.models import SpentToken
from civic.settings.tokens import KEPT_FOR, purge_tokens
from tests.civic.people.making import AT, writing


def test_old_tokens_are_forgotten_and_recent_ones_kept(app):
    with writing(app) as session:
        for name, age in (("old", KEPT_FOR + timedelta(hours=1)), ("recent", timedelta(days=1))):
            session.add(SpentToken(token=name, location="/", at=AT - age))
        session.flush()
        purge_tokens(session, AT)
        assert session.scalars(select(SpentToken.token)).all() == ["recent"]
