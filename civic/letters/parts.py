# SPDX-License-Identifier: AGPL-3.0-or-later
"""Markdown as the parts of a printed letter: paragraphs, headings, lists, quotes, made of runs of plain text."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

Part = dict[str, Any]
Run = dict[str, Any]

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "linkify": False})
_LISTS = {"bullet_list_open": "list", "ordered_list_open": "numbered"}
_LIST_ENDS = {"bullet_list_close", "ordered_list_close"}


def paragraph(text: str) -> Part:
    """A text as it is, its line ends kept; nothing in it is read as Markdown."""
    return {"kind": "paragraph", "runs": _plain(text)}


def parts_of(source: str) -> list[Part]:
    """The parts of a text in Markdown. Links are followed by their address: paper is not pressed."""
    parts: list[Part] = []
    lists: list[Part] = []
    opened = ""
    for before, token in pairwise([Token("", "", 0), *_MARKDOWN.parse(source)]):
        if token.type in _LISTS:
            lists.append({"kind": _LISTS[token.type], "items": []})
        elif token.type in _LIST_ENDS:
            ended = lists.pop()
            parts += [ended] if ended["items"] and not lists else []
        elif token.type in {"blockquote_open", "blockquote_close"}:
            opened = "quote" if token.type == "blockquote_open" else ""
        elif token.type == "inline":
            runs = list(_runs(token.children or []))
            kind = "heading" if before.type == "heading_open" else opened or "paragraph"
            _place(parts, lists, kind, runs)
        elif token.content.strip():
            _place(parts, lists, opened or "paragraph", _plain(token.content.strip()))
    return parts


def _place(parts: list[Part], lists: list[Part], kind: str, runs: list[Run]) -> None:
    """Add runs to the list that is open (a list inside a list goes on with it), else as a part."""
    if not any(run["text"].strip() for run in runs):
        return
    if lists:
        lists[0]["items"].append(runs)
    else:
        parts.append({"kind": kind, "runs": runs})


def _runs(tokens: Sequence[Token]) -> Iterator[Run]:
    """Runs of one line of text: strong, emphasised or plain."""
    strong = emphasis = 0
    addresses: list[str] = []
    for token in tokens:
        if token.type in {"strong_open", "strong_close"}:
            strong += token.nesting
        elif token.type in {"em_open", "em_close"}:
            emphasis += token.nesting
        elif token.type == "link_open":
            addresses.append(str(token.attrs.get("href", "")))
        elif token.type == "link_close":
            yield {"text": f" ({addresses.pop()})"}
        elif token.type == "hardbreak":
            yield {"text": "\n"}
        elif token.type == "softbreak":
            yield {"text": " "}
        elif token.content:
            yield {"text": token.content, "strong": strong > 0, "emphasis": emphasis > 0}


def _plain(text: str) -> list[Run]:
    """Lines of text as runs."""
    runs: list[Run] = []
    for place, line in enumerate(text.splitlines()):
        runs += [{"text": "\n"}, {"text": line}] if place else [{"text": line}]
    return runs or [{"text": ""}]
