# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/letters: letters that wait; batches to print, to mark as sent or to take back."""

from flask import Response, abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from civic.db.session import write
from civic.desk.acting import Visit, enter
from civic.letters.batches import KEPT, make_batch, mark_sent, note_download, withdraw_batch
from civic.letters.models import ANSWERS, CODES, HANDED, WITH_CODES, LetterBatch
from civic.letters.printing import print_batch
from civic.letters.queries import batches, codes_of, count_letters, letters_of
from civic.letters.settings import letters_settings
from civic.people.staff import names_of
from civic.permissions.core import CORE_POLICY
from civic.web.actors import reload_actor
from civic.web.acts import permitted

SEND, CODE = "letter:send", "letter:code"
HOLDS = {
    ANSWERS: lazy("Answers of the town"),
    CODES: lazy("Codes"),
    HANDED: lazy("Code handed over at the counter"),
}
"""What a batch holds, in words."""


def letters() -> str:
    """What waits, and the batches."""
    visit = enter(SEND)
    return render_template(
        "desk/letters/letters.html",
        waiting=count_letters(visit.session),
        page=batches(visit.session, after=request.args.get("after", ""), before=request.args.get("before", "")),
        days=letters_settings(visit.session).wait_days,
        may_issue=visit.may(CODE),
        holds=HOLDS,
    )


def make() -> BaseResponse:
    """Make a batch of the letters that wait."""
    with permitted(SEND) as done:
        batch = make_batch(done.session, done.actor, done.at)
        done.location = (
            url_for("desk.letter_batch", batch_id=batch.id) if batch is not None else url_for("desk.letters")
        )
        count = batch.letter_count if batch is not None else 0
    if count:
        flash(ngettext("%(num)s letter is ready to print.", "%(num)s letters are ready to print.", count))
    else:
        flash(_("No letter is left to print: those who waited are told by e-mail, or nothing is left to tell."))
    return done.done()


def batch(batch_id: int) -> str:
    """One batch: what is in it, and what remains to be done."""
    visit, found = _enter_batch(batch_id)
    is_codes = found.kind in WITH_CODES
    acted = {found.prepared_by_id, found.sent_by_id, found.withdrawn_by_id} - {None}
    return render_template(
        "desk/letters/batch.html",
        batch=found,
        is_codes=is_codes,
        is_handed=found.kind == HANDED,
        holds=HOLDS,
        codes=codes_of(visit.session, found.id, visit.at) if is_codes else [],
        letters=[] if is_codes else letters_of(visit.session, found.id),
        names=names_of(visit.session, {one for one in acted if one is not None}),
        kept_until=found.sent_at + KEPT if found.sent_at is not None else None,
        may_revoke=visit.may(CODE),
    )


def download(batch_id: int) -> Response:
    """All the letters of a batch in one file, never kept by a cache, and that it was taken out, in the journal.

    Raises Refused when none can be printed.
    """
    visit, found = _enter_batch(batch_id)
    printed = print_batch(visit.session, found)
    with write() as session:
        actor = reload_actor(session)
        CORE_POLICY.require(SEND, actor, None, visit.at)
        note_download(session, actor, batch_id, visit.at)
    response = Response(printed, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="letters-{batch_id}.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


def sent(batch_id: int) -> BaseResponse:
    """The batch is printed and posted."""
    with permitted(SEND) as done:
        is_handed = mark_sent(done.session, done.actor, batch_id, done.at).kind == HANDED
        done.location = url_for("desk.letter_batch", batch_id=batch_id)
    flash(_("Marked as handed over.") if is_handed else _("Marked as sent."))
    return done.done()


def withdraw(batch_id: int) -> BaseResponse:
    """The batch is taken back: nothing of it was posted."""
    with permitted(SEND) as done:
        withdraw_batch(done.session, done.actor, batch_id, done.at)
        done.location = url_for("desk.letters")
    flash(_("The batch is taken back: destroy what was printed."))
    return done.done()


def _enter_batch(batch_id: int) -> tuple[Visit, LetterBatch]:
    """The batch, for someone who may send it; 404 for none."""
    visit = enter(SEND)
    found = visit.session.get(LetterBatch, batch_id)
    if found is None:
        abort(404)
    return visit, found
