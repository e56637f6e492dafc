# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an address can be aimed at by an argument instead of what is one's own: by the name of the argument."""

from typing import Any

from tests.civic.permissions.town import Town

NUMBERS = (1, 2, 3, 5, 8, 13, 21, 34, 999_999)
"""Identifiers of a small town: someone's, and nothing's."""
NUMBERED = (
    "space_id", "phase_id", "component_id", "document_id", "comment_id", "file_id", "person_id", "proof_id", "pair_id",
    "sitting_id", "sheet_id", "line_id", "act_id", "grant_id", "delegation_id", "absence_id", "session_id", "tag_id",
    "link_id", "account_id", "number", "generation",
)  # fmt: skip


def foreign_values(town: Town) -> dict[str, tuple[Any, ...]]:
    """By argument: of others, of elsewhere, of what is hidden, of nothing. Every argument of the registry is named here."""
    ids = town.ids
    names = {
        "slug": ("ecoles", "plan-velo", "centre", "les-amis-du-canal", "le-fournil", "absent"),
        "key": (ids.file_key, ids.hidden_file_key, ids.taken_file_key, "0" * 32),
        "name": ("proposals", "absent", "passwords", "withdraw", "complete", "open"),
        "scope": ("portal", "proposals", "space:1", "module:proposals", "absent"),
        "token": (ids.link, *sorted(town.tokens.values())[:3], "0" * 43),
        "provider": ("franceconnect", "autre", "absent"),
        "why": ("declined", "over", "forged", "absent"),
        "kind": ("proposals.proposal", "comment", "question", "support", "process", "absent.absent"),
        "what": ("written", "supported", "followed", "absent"),
        "to": ("accept", "refuse", "close", "on", "off", "absent"),
        "list_name": ("roll", "list", "residents", "absent"),
        "digest": ("0" * 16, "../civic", "f" * 64),
        "filename": ("../civic.toml", "css/../../civic.toml", "absent.css", "fonts"),
    }
    items = (ids.item, ids.draft, ids.there, ids.space, ids.elsewhere, *ids.studied.values(), ids.helped, 999_999)
    numbered = {
        "item_id": items,
        "answer_id": (*(answer.id for answer in ids.answer.values()), 999_999),
        "batch_id": (ids.batch, *NUMBERS),
        "code_id": (ids.letter_code, *NUMBERS),
        "view_id": (ids.view, *NUMBERS),
        "organisation_id": (ids.organisation, ids.spoken, *NUMBERS),
        "member_id": (ids.speaker, ids.invitation, *NUMBERS),
        "minor_id": (ids.minor, ids.person, *NUMBERS),
    }
    return {**dict.fromkeys(NUMBERED, NUMBERS), **numbered, **names}
