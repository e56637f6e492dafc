# SPDX-License-Identifier: AGPL-3.0-or-later
"""Walks the whole portal by its own links, as each role sees it, one page of each kind."""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import APIResponse, Page, Response
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, RequestRedirect

PASSWORD = "bienvenue-a-rive"
PLAIN = {
    "static",
    "themes.css",
    "themes.logo",
    "proposals.static",
    "proposals.export",
    "pages.download",
    "pages.journal_heads",
    "pages.sitemap",
    "pages.robots",
    "people.download",
    "desk.proof_document",
    "desk.counter_report_file",
    "desk.letter_file",
    "desk.statistics_file",
    "pages.participation_file",
    "files.show",
}
"""Files rather than pages."""
HREF = re.compile(r'<a\s[^>]*?href="([^"]*)"')


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Sign in with a demonstration account's password, with or without script."""
    send_password(page, email, password)
    assert "/sign-in" not in page.url, f"{email} could not sign in: {page.url}"


def send_password(page: Page, email: str, password: str = PASSWORD) -> None:
    """Fill in the form of the password, and send it."""
    page.goto("/sign-in")
    details = page.locator("details:has([name='with-email'])")
    if details.count() and details.get_attribute("open") is None:
        details.locator("summary").click()
    page.fill("[name='with-email']", email)
    page.fill("[name='with-password']", password)
    page.locator(
        "form[action*='/sign-in/password'] button[type='submit'], form[action*='/sign-in/password'] button:not([type])"
    ).first.click()
    page.wait_for_load_state()


def endpoint_of(routes: Map, path: str, method: str = "GET") -> str | None:
    """The endpoint that answers at this path, or None."""
    try:
        endpoint, _values = routes.bind("127.0.0.1").match(path, method=method)
    except (HTTPException, RequestRedirect):
        return None
    return endpoint


def walk(page: Page, routes: Map, starts: tuple[str, ...], each: int = 1, known: Collection[str] = ()) -> Iterator[str]:
    """Open at most `each` pages of each endpoint reachable from `starts`; gives the endpoint while its page is open.

    The links of a page of `known` endpoints are followed; the page itself is fetched, not shown.
    """
    waiting, met, opened = list(starts), set(starts), Counter[str]()
    while waiting:
        path = waiting.pop(0)
        endpoint = endpoint_of(routes, path)
        if endpoint is None or endpoint in PLAIN or opened[endpoint] >= each:
            continue
        opened[endpoint] += 1
        status, is_page, links = (_fetch if endpoint in known else _show)(page, path)
        for link in links:
            parts = urlsplit(link)
            if parts.netloc == urlsplit(page.url).netloc and parts.path not in met:
                met.add(parts.path)
                waiting.append(parts.path)
        if is_page:
            assert status < 500, f"{path} answered {status}"
            yield endpoint


def _show(page: Page, path: str) -> tuple[int, bool, list[str]]:
    """Open a page: its status, whether it is one, where its links lead."""
    answer = page.goto(path)
    links = page.eval_on_selector_all(
        "a[href]", "links => links.map(link => new URL(link.getAttribute('href'), location).href)"
    )
    return (answer.status, _is_html(answer), links) if answer is not None else (200, False, links)


def _fetch(page: Page, path: str) -> tuple[int, bool, list[str]]:
    """The same by the browser's own session, without drawing anything."""
    answer = page.request.get(path)
    return (
        answer.status,
        _is_html(answer),
        [urljoin(answer.url, unescape(href)) for href in HREF.findall(answer.text())],
    )


def _is_html(answer: Response | APIResponse) -> bool:
    return "html" in answer.headers.get("content-type", "")
