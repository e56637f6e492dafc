# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every page of the demonstration town, as each role sees it: axe, no sideways scrolling, photographs."""

import tomllib
from itertools import product
from urllib.parse import urlsplit

import pytest

from civic.app import create_app
from civic.demo.town import DATA
from tests.browser.harness import DESKTOP, HEIGHTS, PHONE, assert_fits, photograph
from tests.browser.walking import sign_in, walk

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


def email_of(key: str) -> str:
    data = tomllib.loads((DATA / "town.toml").read_text(encoding="utf-8"))
    return {one["key"]: one["email"] for one in (*data["staff"], *data["resident"])}[key]


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


@pytest.mark.a11y
@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_accessible_and_fits(as_role, routes, axe, role):
    page = as_role(role, PHONE)
    faults, seen = [], set()
    for endpoint in walk(page, routes, STARTS):
        seen.add(endpoint)
        for width, check in product((PHONE, DESKTOP), (axe, assert_fits)):
            page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            try:
                check(page)
            except AssertionError as fault:
                faults.append(f"{endpoint}: {fault}")
        page.set_viewport_size({"width": PHONE, "height": HEIGHTS[PHONE]})
    assert len(seen) > 10, seen
    assert not faults, "\n".join(faults)


@pytest.mark.a11y
def test_pages_in_the_dark_are_accessible(as_role, routes, axe):
    page = as_role("visitor", PHONE, color_scheme="dark")
    for _endpoint in walk(page, routes, STARTS):
        axe(page)


@pytest.mark.a11y
def test_pages_without_script_are_accessible(as_role, routes, axe):
    page = as_role("resident", PHONE, script=False)
    for _endpoint in walk(page, routes, STARTS):
        axe(page)


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
