# SPDX-License-Identifier: AGPL-3.0-or-later
"""The harness sees what it must see: planted faults are found, sound pages pass, script off is off."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.browser.harness import PHONE, Visit, assert_fits

HEAD = '<!doctype html><html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Essai</title></head>'
BODY = "<body><main><h1>Essai</h1>{}</main></body></html>"
PAGES = {
    "/sound": "<p>Bonjour</p>",
    "/no-alt": '<img src="/dot.svg">',
    "/outside": '<p>Bonjour</p><img alt="" src="http://cdn.example/dot.png">',
    "/inline": "<p>Bonjour</p><script>document.title = 'changed'</script>",
    "/scripted": '<p id="text">Sans script</p><script src="/page.js"></script>',
    "/broken": '<p>Bonjour</p><script src="/broken.js"></script>',
    "/lost": '<p>Bonjour</p><img alt="" src="/lost.svg">',
    "/wide": '<p>Bonjour</p><svg width="2000" height="10" aria-hidden="true"></svg>',
}
FILES = {
    "/page.js": ("text/javascript", "document.getElementById('text').textContent = 'Avec script'"),
    "/broken.js": ("text/javascript", "throw new Error('planted')"),
    "/dot.svg": ("image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'),
    "/favicon.ico": ("image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg"/>'),
}


class Planted(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        kind, text = FILES.get(
            self.path, ("text/html; charset=utf-8", HEAD + BODY.format(PAGES.get(self.path, "<p>Rien</p>")))
        )
        self.send_response(200 if self.path in PAGES or self.path in FILES else 404)
        self.send_header("Content-Type", kind)
        self.send_header(
            "Content-Security-Policy", "default-src 'none'; script-src 'self'; img-src 'self' http://cdn.example"
        )
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_arguments: object) -> None:
        """Keep the test's output readable."""


@pytest.fixture(scope="module")
def planted() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Planted)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def faults_of(browser, planted) -> Callable[[str], list[str]]:
    def collect(path: str) -> list[str]:
        visit = Visit(browser, planted, PHONE)
        visit.page.goto(path)
        visit.page.wait_for_load_state("networkidle")
        visit.context.close()
        return visit.faults

    return collect


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_sound_page_passes(phone, axe, planted, script):
    page = phone(planted, script=script)
    page.goto("/sound")
    axe(page)
    assert_fits(page)


def test_a_missing_page_is_no_fault_of_the_browser(faults_of):
    assert faults_of("/nothing-here") == []


@pytest.mark.parametrize(
    ("path", "said"),
    [("/outside", "another host"), ("/inline", "Content Security Policy"), ("/broken", "planted"), ("/lost", "404")],
)
def test_planted_faults_are_found(faults_of, path, said):
    faults = faults_of(path)
    assert faults
    assert any(said in fault for fault in faults), faults


def test_axe_names_the_rule_and_the_element(desktop, axe, planted):
    page = desktop(planted)
    page.goto("/no-alt")
    with pytest.raises(AssertionError, match=r"image-alt.*\n.*dot\.svg"):
        axe(page)


def test_a_page_wider_than_the_phone_is_told(phone, planted):
    page = phone(planted, is_mobile=False)
    page.goto("/wide")
    with pytest.raises(AssertionError, match=r"20\d\d px wide"):
        assert_fits(page)


def test_script_off_is_off(phone, desktop, planted):
    page = phone(planted, script=False)
    page.goto("/scripted")
    assert page.text_content("#text") == "Sans script"
    page = desktop(planted)
    page.goto("/scripted")
    assert page.text_content("#text") == "Avec script"
