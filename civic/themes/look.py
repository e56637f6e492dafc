# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a town chose for its look: a theme, its main colour, its logo. Each change is journaled and holds at once."""

import base64
import hashlib
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from sqlalchemy.orm import Session

from civic.adapters.pictures import Unreadable, render_small
from civic.journal.entries import record
from civic.permissions.actor import Actor
from civic.permissions.decision import Missing
from civic.settings.declaration import setting
from civic.settings.models import StoredSettings
from civic.settings.store import PortalState, next_generation, save_settings
from civic.themes.brand import WeakColour, WeakPair, with_brand
from civic.themes.contrast import floored
from civic.themes.gallery import Gallery
from civic.themes.theme import Theme

LOOK_SCOPE, LOGO_SCOPE = "look", "logo"
LOGO_SIZE = (480, 144)
"""Pixels at most: three for each that is shown."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LookSettings:
    """The theme by the name of its folder, and the town's main colours; an empty value leaves it to the theme."""

    theme: str = setting("", lazy("Look"), max_length=100)
    primary: str = setting("", lazy("Main colour"), max_length=7)
    primary_dark: str = setting("", lazy("Main colour in the dark"), max_length=7)


@dataclass(frozen=True)
class Logo:
    """The town's logo as it is served: a PNG drawn again, with its words."""

    png: str
    """In base64."""
    alternative: str
    width: int
    height: int
    digest: str

    @property
    def content(self) -> bytes:
        """The bytes of the picture."""
        return base64.b64decode(self.png)


TOKENS: Mapping[str, str] = {
    "paper": lazy("paper"),
    "surface": lazy("ground of boxes"),
    "ink": lazy("text"),
    "ink-soft": lazy("quiet text"),
    "rule-strong": lazy("strong rules"),
    "brand": lazy("main colour"),
    "brand-ink": lazy("words on the main colour"),
    "brand-strong": lazy("main colour under the pointer"),
    "brand-wash": lazy("pale ground of the main colour"),
    "signal": lazy("colour of the present stage"),
    "signal-ink": lazy("words on the colour of the present stage"),
    "signal-wash": lazy("pale ground of the present stage"),
    "yes": lazy("colour of a yes"),
    "yes-wash": lazy("pale ground of a yes"),
    "no": lazy("colour of a no"),
    "no-wash": lazy("pale ground of a no"),
    "focus": lazy("ring around what has the keyboard"),
}
"""Colours that meet on a page, in words."""


def stored_logo(state: PortalState) -> Logo | None:
    """The town's logo, or None."""
    values = state.values.get(LOGO_SCOPE)
    return Logo(**values) if values else None


def dressed(gallery: Gallery, look: LookSettings) -> Theme:
    """The theme that was chosen with the town's colours; without them when the theme has changed and no longer bears them."""
    theme = gallery.chosen(look.theme)
    try:
        return with_brand(theme, look.primary, look.primary_dark)
    except WeakColour as error:
        log.warning("the town's main colour is left out of the theme %s: %s", theme.folder.name, error)
        return theme


def save_look(session: Session, actor: Actor, gallery: Gallery, look: LookSettings, at: datetime) -> None:
    """Choose theme and main colours. Raises Missing on the field that cannot be, with the pair and its contrast."""
    if look.theme not in gallery.themes:
        raise Missing({"theme": _("Choose one of the looks that are there.")})
    try:
        with_brand(gallery.themes[look.theme], look.primary, look.primary_dark)
    except WeakColour as error:
        worst = error.pairs[0]
        field = "primary_dark" if worst.scheme == "dark" and look.primary_dark else "primary"
        raise Missing({field: contrast_sentence(worst, len(error.pairs) - 1)}) from error
    save_settings(session, actor, LOOK_SCOPE, look, at)


def contrast_sentence(pair: WeakPair, others: int) -> str:
    """The pair, its colours, its contrast and what is asked, in words."""
    told = _(
        "%(front)s %(front_colour)s on %(ground)s %(ground_colour)s: contrast %(ratio)s, at least %(minimum)s is needed (WCAG AA).",
        front=TOKENS[pair.front],
        front_colour=pair.front_colour,
        ground=TOKENS[pair.ground],
        ground_colour=pair.ground_colour,
        ratio=format_decimal(floored(pair.ratio), format="0.00"),
        minimum=format_decimal(pair.minimum),
    )
    scheme = _("In the dark") if pair.scheme == "dark" else _("In the light")
    advice = _("Choose a lighter colour.") if pair.scheme == "dark" else _("Choose a darker colour.")
    told = _("%(scheme)s, %(told)s %(advice)s", scheme=scheme, told=told, advice=advice)
    more = " " + _("Pairs too weak besides this one: %(count)s.", count=others) if others else ""
    return f"{told}{more}"


def save_logo(session: Session, actor: Actor, content: bytes, alternative: str, at: datetime) -> None:
    """Keep a logo, drawn again as a small PNG without anything but pixels. Raises Missing on what is lacking."""
    if not alternative.strip():
        raise Missing({"alternative": _("Say what the logo shows: it is read to those who do not see it.")})
    try:
        drawn = render_small(content, LOGO_SIZE)
    except Unreadable as error:
        raise Missing({"logo": _("No picture could be made of this file. Send a PNG or a JPEG.")}) from error
    digest = hashlib.sha256(drawn.content).hexdigest()[:16]
    png = base64.b64encode(drawn.content).decode("ascii")
    logo = Logo(png, alternative.strip(), drawn.width, drawn.height, digest)
    _store_logo(session, actor, asdict(logo), at)


def remove_logo(session: Session, actor: Actor, at: datetime) -> None:
    """Go back to the product's own mark."""
    _store_logo(session, actor, {}, at)


def _store_logo(session: Session, actor: Actor, values: dict[str, str | int], at: datetime) -> None:
    """Write the logo, journal its digest and words, make every process follow; nothing when nothing changed."""
    row = session.get(StoredSettings, LOGO_SCOPE, with_for_update=True)
    before = dict(row.values) if row else {}
    if before == values:
        return
    if row is None:
        session.add(StoredSettings(scope=LOGO_SCOPE, values=values))
    else:
        row.values = values
    changed = {
        name: [before.get(name), values.get(name)]
        for name in ("digest", "alternative")
        if before.get(name) != values.get(name)
    }
    record(
        session,
        actor,
        "change_settings",
        kind="civic.settings",
        subject_id=0,
        at=at,
        details={"scope": LOGO_SCOPE, "changed": changed},
    )
    next_generation(session)
