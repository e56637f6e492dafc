# SPDX-License-Identifier: AGPL-3.0-or-later
"""The manifest: everything this module declares. Nothing imports it but the loader."""

from flask_babel import lazy_pgettext

from civic.events.base import Created
from civic.module import Dataset, Figure, Job, Listener, Module, NavEntry, Resource, Slot

from .cli import count
from .jobs import count_open
from .listeners import thank
from .models import Entry
from .permissions import ENTRY_POLICY
from .queries import entry_rows, entry_words, open_entries, waiting, written_by
from .settings import Settings
from .views.public import bp
from .workflow import ENTRY

module = Module(
    name="parking",
    title=lazy_pgettext("parking", "Parking"),
    summary=lazy_pgettext("parking", "What residents write, kept until it is closed."),
    version="0.1.0",
    requires=frozenset({"search"}),
    resources=(
        Resource(
            "entry",
            lazy_pgettext("parking", "Entry"),
            lazy_pgettext("parking", "Entries"),
            Entry,
            ENTRY,
            ENTRY_POLICY,
            "parking.show",
            frozenset({"search"}),
            text=entry_words,
            personal_data=written_by,
        ),
    ),
    public=bp,
    settings=Settings,
    navigation=(NavEntry("parking.index", lazy_pgettext("parking", "Parking")),),
    figures=(
        Figure(
            "open_entries",
            lazy_pgettext("parking", "Open entries"),
            lazy_pgettext("parking", "Entries that are public and not closed, at the moment of reading."),
            open_entries,
        ),
    ),
    datasets=(
        Dataset(
            "parking",
            lazy_pgettext("parking", "Entries"),
            {
                "number": lazy_pgettext("parking", "Public number"),
                "title": lazy_pgettext("parking", "Title"),
                "state": lazy_pgettext("parking", "State"),
                "published_at": lazy_pgettext("parking", "Published at, in UTC"),
            },
            entry_rows,
        ),
    ),
    slots=(Slot("home.open", "parking/_waiting.html", waiting),),
    listeners=(Listener(Created, thank),),
    jobs=(Job("count_open", count_open, 3600),),
    commands=(count,),
)
