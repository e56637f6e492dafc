# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fixtures of the browser tests: visitors of a demonstration town served by a child process."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.harness import DESKTOP, PHONE, Visit, assert_accessible, launch, photograph
from tests.servers.portal import Portal

Open = Callable[..., Page]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make a11y` looks at every page as every role, in every window; `make test` once at each."""
    parser.addoption("--thorough", action="store_true", help="every page as every role, every scene in three windows")


@pytest.fixture
def thorough(request: pytest.FixtureRequest) -> bool:
    """Whether this run takes its time. (The option is known only where pytest was given this folder.)"""
    return bool(request.config.getoption("--thorough", default=False))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium per test process."""
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Open someone's browser: `visit(portal, width, script=True, color_scheme="dark", …)`; faults fail the test."""
    visits: list[Visit] = []

    def start(portal: Portal | str, width: int = DESKTOP, **options: object) -> Visit:
        address = portal if isinstance(portal, str) else portal.url
        visits.append(Visit(browser, address, width, **options))
        return visits[-1]

    yield start
    for opened in visits:
        opened.close()


def _page(visit: Callable[..., Visit], width: int, portal: Portal | str, **options: object) -> Page:
    return visit(portal, width, **options).page


@pytest.fixture
def phone(visit: Callable[..., Visit]) -> Open:
    """Someone's phone, 390 px wide: `phone(portal)` gives a page; `script=False` turns script off."""
    return partial(_page, visit, PHONE)


@pytest.fixture
def desktop(visit: Callable[..., Visit]) -> Open:
    """Someone's computer, 1280 px wide: `desktop(portal)` gives a page; `script=False` turns script off."""
    return partial(_page, visit, DESKTOP)


@pytest.fixture
def journey_axe(thorough: bool) -> Callable[[Page], None]:
    """As `axe`, for what is lived with and without script: a quick run looks at it with script only.

    What pages show without script is looked at in test_every_page.py.
    """

    def check(page: Page) -> None:
        if thorough or page.evaluate("matchMedia('(scripting: enabled)').matches"):
            assert_accessible(page)

    return check


@pytest.fixture
def photograph_moment(thorough: bool) -> Callable[[Page, str], None]:
    """Photograph a moment that only a journey meets; in a thorough run."""
    return photograph if thorough else lambda _page, _name: None


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(page)` fails with each violation, readable."""
    return assert_accessible
