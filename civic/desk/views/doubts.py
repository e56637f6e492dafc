# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/doubts: two persons who may be one, side by side, decided for good."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from civic.db.session import db
from civic.desk import doubt_queries as queries
from civic.desk.acting import enter
from civic.desk.people_forms import DecidePairForm
from civic.people.doubtful_pairs import DIFFERENT, SAME, WAITING, DoubtfulPair, count_doubts
from civic.people.doubts import decide_pair
from civic.people.levels import level_words
from civic.people.matching import CLAIMED_ONLINE
from civic.people.merging import Merged
from civic.people.names import RULES
from civic.people.presence import DOCUMENTS, IDENTITY
from civic.permissions.decision import Missing, Refused
from civic.web.acts import Page, permitted
from civic.web.forms import choices

VERIFY = "people:verify"


def doubts() -> str:
    """Pairs that wait, the oldest first."""
    visit = enter(VERIFY)
    page = queries.waiting_pairs(
        visit.session, after=request.args.get("after", ""), before=request.args.get("before", "")
    )
    return render_template("desk/people/doubts.html", page=page, total=count_doubts(visit.session), reason=reason_words)


def doubt(pair_id: int) -> Page:
    """Look at both, and decide."""
    visit = enter(VERIFY)
    pair = visit.session.get(DoubtfulPair, pair_id)
    if pair is None or pair.decision != WAITING:
        return _gone(pair)
    form = DecidePairForm()
    form.decision.choices = choices(((DIFFERENT, _("Two different people")), (SAME, _("The same person: join them"))))
    if form.sent():
        try:
            with permitted(VERIFY) as done:
                if form.decision.data == SAME and not form.understood.data:
                    raise Missing({"understood": _("Tick this box: joining two people cannot be undone.")})
                merged = decide_pair(done.session, done.actor, pair_id, form.decision.data, at=done.at)
                done.location = url_for("desk.doubts")
            _tell(merged)
            return done.done()
        except Refused as error:
            form.refuse(error)
            pair = db.session().get(DoubtfulPair, pair_id)
            if pair is None or pair.decision != WAITING:
                return _gone(pair)
    session = db.session()
    page = render_template(
        "desk/people/doubt.html",
        form=form,
        pair=pair,
        sides=[queries.side_of(session, key) for key in (pair.low_id, pair.high_id)],
        reason=reason_words(pair.reason),
        level_words=level_words,
        documents=DOCUMENTS,
        identity=IDENTITY,
    )
    return (page, 422) if request.method == "POST" else page


def reason_words(reason: str) -> str:
    """Why two persons may be one, in a sentence."""
    if reason == CLAIMED_ONLINE:
        return str(_("One showed the identity that the other wrote beside a document sent online."))
    return RULES[reason]


def _tell(merged: Merged | None) -> None:
    """What was done, and what joining removed."""
    if merged is None:
        flash(_("Two different people: nobody will be asked about them again."))
        return
    flash(_("They are one person now: everything is counted once."))
    if merged.double_supports:
        message = ngettext(
            "%(num)s support had been given twice, and counts once; tell the person.",
            "%(num)s supports had been given twice, and count once; tell the person.",
            merged.double_supports,
        )
        flash(message, "warning")


def _gone(pair: DoubtfulPair | None) -> Page:
    """Decided, or one of the two was erased: said on a page that leads back to the others."""
    decided_at = pair.decided_at if pair is not None else None
    page = render_template("desk/people/doubt_gone.html", decided_at=decided_at)
    return page, 409 if request.method == "POST" else 404
