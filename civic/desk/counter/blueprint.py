# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses of the counter: one line each. Numbers stand in the address, never a name."""

from flask import Blueprint

from civic.counter.sittings import SittingOver
from civic.desk.counter import changing, sheets, sitting, start
from civic.desk.counter.holding import sitting_over

bp = Blueprint("counter", __name__, url_prefix="/desk/counter")

bp.register_error_handler(SittingOver, sitting_over)

bp.add_url_rule("/", "start", start.start, methods=["GET", "POST"])
bp.add_url_rule("/<int:sitting_id>", "sitting", sitting.sitting)
bp.add_url_rule("/<int:sitting_id>/files/<int:number>", "file", sitting.file)
bp.add_url_rule("/<int:sitting_id>/files/<int:number>/support", "support", sitting.support, methods=["POST"])
bp.add_url_rule("/<int:sitting_id>/files/<int:number>/write", "write", sitting.write, methods=["GET", "POST"])
bp.add_url_rule(
    "/<int:sitting_id>/files/<int:number>/change/<name>", "change", changing.change, methods=["GET", "POST"]
)
bp.add_url_rule("/<int:sitting_id>/new/<kind>", "new", sitting.new, methods=["GET", "POST"])
bp.add_url_rule("/<int:sitting_id>/receipt", "receipts", sitting.receipt)
bp.add_url_rule("/<int:sitting_id>/receipt/<int:act_id>", "receipt", sitting.receipt)
bp.add_url_rule("/<int:sitting_id>/acts/<int:act_id>/withdraw", "withdraw", sitting.withdraw, methods=["POST"])
bp.add_url_rule("/<int:sitting_id>/stay", "stay", sitting.stay, methods=["POST"])
bp.add_url_rule("/<int:sitting_id>/end", "end", sitting.end, methods=["POST"])

bp.add_url_rule("/sheets/new", "new_sheet", sheets.new_sheet, methods=["GET", "POST"])
bp.add_url_rule("/sheets/<int:sheet_id>", "sheet", sheets.sheet, methods=["GET", "POST"])
bp.add_url_rule("/sheets/<int:sheet_id>/lines", "line", sheets.line, methods=["POST"])
bp.add_url_rule("/sheets/<int:sheet_id>/receipt", "sheet_receipts", sheets.receipts)
bp.add_url_rule("/sheets/<int:sheet_id>/receipt/<int:line_id>", "sheet_receipt", sheets.receipts)
bp.add_url_rule("/sheets/<int:sheet_id>/end", "end_sheet", sheets.end, methods=["POST"])
