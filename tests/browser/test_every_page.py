# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every page of the demonstration town, as each role sees it: axe, no sideways scrolling, typography, photographs."""

import re
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from civic.app import create_app
from tests.browser.harness import (
    COLOURS,
    DESKTOP,
    HEIGHTS,
    PHONE,
    SMALL,
    assert_fits,
    assert_fits_enlarged,
    assert_well_typed,
    photograph,
)
from tests.browser.lived import SCENES
from tests.browser.people import email_of
from tests.browser.walking import PLAIN, endpoint_of, sign_in, walk

ROUTES = Path(__file__).resolve().parents[1] / "civic" / "permissions" / "routes.toml"

ROLES = {
    "visitor": None,
    "resident": "lucie-marchal",
    "clerk": "nadia-rahmani",
    "deputy": "karim-benali",
    "administrator": "camille-roussel",
}
STARTS = (
    "/",
    "/account",
    "/account/security",
    "/desk/",
    "/letterbox/",
    "/proposals/new",
    "/sign-in",
    "/n/",
    "/offline",
)
"""Where one arrives otherwise than by a link; the rest is found from there."""


AT_PROVIDERS = {
    "people.confirm_there",
    "people.link_identity",
    "people.provider",
    "people.provider_back",
    "people.provider_failed",
}
"""Only where a sign-in provider is configured: test_provider.py opens them, with axe."""
REACHED: dict[str, set[str]] = {}
"""What each role's walk has met so far in this process."""


@pytest.fixture(scope="module")
def routes(shared_town):
    return create_app(shared_town.instance).url_map


@pytest.fixture
def as_role(visit, shared_town):
    def start(role: str, width: int, **options):
        page = visit(shared_town, width, **options).page
        if ROLES[role] is not None:
            sign_in(page, email_of(ROLES[role]))
        return page

    return start


def look(page, axe, *, on_desktop: bool = True) -> None:
    """What every page must hold, in three widths and with text twice as large; axe on a phone, and on a desktop."""
    assert_well_typed(page)
    for width, checks in (
        (SMALL, (assert_fits,)),
        (PHONE, (axe, assert_fits)),
        (DESKTOP, (axe, assert_fits, assert_fits_enlarged) if on_desktop else (assert_fits, assert_fits_enlarged)),
    ):
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        for check in checks:
            check(page)


@pytest.mark.a11y
@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_accessible_and_fits(as_role, routes, axe, thorough, role):
    page = as_role(role, PHONE)
    faults, seen, known = [], set(), set().union(*REACHED.values())
    for endpoint in walk(page, routes, STARTS, known=() if thorough else known):
        seen.add(endpoint)
        if endpoint in known and not thorough:
            continue
        try:
            # What the width changes for axe is changed by what all pages share: a thorough run looks at all of them.
            look(page, axe, on_desktop=thorough or role == "visitor")
        except AssertionError as fault:
            faults.append(f"{endpoint}: {fault}")
        page.set_viewport_size({"width": PHONE, "height": HEIGHTS[PHONE]})
    REACHED[role] = seen
    assert not faults, "\n".join(faults)


@pytest.mark.a11y
def test_no_page_is_left_out(as_role, routes):
    """Every address of the reviewed table that shows a page is met by a walk, or by a scene."""
    table = tomllib.loads(ROUTES.read_text(encoding="utf-8"))
    addresses = [address for group in table["group"] for address in group["addresses"]]
    wanted = {address.split()[1] for address in addresses if address.startswith("GET ")} - PLAIN - AT_PROVIDERS
    for role in ROLES.keys() - REACHED.keys():
        REACHED[role] = set(walk(as_role(role, PHONE), routes, STARTS))
    found = set().union(
        *REACHED.values(),
        {scene.lands or endpoint_of(routes, re.sub(r"\{\w+\}", "1", urlsplit(scene.path).path)) for scene in SCENES},
    )
    assert sorted(wanted - found) == []


@pytest.mark.a11y
def test_pages_in_the_dark_are_accessible(as_role, routes, axe):
    """The same pages, of which the dark changes the colours."""
    page = as_role("visitor", PHONE, color_scheme="dark")
    for _endpoint in walk(page, routes, STARTS):
        axe(page, COLOURS)


@pytest.mark.a11y
def test_pages_without_script_are_accessible(as_role, routes, axe, thorough):
    """Where one arrives, and where pages say something else without script; a thorough run looks at all of them."""
    page = as_role("resident", PHONE, script=False)
    for _endpoint in walk(page, routes, STARTS):
        if thorough or urlsplit(page.url).path in STARTS or page.locator("noscript").count():
            axe(page)
        assert_fits(page)


@pytest.mark.screenshots
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("role", ROLES)
def test_photographs(as_role, routes, role, width):
    page = as_role(role, width)
    taken = [
        photograph(page, f"{role}-{urlsplit(page.url).path.strip('/').replace('/', '-') or 'home'}")
        for _ in walk(page, routes, STARTS, each=2)
    ]
    assert len(taken) > 10
