# SPDX-License-Identifier: AGPL-3.0-or-later
"""The second theme on the key pages: axe in light and dark, no sideways scrolling, the strict policy, its own type."""

import pytest

from tests.browser.harness import DESKTOP, HEIGHTS, PHONE, SMALL, assert_fits, assert_fits_enlarged
from tests.browser.people import email_of
from tests.browser.walking import sign_in
from tests.databases import DEMONSTRATION
from tests.servers.portal import Portal

PUBLIC = (
    "/",
    "/proposals/",
    "/proposals/24",
    "/decided",
    "/processes/berges-de-la-merelle",
    "/quartiers",
    "/how-it-works",
    "/sign-in",
)
DESK = ("/desk/", "/desk/register", "/desk/look", "/desk/settings", "/desk/processes")


@pytest.fixture(scope="module")
def gazette(templates, tmp_path_factory):
    """The demonstration town in the second theme: tests only read it."""
    portal = Portal(
        templates.copy("sqlite", tmp_path_factory.mktemp("gazette") / "town", *DEMONSTRATION), CIVIC_THEME="gazette"
    )
    yield portal.start()
    portal.stop()


@pytest.mark.a11y
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "who", [pytest.param(None, id="public"), pytest.param("camille-roussel", id="desk", marks=pytest.mark.thorough)]
)
def test_key_pages_are_accessible_and_fit(visit, gazette, axe, thorough, who, scheme):
    page = visit(gazette, PHONE, color_scheme=scheme).page
    if who:
        sign_in(page, email_of(who))
    for path in DESK if who else PUBLIC:
        assert page.goto(path).status == 200, path
        for width, checks in (
            (SMALL, (assert_fits,)),
            (PHONE, (axe, assert_fits)),
            (DESKTOP, (axe, assert_fits, assert_fits_enlarged) if thorough else (assert_fits, assert_fits_enlarged)),
        ):
            page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            for check in checks:
                check(page)


def test_columns_of_the_register_stand_at_the_same_place_in_each_row(desktop, gazette):
    page = desktop(gazette)
    page.goto("/proposals/")
    for part in (".row-lead", ".row-body", ".row-act"):
        left = page.eval_on_selector_all(f".register {part}", "all => all.map(one => one.getBoundingClientRect().left)")
        assert len(left) > 10 and max(left) - min(left) < 1, part


def test_rows_are_closer_than_in_the_first_theme(desktop, gazette, shared_town):
    heights = []
    for portal in (gazette, shared_town):
        page = desktop(portal)
        page.goto("/proposals/")
        heights.append(page.locator(".register").first.bounding_box()["height"])
    assert heights[0] < 0.85 * heights[1]


def test_its_own_type_is_served_and_alone(desktop, gazette):
    page = desktop(gazette)
    page.goto("/")
    page.evaluate("document.fonts.ready")
    loaded = page.evaluate("[...document.fonts].filter(one => one.status === 'loaded').map(one => one.family)")
    assert any("Source Serif 4" in family for family in loaded)
    assert not any("Atkinson" in family or "Bricolage" in family for family in loaded)
