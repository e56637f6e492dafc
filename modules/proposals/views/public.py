# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading proposals: the register, its export, one proposal."""

from dataclasses import replace
from typing import Any

from flask import Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import npgettext, pgettext
from sqlalchemy.orm import Session

from civic.answers.queries import corrections, signed_answer
from civic.capabilities.forms import NATURES, CommentForm
from civic.capabilities.subjects import SAME_DATES, is_seen
from civic.clock import now
from civic.comments.models import COMMENT
from civic.comments.queries import thread_page
from civic.counter.queries import entered_mention
from civic.db.session import db
from civic.delays.lateness import is_late
from civic.files.queries import files_of
from civic.follows.services import follows
from civic.i18n.texts import text
from civic.items.counting import count_words
from civic.items.counts import live_counts
from civic.items.tags import tags_of
from civic.organisations.speaking import speaks_for
from civic.permissions.actor import Actor
from civic.permissions.core import CORE_POLICY
from civic.permissions.decision import Refusal
from civic.spaces.models import Component
from civic.spaces.phases import calendar_of
from civic.supports.services import supports
from civic.web.actors import current_actor
from civic.web.csvfile import file_of_rows
from civic.web.templating import number

from ..electorate import refusal_in
from ..filters import GROUPS, Asked, Option, Options
from ..history import line_of, steps_of
from ..opendata import COLUMNS, export_rows
from ..permissions import PROPOSAL_POLICY
from ..queries import SORTS, Shown, exported, options, page_of_proposals, proposal_numbered
from ..services import cycle_of, edit_refusal
from .cards import cards
from .marks import marks


def index() -> str:
    """The register: search, filters and order stand in the address."""
    session, actor, at = db.session(), current_actor(), now()
    asked = _asked()
    known = options(session, actor)
    page = page_of_proposals(session, actor, asked, known, at)
    return render_template(
        "proposals/index.html",
        asked=asked,
        known=known,
        cards=cards(
            session,
            page.slice.rows,
            at,
            tags=page.tags,
            supported=page.supported,
            quartiers={one.id: one for one in known.quartiers.values()},
        ),
        chips=_chips(asked, known),
        count=count_words(page.count, len(page.slice.rows), _proposals, is_whole=page.slice.is_whole),
        options_of=_options_of,
        groups=_group_labels(),
        sorts=_sort_labels(),
        next_url=_address(asked, after=page.slice.next) if page.slice.next else None,
        previous_url=_address(asked, before=page.slice.previous) if page.slice.previous else None,
        export_url=url_for("proposals.export", **_arguments(replace(asked, after="", before="", sort="newest"))),
    )


def _asked() -> Asked:
    """What the address asks for; what it cannot mean counts as nothing."""
    args = request.args
    sort, group = args.get("sort", ""), args.get("state", "")
    return Asked(
        text=args.get("q", "").strip()[:200],
        group=group if group in GROUPS else "",
        quartier=args.get("quartier", "")[:60],
        tag=args.get("tag", "")[:60],
        process=args.get("process", "")[:60],
        late=args.get("late") == "1",
        sort=sort if sort in SORTS else "newest",
        after=args.get("after", "")[:300],
        before=args.get("before", "")[:300],
    )


def _arguments(asked: Asked) -> dict[str, Any]:
    """The address's arguments; what is not set is left out."""
    found = {
        "q": asked.text,
        "state": asked.group,
        "quartier": asked.quartier,
        "tag": asked.tag,
        "process": asked.process,
        "late": "1" if asked.late else "",
        "sort": "" if asked.sort == "newest" else asked.sort,
        "after": asked.after,
        "before": asked.before,
    }
    return {name: value for name, value in found.items() if value}


def _address(asked: Asked, after: str = "", before: str = "") -> str:
    """Another page of the same list."""
    return url_for("proposals.index", **_arguments(replace(asked, after=after, before=before)))


def _chips(asked: Asked, known: Options) -> list[dict[str, str]]:
    """What is filtered now, each with the address without it."""
    names = {
        "text": pgettext("proposals", "“%(words)s”", words=asked.text) if asked.text else "",
        "group": _group_labels().get(asked.group, ""),
        "quartier": text(known.quartiers[asked.quartier].name) if asked.quartier in known.quartiers else asked.quartier,
        "tag": text(known.tags[asked.tag].name) if asked.tag in known.tags else asked.tag,
        "process": text(known.processes[asked.process].name) if asked.process in known.processes else asked.process,
        "late": pgettext("proposals", "Late") if asked.late else "",
    }
    empty: dict[str, Any] = {"late": False}
    plain = replace(asked, after="", before="")
    return [
        {"label": label, "url": _address(replace(plain, **{name: empty.get(name, "")}))}
        for name, label in names.items()
        if label
    ]


def _proposals(rows: int) -> str:
    """So many proposals."""
    return str(npgettext("proposals", "%(count)s proposal", "%(count)s proposals", rows, count=number(rows)))


def _options_of(values: dict[str, Option]) -> list[tuple[str, str]]:
    """Pairs of a select field, by name."""
    return sorted(((slug, text(one.name)) for slug, one in values.items()), key=lambda pair: pair[1])


def _group_labels() -> dict[str, str]:
    """Names of the groups of states."""
    return {
        "open": pgettext("proposals", "Waiting for the town’s answer"),
        "accepted": pgettext("proposals", "Accepted, to be done"),
        "done": pgettext("proposals", "Those that are done"),
        "declined": pgettext("proposals", "Not accepted or given up"),
        "withdrawn": pgettext("proposals", "Withdrawn by their author"),
    }


def _sort_labels() -> dict[str, str]:
    """Names of the orders."""
    return {
        "newest": pgettext("proposals", "Newest first"),
        "supports": pgettext("proposals", "Most supported first"),
        "moved": pgettext("proposals", "Recently moved first"),
    }


def export() -> Response:
    """The filtered list as a CSV file, streamed: public data only, nothing that is not signed."""
    session, actor, at = db.session(), current_actor(), now()
    known = options(session, actor)
    rows = export_rows(session, exported(session, actor, _asked(), known, at))
    return file_of_rows(session, f"proposals-{at:%Y-%m-%d}", list(COLUMNS), rows)


def visible_or_404(session: Session, actor: Actor, shown: Shown | None) -> Shown:
    """The proposal, for those who may read it; for strangers it does not exist."""
    if shown is None or not PROPOSAL_POLICY.allows("proposal:view", actor, shown.item, now()):
        abort(404)
    if not is_seen(session, actor, shown.space):
        abort(404)
    return shown


def show(number: int) -> ResponseReturnValue:
    """A proposal: where it stands, who is in charge, what was answered, what people say."""
    session, actor, at = db.session(), current_actor(), now()
    shown = visible_or_404(session, actor, proposal_numbered(session, number))
    item, cycle = shown.item, cycle_of(session)
    answer = signed_answer(session, item.id)
    steps = steps_of(session, shown, answer)
    refusals = _refusals(session, actor, shown)
    form = CommentForm(speaks_for(session, actor, at)) if actor.signed_in else None
    if form is not None:
        refusals[COMMENT] = form.offer({nature: refusals[nature] for nature in NATURES})
    return render_template(
        "proposals/show.html",
        shown=shown,
        item=item,
        state=cycle.workflow.state(item.state),
        mark=marks(session)[item.state],
        stations=line_of(cycle, shown, steps),
        steps=steps,
        sent_back=next((step for step in reversed(steps) if step.act == "send_back"), None),
        answer=answer,
        corrections=corrections(session, answer) if answer else [],
        counts=live_counts(session, item),
        supported=bool(supports(session, actor.person_id, [item.id])),
        followed=follows(session, actor.account_id, item.id),
        refusals=refusals,
        tags=tags_of(session, [item.id]).get(item.id, []),
        comments=thread_page(
            session, item.id, after=request.args.get("c_after", ""), before=request.args.get("c_before", "")
        ),
        comment_form=form,
        moderates=CORE_POLICY.allows("comment:moderate", actor, item, at),
        files=files_of(session, item.id),
        moderates_files=CORE_POLICY.allows("file:moderate", actor, item, at),
        entered=entered_mention(session, item),
        mine=actor.person_id is not None and actor.person_id == item.author_id,
        edit_refusal=edit_refusal(item, shown.proposal, at),
        withdrawable=any(step.name == "withdraw" for step in cycle.workflow.leaving(item.state)),
        late=is_late(cycle.workflow.state(item.state), item.due_at, at),
    )


def _refusals(session: Session, actor: Actor, shown: Shown) -> dict[str, Refusal | None]:
    """Why the actor may not support, comment or ask now: the policy, then phases (read once for both), then electorate."""
    at = now()
    component = session.get(Component, shown.item.component_id) if shown.item.component_id else None
    calendar = calendar_of(session, component) if component is not None else None
    found: dict[str, Refusal | None] = {}
    for verb in ("support", *NATURES):
        opening = SAME_DATES.get(verb, verb)
        own = PROPOSAL_POLICY.refusal(f"proposal:{opening}", actor, shown.item, at)
        # A visitor is told that supports are closed before being asked to sign in.
        dated = calendar.refusal(opening, at) if calendar and (own is None or own.remedy == "sign_in") else None
        found[verb] = dated or own or refusal_in(session, actor, component, verb, at, calendar)
    return found
