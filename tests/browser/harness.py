# SPDX-License-Identifier: AGPL-3.0-or-later
"""Chromium as a visitor has it: a phone or a desk, with or without script; every fault a page commits is kept."""

import re
import shutil
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, Response

from tests.servers.process import ServerMissing

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
SMALL, PHONE, DESKTOP = 320, 390, 1280
HEIGHTS = {SMALL: 568, PHONE: 844, DESKTOP: 900}
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
"""What axe checks: WCAG 2.2 AA and its best practices."""
COLOURS = ("color-contrast", "link-in-text-block")
"""What the dark changes."""


def launch(playwright: Playwright) -> Browser:
    """Debian's Chromium, resolving no name but this machine's. Raises ServerMissing when it is not installed."""
    program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if program is None:
        raise ServerMissing(
            "Chromium is not installed. Install it (`make setup-tests` says how): apt-get install chromium-headless-shell"
        )
    quiet = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--disable-quic",
        # A new frame for each page, and what a browser does for its owner: a quarter of the time of opening a page.
        "--disable-features=RenderDocument,PaintHolding,HttpsUpgrades,OptimizationHints,MediaRouter,Translate",
    ]
    closed = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
    return playwright.chromium.launch(executable_path=program, args=[*quiet, closed])


class Visit:
    """One person's browser: `context` has its cookies, `page` is its first tab, `faults` what went wrong in any tab."""

    def __init__(self, browser: Browser, base_url: str, width: int, **options: Any) -> None:
        script = options.pop("script", True)
        defaults: dict[str, Any] = {"locale": "fr-FR", "timezone_id": "Europe/Paris", "reduced_motion": "reduce"}
        if width == PHONE:
            defaults |= {"is_mobile": True, "has_touch": True}
        self.faults: list[str] = []
        self.context: BrowserContext = browser.new_context(
            base_url=base_url,
            viewport={"width": width, "height": HEIGHTS.get(width, 900)},
            java_script_enabled=script,
            **(defaults | options),
        )
        if script:
            self.context.add_init_script(load_axe())
        self.context.set_default_timeout(10_000)
        self.context.on("request", self._requested)
        self.context.on("response", self._answered)
        self.context.on("console", self._said)
        self.context.on("weberror", lambda error: self.faults.append(f"script error: {error.error}"))
        self.page: Page = self.context.new_page()

    def close(self) -> None:
        """Close it; fails when any page committed a fault."""
        self.context.close()
        assert not self.faults, "the browser met faults:\n" + "\n".join(self.faults)

    def _requested(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in LOOPBACK:
            self.faults.append(f"request to another host: {request.url}")

    def _answered(self, response: Response) -> None:
        request = response.request
        # A form that the page itself sends may be refused as well as one that the browser sends.
        is_form = request.resource_type == "fetch" and request.method == "POST" and response.status in {403, 409, 422}
        missing = response.status >= 400 and request.resource_type != "document" and not is_form
        if response.status >= 500 or missing:
            self.faults.append(f"{response.status} for {response.url}")

    def _said(self, message: ConsoleMessage) -> None:
        # A refused page (403, 404) is said on the console too; what a page loads is judged by its answer above.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.faults.append(f"console: {message.text} ({message.location.get('url')})")


@cache
def load_axe() -> str:
    """A script that gives each page a function to load axe with. Raises ServerMissing when npm has not brought axe.

    The browser itself runs it, so that the page's own CSP stays in force; it compiles axe once, and only where it is used.
    """
    if not AXE.exists():
        raise ServerMissing("axe-core is not installed: run `make setup-tests`")
    return f"window.loadAxe = () => {{ {AXE.read_text(encoding='utf-8')}\n}}"


def assert_accessible(page: Page, rules: tuple[str, ...] = RULES) -> None:
    """Fail with each violation of axe: rule, element, what is wrong. Works on pages opened without script too."""
    if page.evaluate("matchMedia('(scripting: none)').matches"):
        with closing(_as_shown_without_script(page)) as context:
            _check(context.pages[0], rules)
    else:
        _check(page, rules)


def _check(page: Page, rules: tuple[str, ...]) -> None:
    """Run axe and fail with what it found."""
    found = page.evaluate(
        """rules => {
          if (!("axe" in window)) loadAxe();
          return axe.run(document, {runOnly: rules, resultTypes: ["violations"]}).then(result => result.violations);
        }""",
        list(rules),
    )
    faults = [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n    {node['html'][:200]}\n    {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    ]
    assert not faults, f"axe on {page.url} ({page.viewport_size['width']} px):\n" + "\n".join(faults)


def _as_shown_without_script(page: Page) -> BrowserContext:
    """The same document in a context where axe's timers run: without its scripts, with what `noscript` shows."""
    shown = re.sub(r"</?noscript[^>]*>|<script\b.*?</script>", "", page.content(), flags=re.DOTALL)
    context = page.context.browser.new_context(viewport=page.viewport_size, locale="fr-FR", reduced_motion="reduce")
    context.add_init_script(load_axe())
    context.route(page.url, lambda route: route.fulfill(body=shown, content_type="text/html; charset=utf-8"))
    context.new_page().goto(page.url)
    return context


def assert_fits(page: Page) -> None:
    """Fail when the page is wider than its window: on a phone one would have to scroll sideways."""
    wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= room, f"{page.url} is {wide} px wide in a window of {room} px"


TYPED = {
    "a plain space before a double mark (U+202F belongs there)": re.compile(r"\w [;:!?»](?=\s|$)"),
    "no space before a double mark": re.compile(r"[\w)»][;!?](?=\s|$)"),
    "a plain space inside « »": re.compile(r"« "),
    "a straight apostrophe": re.compile(r"\w'\w"),
    "a plain space after n°": re.compile(r"n° ?\d| no \d"),
    "three dots for …": re.compile(r"\.\.\."),
    "English": re.compile(r"\b(?:the|and|of|with|your|this|nobody|is|are|was)\b", re.IGNORECASE),
}
"""What French pages must not hold, by what it is called."""

READ_TEXTS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), texts = [];
  while (walker.nextNode()) {
    const around = walker.currentNode.parentElement;
    if (!around.closest("code, pre, script, style, textarea, [lang]:not(html, [lang=fr])")) texts.push(walker.currentNode.data.trim());
  }
  for (const said of document.querySelectorAll("[aria-label], [title], [alt], [placeholder]"))
    for (const name of ["aria-label", "title", "alt", "placeholder"]) texts.push((said.getAttribute(name) || "").trim());
  return texts.filter(Boolean);
}"""


def assert_well_typed(page: Page) -> None:
    """Fail with each text of a French page that breaks its typography or is in English; other languages pass."""
    if page.evaluate("document.documentElement.lang") != "fr":
        return
    faults = [
        f"{name}: {text[:120]!r}"
        for text in page.evaluate(READ_TEXTS)
        for name, wrong in TYPED.items()
        if wrong.search(text)
    ]
    assert not faults, f"{page.url}:\n" + "\n".join(dict.fromkeys(faults))


def assert_fits_enlarged(page: Page) -> None:
    """Fail when text at twice its size makes the page wider than its window (WCAG 1.4.4)."""
    page.evaluate("document.documentElement.style.fontSize = '212.5%'")
    try:
        assert_fits(page)
    finally:
        page.evaluate("document.documentElement.style.fontSize = ''")


def photograph(page: Page, name: str) -> Path:
    """Save the whole page as build/screenshots/<name>-<width>.png."""
    target = ROOT / "build" / "screenshots" / f"{name}-{page.viewport_size['width']}.png"
    target.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=target, full_page=True)
    return target
