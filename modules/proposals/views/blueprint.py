# SPDX-License-Identifier: AGPL-3.0-or-later
"""The public pages of proposals, at `/proposals/…`."""

from flask import Blueprint

from . import public, writing

bp = Blueprint(
    "proposals", __name__, url_prefix="/proposals", template_folder="../templates", static_folder="../static"
)

bp.add_url_rule("/", "index", public.index)
bp.add_url_rule("/export.csv", "export", public.export)
bp.add_url_rule("/<int:number>", "show", public.show)
bp.add_url_rule("/new", "new", writing.new, methods=["GET", "POST"])
bp.add_url_rule("/draft", "autosave", writing.autosave, methods=["POST"])
bp.add_url_rule("/drafts/<int:item_id>", "draft", writing.draft, methods=["GET", "POST"])
bp.add_url_rule("/drafts/<int:item_id>/save", "autosave_draft", writing.autosave_draft, methods=["POST"])
bp.add_url_rule("/drafts/<int:item_id>/delete", "discard", writing.discard, methods=["POST"])
bp.add_url_rule("/<int:number>/edit", "edit", writing.edit, methods=["GET", "POST"])
bp.add_url_rule("/<int:number>/withdraw", "withdraw", writing.withdraw, methods=["GET", "POST"])
