# SPDX-License-Identifier: AGPL-3.0-or-later
"""A form that signs in, sent twice (a double click where no script runs): both sendings lead to the same place.

The browser drops the answer to the first one, perhaps with its cookie, so the second must be given a session too.
"""

from datetime import timedelta

from werkzeug.wrappers import Response

from civic.account.browser import enter, open_here
from civic.clock import now
from civic.db.session import db, write
from civic.people.models import Account, SignInCode
from civic.people.sessions import opened_just_now
from civic.web.actors import reload_actor
from civic.web.acts import Act, sent_before

AGAIN = timedelta(minutes=1)


def enter_again(code: SignInCode | None) -> Response | None:
    """The answer of the first sending, with a session in place of the one it opened; None when there was none.

    A code still serves once: this takes the very form that spent it, within a minute, with all it held.
    """
    before = sent_before(db.session())
    if before is None or before.account_id is None or code is None or code.used_at is None:
        return None
    account_id, used_at, location = before.account_id, code.used_at, before.location
    with write() as session:
        done = Act(session, reload_actor(session), now(), location)
        first = opened_just_now(session, account_id, used_at)
        if first is None or used_at < done.at - AGAIN:
            return None
        first.ended_at = done.at
        enter(session, open_here(done, session.get_one(Account, account_id)))
    return done.done()
