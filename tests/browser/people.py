# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people do in the journeys: sign in, read their mail, fill in a form, press a button."""

import re
import time
import tomllib
from email import message_from_bytes, policy
from pathlib import Path

from playwright.sync_api import Page

from civic.demo.town import DATA
from tests.servers.portal import Portal


def email_of(key: str) -> str:
    """The address of someone of the demonstration town."""
    data = tomllib.loads((DATA / "town.toml").read_text(encoding="utf-8"))
    return {one["key"]: one["email"] for one in (*data["staff"], *data["resident"])}[key]


def letter(portal: Portal, to: str, having: str, seconds: float = 20) -> str:
    """The text of the newest mail to an address whose subject or text has these words; waits for the runner."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        for file in sorted((portal.instance / "mail").glob("*.eml"), reverse=True):
            text = _read(file, to)
            if text is not None and having in text:
                return text
        time.sleep(0.1)
    raise AssertionError(f"no mail to {to} with {having!r}")


def letters(portal: Portal) -> str:
    """Every mail sent so far, as one text."""
    return "\n".join(_read(file, None) or "" for file in sorted((portal.instance / "mail").glob("*.eml")))


def _read(file: Path, to: str | None) -> str | None:
    """Subject and text of a mail, or None when it is for someone else."""
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    if to is not None and message["To"] != to:
        return None
    return f"{message['Subject']}\n{message.get_content()}"


def press(page: Page, form: str = "main form") -> None:
    """Press the button of the form that has this selector, and wait for the page that comes of it."""
    page.locator(f"{form} button[type=submit]:not(.unseen, [name=attach]):visible").first.click()
    page.wait_for_load_state()
    if page.locator("[data-unsent]").count():  # a form that the page itself sends: see sending.js
        page.locator("form[data-sent]").wait_for(state="detached")
        page.wait_for_load_state()


def sign_in_with_code(page: Page, portal: Portal, email: str) -> None:
    """On the sign-in page: ask for a code, read the mail, type it."""
    page.fill("main [name=email]", email)
    press(page, "main form:has([name=email])")
    code = re.search(r"\b\d{3}\s?\d{3}\b", letter(portal, email, "code"))
    assert code is not None
    page.fill("[name=code]", code.group().replace(" ", ""))
    press(page, "main form:has([name=code])")


def see_errors(page: Page) -> str:
    """Text of the error summary, empty when there is none."""
    summary = page.locator(".error-summary")
    return summary.first.inner_text() if summary.count() else ""
