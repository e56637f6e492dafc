# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everything that keeps something of a person, in one list: the core's capabilities, then what the modules declare."""

from civic.comments.erasure import erase_comments
from civic.counter.erasure import erase_counter
from civic.files.erasure import erase_files
from civic.follows.erasure import erase_follows
from civic.items.charge import release_erased
from civic.letters.erasure import erase_letters
from civic.notifications.forgetting import erase_messages
from civic.organisations.erasure import erase_memberships
from civic.people.erasure import Eraser
from civic.registry import Registry
from civic.saved_views.erasure import erase_views


def erasers_of(registry: Registry) -> list[Eraser]:
    """What `erase_person` must call; the faces pass it in, because persons stand below all of these."""
    declared = [resource.erase for _kind, resource in registry.resources() if resource.erase is not None]
    return [
        erase_comments,
        erase_counter,
        erase_files,
        erase_follows,
        erase_letters,
        erase_memberships,
        erase_messages,
        erase_views,
        release_erased,
        *declared,
    ]
