# SPDX-License-Identifier: AGPL-3.0-or-later
"""Public contract of modules: everything a module declares, as frozen data (docs/modules.md explains each field)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import Blueprint
from sqlalchemy.orm import Session

from civic.events.base import Event
from civic.items.models import Item
from civic.permissions.actor import Actor
from civic.permissions.decision import Refusal
from civic.permissions.policy import Policy
from civic.workflow.declaration import Workflow

CAPABILITIES = frozenset({"comments", "follows", "supports", "answers", "tags", "documents", "search", "attachments"})
"""What the core offers on any item; a resource switches on those it wants."""

SLOTS: Mapping[str, str] = {
    "home.open": "Home, what is open now: rows of the register.",
    "process.main": "A process's page, after its frame: what the component shows there.",
    "quartier.main": "A quartier's page: what the module has there.",
    "account.acts": "My space: what I did with this module.",
}
"""Named places in the core's pages that a module may fill."""


@dataclass(frozen=True)
class Resource:
    """Something a module manages, standing on the spine.

    Attributes:
        name: `proposal`; with the module's name it makes the kind `proposals.proposal`.
        model: the module's row, which shares the item's id.
        workflow, policy: its life and who may do what.
        capabilities: among CAPABILITIES.
        endpoint: public page, called with `number`.
        card: template of one row of a register, given `row`.
        text: words to search in, for one item.
        body: what the desk shows of it, in Markdown.
        who_may: why a person may not do a verb (`support`, `comment`, `question`) on an item, by the electorate of that act (see
            civic.people.electorates); None when they may.
        personal_data: what the person's export holds.
        details: its fields and what else its acts keep in the journal, by key, in words; keys without are not told.
    """

    name: str
    title: str
    plural: str
    model: type[Any]
    workflow: Workflow
    policy: Policy
    endpoint: str
    capabilities: frozenset[str] = frozenset()
    text: Callable[[Session, Item], str] | None = None
    body: Callable[[Session, Item], str] | None = None
    who_may: Callable[[Session, Actor, Item, str, datetime], Refusal | None] | None = None
    personal_data: Callable[[Session, int], Sequence[Mapping[str, Any]]] | None = None
    erase: Callable[[Session, int, datetime], None] | None = None
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NavEntry:
    """A menu entry: endpoint, label, order (smaller first)."""

    endpoint: str
    label: str
    order: int = 50


@dataclass(frozen=True)
class Slot:
    """A block in another page: template drawn with what `context(session, place, at)` gives; None hides it."""

    slot: str
    template: str
    context: Callable[[Session, Any, datetime], Mapping[str, Any] | None]
    priority: int = 50


@dataclass(frozen=True)
class Figure:
    """A figure with its definition: the same one for page, dashboard and open data."""

    name: str
    title: str
    definition: str
    compute: Callable[[Session], int]


@dataclass(frozen=True)
class Dataset:
    """An open data set: name of the file, columns with their meaning, rows as a stream."""

    name: str
    title: str
    columns: Mapping[str, str]
    rows: Callable[[Session], Iterable[Sequence[Any]]]


@dataclass(frozen=True)
class Listener:
    """What the module does about a fact; called at least once, after the commit, in a write of its own."""

    event: type[Event]
    react: Callable[[Session, Any], None]


@dataclass(frozen=True)
class Job:
    """Periodic work, idempotent; `run(session, at)` is called in a write of its own every `every_seconds`."""

    name: str
    run: Callable[[Session, datetime], None]
    every_seconds: int


@dataclass(frozen=True)
class LinkType:
    """A typed link between two kinds of items; `optional` when the target's module may be absent."""

    relation: str
    source: str
    target: str
    title: str
    optional: bool = False


@dataclass(frozen=True)
class Verb:
    """An act that phases open and close: `submit`, `comment`, `support`."""

    name: str
    title: str


@dataclass(frozen=True)
class CounterChange:
    """What the author of an item may do with it and a helper may enter for them: complete it, withdraw it.

    Attributes:
        name: stands in the address and, behind the item's kind, names the act.
        title: what the helper presses: "Withdraw it".
        done: the act in words, on the receipt and in the report: "Proposal withdrawn".
        refusal: why it cannot be done now, or None; called with session, the person's actor, item and moment.
        form: called with the same; a hidden field `version` holds the version that was read.
        enter: called with session, actor, item, the form that was found right, and moment; raises as on the web.
        template: drawn with `form` in place of all its fields.
    """

    name: str
    title: str
    done: str
    refusal: Callable[[Session, Actor, Item, datetime], Refusal | None]
    form: Callable[[Session, Actor, Item, datetime], Any]
    enter: Callable[[Session, Actor, Item, Any, datetime], None]
    template: str = ""


@dataclass(frozen=True)
class CounterEntry:
    """Something that residents begin and that a helper may enter for someone at the counter.

    Attributes:
        name: of the resource it begins.
        title: what the helper reads: "A proposal".
        form: called with session, actor and moment; gives a form whose fields the desk draws in order.
        enter: called with session, actor, the form that was found right, and moment; gives the item, submitted. The
            actor has the person's rights alone; it raises Refused or Missing as on the web.
        template: drawn with `form` in place of all its fields.
        changes: what a helper may do later with what the person wrote.
    """

    name: str
    title: str
    form: Callable[[Session, Actor, datetime], Any]
    enter: Callable[[Session, Actor, Any, datetime], Item]
    template: str = ""
    changes: tuple[CounterChange, ...] = ()


@dataclass(frozen=True)
class Module:
    """The manifest of a module. Nothing is registered by side effect of import; nothing imports it but the loader."""

    name: str
    title: str
    summary: str
    version: str
    icon: str = "square"
    requires: frozenset[str] = frozenset()
    resources: tuple[Resource, ...] = ()
    public: Blueprint | None = None
    desk: Blueprint | None = None
    api: Blueprint | None = None
    settings: type[Any] | None = None
    phase_settings: type[Any] | None = None
    policies: tuple[Policy, ...] = ()
    verbs: tuple[Verb, ...] = ()
    events: tuple[type[Event], ...] = ()
    listeners: tuple[Listener, ...] = ()
    links: tuple[LinkType, ...] = ()
    counter: tuple[CounterEntry, ...] = ()
    navigation: tuple[NavEntry, ...] = ()
    desk_navigation: tuple[NavEntry, ...] = ()
    slots: tuple[Slot, ...] = ()
    figures: tuple[Figure, ...] = ()
    datasets: tuple[Dataset, ...] = ()
    jobs: tuple[Job, ...] = ()
    commands: tuple[click.Command, ...] = ()
    seeds: Callable[[Session, Any, datetime], None] | None = None
    on_start: Callable[[Any], None] | None = None
    """Escape hatch for third parties only: called with the Flask application. A first-party module may not use it."""
    folder: Path = field(default=Path(), compare=False)
    """Set by the loader: where templates/, static/, migrations/, translations/ are looked for."""
    package: str = field(default="", compare=False)
    """Set by the loader: the Python package the manifest stands in."""
    source: str = field(default="", compare=False)
    """Set by the loader: the manifest's file, or the installed package and its version."""
    first_party: bool = field(default=False, compare=False)
    """Set by the loader: whether it came with the checkout; a fault of its own then stops the start."""
