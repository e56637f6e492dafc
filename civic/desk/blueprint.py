# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses of the desk: one line each."""

from flask import Blueprint

from civic.desk.views import answers, item, queue

bp = Blueprint("desk", __name__, url_prefix="/desk")

bp.add_url_rule("/", "queue", queue.queue)
bp.add_url_rule("/register", "register", queue.register)

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
