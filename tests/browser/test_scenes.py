# SPDX-License-Identifier: AGPL-3.0-or-later
"""Forms that come back, empty lists, refusals and failures: accessible, in good French, fitting every window."""

import sqlite3

import pytest

from civic.app import create_app
from tests.browser.harness import DESKTOP, HEIGHTS, PHONE, assert_fits, assert_well_typed, photograph
from tests.browser.lived import SCENES
from tests.browser.people import email_of
from tests.browser.scenes import PLACES, SENT_AS_IT_IS
from tests.browser.test_every_page import look
from tests.browser.walking import endpoint_of, sign_in

pytestmark = pytest.mark.server


@pytest.fixture
def lived(visit, town_portal):
    """Play scenes in their order: `for scene, page in lived(SCENES, PHONE): …`."""

    def play(scenes, width: int, **options):
        routes, pages = create_app(town_portal.instance).url_map, {}
        for scene in scenes:
            if scene.who not in pages:
                pages[scene.who] = visit(town_portal, width, **options).page
                if scene.who and ("@" in scene.who or "-" in scene.who):
                    sign_in(pages[scene.who], scene.who if "@" in scene.who else email_of(scene.who))
            page = pages[scene.who]
            try:
                scene.play(page, town_portal)
            except Exception as failure:
                failure.add_note(f"in the scene {scene.name}, on {page.url}")
                raise
            page.wait_for_load_state()  # a click on a link returns as soon as the next page begins
            if scene.lands:
                path = page.evaluate("location.pathname")
                assert scene.lands in _endpoints(routes, path), f"{scene.name} landed on {path}"
            yield scene, page

    return play


def _endpoints(routes, path: str) -> set[str | None]:
    """What answers at a path, asked with GET or sent as a form."""
    return {endpoint_of(routes, path, method) for method in ("GET", "POST")}


GROUPS = {
    "addresses": [scene for scene in SCENES if scene.name in PLACES],
    "empty forms": [scene for scene in SCENES if scene.name in SENT_AS_IT_IS],
    "lived": [scene for scene in SCENES if scene.name not in PLACES | SENT_AS_IT_IS],
}


@pytest.mark.a11y
@pytest.mark.parametrize(
    "group", [pytest.param(name, marks=() if name == "lived" else pytest.mark.thorough) for name in GROUPS]
)
def test_every_scene_is_accessible_and_fits(lived, axe, thorough, group):
    faults = []
    for scene, page in lived(GROUPS[group], PHONE):
        try:
            assert page.locator("h1").count() == 1
            if thorough:
                look(page, axe, on_desktop=False)
            else:
                assert_well_typed(page)
                axe(page)
                assert_fits(page)
        except AssertionError as fault:
            faults.append(f"{scene.name}: {fault}")
        page.set_viewport_size({"width": PHONE, "height": HEIGHTS[PHONE]})
    assert not faults, "\n".join(faults)


@pytest.mark.a11y
def test_a_failure_of_ours_is_said_in_french_and_accessible(visit, town_portal, axe):
    """500: the page stands even when the database does not answer as it should."""
    with sqlite3.connect(town_portal.instance / "civic.sqlite3") as database:
        database.execute("ALTER TABLE civic_item RENAME TO civic_item_gone")
    visited = visit(town_portal, PHONE)
    answer = visited.page.goto("/proposals/")
    assert answer.status == 500
    look(visited.page, axe)
    visited.faults[:] = [fault for fault in visited.faults if not fault.startswith("500 ")]


@pytest.mark.screenshots
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_photographs_of_scenes(lived, width, scheme):
    for scene, page in lived(SCENES, width, color_scheme=scheme):
        photograph(page, f"scene-{scene.name}-{scheme}")
