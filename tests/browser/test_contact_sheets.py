# SPDX-License-Identifier: AGPL-3.0-or-later
"""Contact sheets: the pages of the portal side by side, in both themes, light and dark, on a phone and on a desktop."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from tests.browser.harness import DESKTOP, PHONE, ROOT
from tests.browser.people import email_of
from tests.browser.walking import sign_in
from tests.databases import DEMONSTRATION
from tests.servers.portal import Portal

PAGES = {
    None: (
        *("/", "/proposals/", "/proposals/24", "/proposals/11", "/decided", "/processes/berges-de-la-merelle"),
        *("/processes/berges-de-la-merelle/participation", "/quartiers", "/how-it-works", "/sign-in", "/search?q=banc"),
        *("/follow-up", "/organisations/velo-rive", "/nothing/here"),
    ),
    "romain-colin": ("/account", "/account/security", "/account/organisations", "/proposals/new"),
    "nadia-rahmani": (
        *("/desk/", "/desk/board", "/desk/register", "/desk/statistics", "/desk/counter/", "/desk/letters"),
        *("/desk/people", "/desk/organisations", "/desk/authorisations", "/desk/doubts/1", "/desk/questions"),
    ),
    "camille-roussel": (
        "/desk/settings",
        "/desk/look",
        "/desk/modules",
        "/desk/roles",
        "/desk/town-figures",
        "/desk/journal",
    ),
}
"""What is looked at, by who looks."""
WIDE = {PHONE: 195, DESKTOP: 426}
"""Pixels of a page on the sheet, by the width of its window."""
TALL = {PHONE: 2.4, DESKTOP: 0.9}
"""How much of a page is shown, in widths of its window."""
IN_A_ROW = {PHONE: 9, DESKTOP: 4}
CAPTION = 14


@pytest.mark.screenshots
@pytest.mark.parametrize("theme", ["rive", "gazette"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_contact_sheet(visit, templates, tmp_path, theme, scheme, width):
    portal = Portal(templates.copy("sqlite", tmp_path / "town", *DEMONSTRATION), CIVIC_THEME=theme).start()
    try:
        shots = []
        for who, paths in PAGES.items():
            page = visit(portal, width, color_scheme=scheme).page
            if who is not None:
                sign_in(page, email_of(who))
            shots += [(f"{who or ''} {path}", _photograph(page, path, width)) for path in paths]
    finally:
        portal.stop()
    target = ROOT / "build" / "screenshots" / f"sheet-{theme}-{scheme}-{width}.png"
    _lay_out(shots, width).save(_made(target))


def _photograph(page, path: str, width: int) -> Image.Image:
    """The head of a page, as small as it stands on the sheet."""
    page.goto(path)
    shown = {"x": 0, "y": 0, "width": width, "height": int(width * TALL[width])}
    image = Image.open(BytesIO(page.screenshot(clip=shown, full_page=True)))
    return image.resize((WIDE[width], int(WIDE[width] * TALL[width])), Image.Resampling.LANCZOS)


def _lay_out(shots: list[tuple[str, Image.Image]], width: int) -> Image.Image:
    """All on one sheet, in rows, each under its address."""
    across, down = WIDE[width] + 8, int(WIDE[width] * TALL[width]) + CAPTION + 8
    rows = -(-len(shots) // IN_A_ROW[width])
    sheet = Image.new("RGB", (across * IN_A_ROW[width] + 8, down * rows + 8), "#888")
    draw = ImageDraw.Draw(sheet)
    for place, (caption, image) in enumerate(shots):
        left, top = 8 + across * (place % IN_A_ROW[width]), 8 + down * (place // IN_A_ROW[width])
        draw.text((left, top), caption.strip()[: WIDE[width] // 6], fill="white")
        sheet.paste(image, (left, top + CAPTION))
    return sheet


def _made(target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    return target
