# SPDX-License-Identifier: AGPL-3.0-or-later
"""News of a file in a short text: number, state, address of the page; no title, no reason, no name."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from civic.letters.news import News
from civic.letters.settings import letters_settings
from civic.notifications.texting import has_gateway, send_text
from civic.settings.portal import PORTAL_SCOPE, PortalSettings
from civic.settings.store import portal_state


def texts_on(session: Session) -> bool:
    """Whether numbers are asked for and texts sent: the installation has a gateway, and the town wants them."""
    return has_gateway() and letters_settings(session).texts


def text_news(session: Session, news: News, person_id: int, at: datetime) -> None:
    """The news; call it while writing in the town's language."""
    told = {"number": news.number, "state": news.state, "url": news.url}
    told["town"] = portal_state(session).settings(PORTAL_SCOPE, PortalSettings).town_name
    if news.reply:
        text = _("%(town)s. No. %(number)s: the town answers your question. %(url)s", **told)
    elif news.wrong:
        text = _("%(town)s. No. %(number)s: the town has corrected its answer. %(url)s", **told)
    else:
        text = _("%(town)s. No. %(number)s: %(state)s. %(url)s", **told)
    send_text(session, person_id=person_id, text=text, at=at)
