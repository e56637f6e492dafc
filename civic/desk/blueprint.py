# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses of the desk: one line each."""

from flask import Blueprint, request

from civic.desk.counter import report as counter
from civic.desk.views import (
    absences,
    answers,
    authorisations,
    board,
    bulk,
    delegations,
    doubts,
    item,
    journal,
    letter_codes,
    letters,
    look,
    modules,
    organisations,
    people,
    permissions,
    phase_settings,
    process_parts,
    processes,
    proofs,
    questions,
    queue,
    reach,
    roles,
    roll,
    saved,
    settings,
    statistics,
    summary,
    tags,
    taken_files,
)

bp = Blueprint("desk", __name__, url_prefix="/desk")

bp.add_url_rule("/", "queue", queue.queue)
bp.add_url_rule("/register", "register", queue.register)
bp.add_url_rule("/board", "board", board.board)
bp.add_url_rule("/board/move", "move_on_board", board.move, methods=["POST"])
bp.add_url_rule("/views", "views", saved.views)
bp.add_url_rule("/views/new", "new_view", saved.new_view, methods=["GET", "POST"])
bp.add_url_rule("/views/<int:view_id>", "edit_view", saved.edit_view, methods=["GET", "POST"])
bp.add_url_rule("/views/<int:view_id>/remove", "drop_view", saved.drop_view, methods=["POST"])
bp.add_url_rule("/summary", "summary", summary.summary, methods=["GET", "POST"])
bp.add_url_rule("/statistics", "statistics", statistics.statistics)
bp.add_url_rule("/statistics.csv", "statistics_file", statistics.statistics_file)
bp.add_url_rule("/bulk", "bulk", bulk.choose)
bp.add_url_rule("/bulk/preview", "preview_bulk", bulk.preview, methods=["POST"])
bp.add_url_rule("/bulk/confirm", "confirm_bulk", bulk.confirm, methods=["POST"])

bp.add_url_rule("/items/<int:item_id>", "item", item.item)
bp.add_url_rule("/items/<int:item_id>/act/<name>", "act_on", item.act_on, methods=["GET", "POST"])
bp.add_url_rule("/items/<int:item_id>/assign", "assign", item.assign, methods=["POST"])
bp.add_url_rule(
    "/items/<int:item_id>/comments/<int:comment_id>/hide", "hide_comment", item.hide_comment, methods=["GET", "POST"]
)

bp.add_url_rule("/items/<int:item_id>/answer", "new_answer", answers.new_answer, methods=["GET", "POST"])
bp.add_url_rule("/answers/<int:answer_id>", "answer", answers.answer)
bp.add_url_rule("/answers/<int:answer_id>/edit", "edit_answer", answers.edit, methods=["GET", "POST"])
bp.add_url_rule("/answers/<int:answer_id>/step/<name>", "move_answer", answers.move, methods=["POST"])
bp.add_url_rule("/answers/<int:answer_id>/sign", "sign_answer", answers.sign, methods=["POST"])
bp.add_url_rule("/answers/<int:answer_id>/correct", "correct_answer", answers.correct, methods=["GET", "POST"])

bp.add_url_rule("/files/<int:file_id>/restore", "restore_file", taken_files.restore, methods=["GET", "POST"])
bp.add_url_rule("/people", "people", people.people)
bp.add_url_rule("/people/<int:person_id>", "person", people.person)
bp.add_url_rule("/people/<int:person_id>/verify", "verify_person", people.verify, methods=["GET", "POST"])
bp.add_url_rule("/people/<int:person_id>/listed", "verify_listed", people.verify_listed, methods=["GET", "POST"])
bp.add_url_rule("/people/<int:person_id>/erase", "erase_person", people.erase, methods=["GET", "POST"])
bp.add_url_rule("/people/<int:person_id>/no-letters", "stop_letters", people.stop_letters, methods=["POST"])
bp.add_url_rule("/people/<int:person_id>/code", "hand_code", letter_codes.hand, methods=["POST"])
bp.add_url_rule("/proofs", "proofs", proofs.proofs)
bp.add_url_rule("/proofs/<int:proof_id>", "proof", proofs.proof, methods=["GET", "POST"])
bp.add_url_rule("/proofs/<int:proof_id>/document", "proof_document", proofs.document)
bp.add_url_rule("/proofs/<int:proof_id>/refuse", "refuse_proof", proofs.refuse, methods=["GET", "POST"])
bp.add_url_rule("/organisations", "organisations", organisations.organisations)
bp.add_url_rule(
    "/organisations/<int:organisation_id>", "organisation", organisations.organisation, methods=["GET", "POST"]
)
bp.add_url_rule(
    "/organisations/<int:organisation_id>/<to>", "decide_organisation", organisations.decide, methods=["GET", "POST"]
)
bp.add_url_rule(
    "/organisations/<int:organisation_id>/speakers/<int:member_id>/end",
    "end_speaker",
    organisations.end_speaker,
    methods=["POST"],
)
bp.add_url_rule("/authorisations", "authorisations", authorisations.authorisations)
bp.add_url_rule(
    "/authorisations/<int:minor_id>", "authorisation", authorisations.authorisation, methods=["GET", "POST"]
)
bp.add_url_rule(
    "/authorisations/<int:minor_id>/revoke",
    "revoke_authorisation",
    authorisations.revoke,
    methods=["GET", "POST"],
)
bp.add_url_rule("/doubts", "doubts", doubts.doubts)
bp.add_url_rule("/doubts/<int:pair_id>", "doubt", doubts.doubt, methods=["GET", "POST"])
bp.url_value_preprocessor(lambda endpoint, _values: roll.let_lists_in(request, endpoint))
bp.add_url_rule("/roll", "roll", roll.roll, methods=["GET", "POST"])
bp.add_url_rule("/roll/<list_name>", "roll_check", roll.roll_check, methods=["GET", "POST"])

bp.add_url_rule("/roles", "roles", roles.roles)
bp.add_url_rule("/roles/grant", "grant_role", roles.grant, methods=["GET", "POST"])
bp.add_url_rule("/roles/<int:grant_id>/end", "end_role", roles.end, methods=["POST"])
bp.add_url_rule(
    "/accounts/<int:account_id>/second-factor", "new_second_factor", roles.new_second_factor, methods=["POST"]
)
bp.add_url_rule("/delegations", "delegations", delegations.delegations, methods=["GET", "POST"])
bp.add_url_rule("/delegations/<int:delegation_id>/end", "end_delegation", delegations.end, methods=["GET", "POST"])
bp.add_url_rule("/absences", "absences", absences.absences, methods=["GET", "POST"])
bp.add_url_rule("/absences/<int:absence_id>/end", "end_absence", absences.end, methods=["POST"])
bp.add_url_rule("/leave", "leave", absences.leave, methods=["GET", "POST"])

bp.add_url_rule("/settings", "settings", settings.index)
bp.add_url_rule("/settings/<scope>", "edit_settings", settings.edit, methods=["GET", "POST"])
bp.add_url_rule("/settings/stages/<kind>", "edit_workflow", settings.edit_workflow, methods=["GET", "POST"])
bp.add_url_rule("/look", "look", look.look, methods=["GET", "POST"])
bp.add_url_rule("/look/logo", "set_logo", look.logo, methods=["POST"])
bp.add_url_rule("/look/logo/remove", "remove_logo", look.drop_logo, methods=["POST"])
bp.add_url_rule("/tags", "tags", tags.tags, methods=["GET", "POST"])
bp.add_url_rule("/tags/<int:tag_id>", "tag", tags.tag, methods=["GET", "POST"])
bp.add_url_rule("/tags/<int:tag_id>/merge", "merge_tag", tags.merge, methods=["POST"])
bp.add_url_rule("/tags/<int:tag_id>/remove", "remove_tag", tags.remove, methods=["POST"])
bp.add_url_rule("/modules", "modules", modules.modules)
bp.add_url_rule("/modules/<name>/<to>", "switch_module", modules.switch, methods=["POST"])
bp.add_url_rule("/permissions", "permissions", permissions.permissions)

bp.add_url_rule("/processes", "processes", processes.processes)
bp.add_url_rule("/processes/new", "new_process", processes.new_process, methods=["GET", "POST"])
bp.add_url_rule("/processes/<int:space_id>", "process", processes.process)
bp.add_url_rule("/processes/<int:space_id>/edit", "edit_process", processes.edit_process, methods=["GET", "POST"])
bp.add_url_rule(
    "/processes/<int:space_id>/move/<name>", "move_process", processes.move_process, methods=["GET", "POST"]
)
bp.add_url_rule(
    "/processes/<int:space_id>/visibility",
    "set_process_visibility",
    processes.set_process_visibility,
    methods=["POST"],
)
bp.add_url_rule("/processes/<int:space_id>/link", "renew_process_link", processes.renew_process_link, methods=["POST"])
bp.add_url_rule(
    "/processes/<int:space_id>/members", "add_process_member", processes.add_process_member, methods=["POST"]
)
bp.add_url_rule(
    "/processes/<int:space_id>/members/<int:person_id>/remove",
    "remove_process_member",
    processes.remove_process_member,
    methods=["POST"],
)
bp.add_url_rule("/processes/<int:space_id>/phases/new", "new_phase", process_parts.phase, methods=["GET", "POST"])
bp.add_url_rule(
    "/processes/<int:space_id>/phases/<int:phase_id>", "phase", process_parts.phase, methods=["GET", "POST"]
)
bp.add_url_rule(
    "/processes/<int:space_id>/phases/<int:phase_id>/remove", "drop_phase", process_parts.drop_phase, methods=["POST"]
)
bp.add_url_rule(
    "/processes/<int:space_id>/phases/<int:phase_id>/settings",
    "phase_settings",
    phase_settings.phase_settings,
    methods=["GET", "POST"],
)
bp.add_url_rule(
    "/processes/<int:space_id>/parts/new", "new_component", process_parts.component, methods=["GET", "POST"]
)
bp.add_url_rule(
    "/processes/<int:space_id>/parts/<int:component_id>", "component", process_parts.component, methods=["GET", "POST"]
)
bp.add_url_rule(
    "/processes/<int:space_id>/parts/<int:component_id>/remove",
    "drop_component",
    process_parts.drop_component,
    methods=["POST"],
)
bp.add_url_rule(
    "/processes/<int:space_id>/documents/new", "new_document", process_parts.document, methods=["GET", "POST"]
)
bp.add_url_rule(
    "/processes/<int:space_id>/documents/<int:document_id>", "document", process_parts.document, methods=["GET", "POST"]
)
bp.add_url_rule(
    "/processes/<int:space_id>/documents/<int:document_id>/remove",
    "drop_document",
    process_parts.drop_document,
    methods=["POST"],
)

bp.add_url_rule("/processes/<int:space_id>/participation", "process_reach", reach.process_reach)
bp.add_url_rule("/town-figures", "town_figures", reach.town_figures, methods=["GET", "POST"])

bp.add_url_rule("/questions", "questions", questions.questions)
bp.add_url_rule("/counter/report", "counter_report", counter.report)
bp.add_url_rule("/counter/report.csv", "counter_report_file", counter.report_file)
bp.add_url_rule("/letters", "letters", letters.letters)
bp.add_url_rule("/letters/make", "make_letters", letters.make, methods=["POST"])
bp.add_url_rule("/letters/<int:batch_id>", "letter_batch", letters.batch)
bp.add_url_rule("/letters/<int:batch_id>/letters.pdf", "letter_file", letters.download)
bp.add_url_rule("/letters/<int:batch_id>/sent", "send_letters", letters.sent, methods=["POST"])
bp.add_url_rule("/letters/<int:batch_id>/withdraw", "withdraw_letters", letters.withdraw, methods=["POST"])
bp.add_url_rule("/letters/codes", "letter_codes", letter_codes.codes, methods=["GET", "POST"])
bp.add_url_rule("/letters/codes/one", "letter_code_for_one", letter_codes.code, methods=["GET", "POST"])
bp.add_url_rule("/letters/codes/<int:code_id>/revoke", "revoke_letter_code", letter_codes.revoke, methods=["POST"])
bp.add_url_rule("/journal", "journal", journal.journal)
