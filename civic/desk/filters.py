# SPDX-License-Identifier: AGPL-3.0-or-later
"""Filters of lists and board: read from an address, written back into one; the stages as the desk names them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from civic.desk.queries import QueueFilter
from civic.pages.rows import States
from civic.web.incoming import typed_number
from civic.workflow.stations import label_of


@dataclass(frozen=True)
class Stage:
    """A state as the desk names it."""

    name: str
    label: str
    tone: str
    public: bool
    waits_for_author: bool


def chosen_in(args: Mapping[str, str], scope: str, shown: States) -> QueueFilter:
    """Filters of an address; what is not understood is left out."""
    department, kind = args.get("department", ""), args.get("kind", "")
    return QueueFilter(
        kinds=(kind,) if kind in shown.kinds else tuple(shown.kinds),
        scope=args.get("scope", scope) if args.get("scope") in ("mine", "all") else scope,
        late=args.get("late") == "1",
        department_id=typed_number(department),
        state=args.get("state", "")[:60],
        words=args.get("q", "").strip()[:100],
        size=100 if args.get("size") == "100" else QueueFilter.size,
    )


def address_of(chosen: QueueFilter, scope: str, kind: str = "") -> dict[str, Any]:
    """The same filters as arguments of an address, those that say nothing left out; `scope` is the page's own."""
    said = {
        "kind": kind,
        "scope": chosen.scope if chosen.scope != scope else "",
        "late": "1" if chosen.late else "",
        "department": str(chosen.department_id or ""),
        "state": chosen.state,
        "q": chosen.words,
        "size": "100" if chosen.size == 100 else "",
    }
    return {name: value for name, value in said.items() if value}


SCOPES = {"queue": "mine", "register": "all", "board": "all"}
"""The pages that filters and saved views belong to, with the scope each has by itself."""


def address_in(args: Mapping[str, str], page: str, shown: States) -> dict[str, Any]:
    """The filters of a page's address as the desk understands them, written back."""
    chosen = chosen_in(args, SCOPES[page], shown)
    kind = args.get("kind", "") if len(shown.kinds) > 1 and args.get("kind") in shown.kinds else ""
    return address_of(
        replace(chosen, state="", size=QueueFilter.size) if page == "board" else chosen, SCOPES[page], kind
    )


def of_one_kind(chosen: QueueFilter, kind: str) -> QueueFilter:
    """The filters of a board, which shows one kind and every stage."""
    return replace(chosen, kinds=(kind,), state="")


def stages(shown: States) -> dict[str, Stage]:
    """States of the modules that are on, by `kind/state`, with the town's names."""
    found = {}
    for kind in shown.kinds:
        cycle = shown.cycle(kind)
        for state in cycle.workflow.states:
            label = label_of(state, cycle.setup.labels)
            found[f"{kind}/{state.name}"] = Stage(state.name, label, state.mark, state.public, state.waits_for_author)
    return found
