# SPDX-License-Identifier: AGPL-3.0-or-later
"""The core's own manifest: what it declares itself with the words it offers to modules."""

from flask_babel import lazy_gettext as _

from civic.answers.models import Answer
from civic.answers.permissions import ANSWER_POLICY
from civic.answers.workflow import ANSWER
from civic.comments.telling import tell_asker
from civic.delays.summary import send_summaries
from civic.events.base import AnswerCorrected, QuestionAnswered, TagChanged, Transitioned
from civic.files.jobs import ask_for_sweep, destroy_removed, draw_waiting, place_after, place_misplaced
from civic.items.counts import fold
from civic.journal import jobs as journal
from civic.letters.jobs import forget_letters, prepare_letters
from civic.letters.waiting import tell_by_post, tell_correction_by_post, tell_reply_by_post
from civic.models import CORE_MODELS
from civic.module import Job, Listener, Module, Resource
from civic.notifications.forgetting import forget_given_up
from civic.notifications.listeners import LISTENERS
from civic.organisations.members import forget_invitations
from civic.people.codes import purge_codes
from civic.people.jobs import forget_minors, forget_prepared_rolls, lower_levels
from civic.people.linked import forget_ended
from civic.people.pending import purge_pending
from civic.people.sessions import purge_sessions
from civic.permissions.core import CORE_POLICY
from civic.proofs.services import destroy_late_proofs
from civic.search.renewal import index_tagged
from civic.settings.tokens import purge_tokens
from civic.spaces.models import Space
from civic.spaces.workflow import PROCESS, PROCESS_POLICY

CORE = Module(
    name="civic",
    title=_("Core"),
    summary=_("Accounts, spaces, territory, answers, journal."),
    version="0.1.0",
    resources=(
        Resource(
            "process",
            _("Process"),
            _("Processes"),
            Space,
            PROCESS,
            PROCESS_POLICY,
            "pages.process",
            frozenset({"follows", "documents"}),
        ),
        Resource("answer", _("Answer"), _("Answers"), Answer, ANSWER, ANSWER_POLICY, "pages.home"),
    ),
    policies=(CORE_POLICY,),
    listeners=(
        *LISTENERS,
        Listener(TagChanged, index_tagged),
        Listener(Transitioned, place_after),
        Listener(Transitioned, tell_by_post),
        Listener(AnswerCorrected, tell_correction_by_post),
        Listener(QuestionAnswered, tell_asker),
        Listener(QuestionAnswered, tell_reply_by_post),
    ),
    jobs=(
        Job("fold_counts", fold, every_seconds=5),
        Job("purge_codes", purge_codes, every_seconds=3600),
        Job("purge_pending", purge_pending, every_seconds=3600),
        Job("purge_sessions", purge_sessions, every_seconds=86400),
        Job("forget_id_tokens", forget_ended, every_seconds=86400),
        Job("purge_tokens", purge_tokens, every_seconds=86400),
        Job("lower_levels", lower_levels, every_seconds=3600),
        Job("destroy_late_proofs", destroy_late_proofs, every_seconds=3600),
        Job("place_misplaced", place_misplaced, every_seconds=300),
        Job("draw_waiting", draw_waiting, every_seconds=3600),
        Job("destroy_removed", destroy_removed, every_seconds=3600),
        Job("ask_for_sweep", ask_for_sweep, every_seconds=86400),
        Job("prepare_letters", prepare_letters, every_seconds=3600),
        Job("forget_letters", forget_letters, every_seconds=86400),
        Job("forget_prepared_rolls", forget_prepared_rolls, every_seconds=86400),
        Job("forget_minors", forget_minors, every_seconds=3600),
        Job("forget_invitations", forget_invitations, every_seconds=86400),
        Job("forget_given_up", forget_given_up, every_seconds=86400),
        Job("send_late_files", send_summaries, every_seconds=3600),
        Job("seal_journal", journal.seal_journal, journal.SEAL_EVERY),
        Job("seal_stragglers", journal.seal_stragglers, journal.STRAGGLERS_EVERY),
        Job("publish_head", journal.publish_daily_head, journal.HEAD_EVERY),
    ),
)

TABLES = tuple(model.__tablename__ for model in CORE_MODELS)
"""Tables of the core lineage."""
