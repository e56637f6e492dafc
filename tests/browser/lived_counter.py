# SPDX-License-Identifier: AGPL-3.0-or-later
"""Scenes of the counter: one lady, from her name to the end, then a sheet of signatures, then her receipt."""

import re

from playwright.sync_api import Page

from tests.browser.people import press
from tests.browser.scenes import CAMILLE, NADIA, scene
from tests.servers.portal import Portal

SUPPORTED = 38
"""A proposal that still takes supports."""
KEPT: dict[str, str] = {}
"""What one scene leaves for the next: the sitting's address, the code of the receipt."""


@scene(NADIA, "counter.start")
def counter_refused(page: Page, _portal: Portal) -> None:
    """The first page with nothing written."""
    page.goto("/desk/counter/")
    press(page, "form:has([name=surname])")


@scene(NADIA, "counter.sitting")
def counter_begun(page: Page, _portal: Portal) -> None:
    """Someone present, whom nobody knew."""
    for name, value in (("surname", "Zimmermann"), ("first_names", "Rosalie"), ("birth_date", "1944-02-29")):
        page.fill(f"[name={name}]", value)
    for box in page.locator("[name=mandate][value=oral], [name=kinds]").all():
        box.check()
    press(page, "form:has([name=surname])")
    KEPT["sitting"] = page.url


@scene(NADIA, "counter.sitting")
def counter_search(page: Page, _portal: Portal) -> None:
    """Files found by words."""
    page.goto(f"{KEPT['sitting']}?q=banc")


@scene(NADIA, "counter.file")
def counter_no_file(page: Page, _portal: Portal) -> None:
    """A number that nothing has."""
    page.goto(f"{KEPT['sitting']}?q=99999")


@scene(NADIA, "counter.file")
def counter_file(page: Page, _portal: Portal) -> None:
    """A file that can be supported and commented on."""
    page.goto(f"{KEPT['sitting']}/files/{SUPPORTED}")


@scene(NADIA, "counter.write")
def counter_write_refused(page: Page, _portal: Portal) -> None:
    """A comment without a word."""
    press(page, "form[action$='/write']")


@scene(NADIA, "counter.sitting")
def counter_supported(page: Page, _portal: Portal) -> None:
    """What was entered stands in a list."""
    press(page, "form[action$='/support']")


@scene(NADIA, "counter.new")
def counter_new_refused(page: Page, _portal: Portal) -> None:
    """A proposal without a word."""
    page.goto(f"{KEPT['sitting']}/new/proposals.proposal")
    press(page, "form:has([name=title])")


@scene(NADIA, "counter.sitting")
def counter_proposed(page: Page, _portal: Portal) -> None:
    """Her proposal, entered for her."""
    page.fill("[name=title]", "Un banc devant la pharmacie")
    page.fill("[name=body]", "Pour attendre assise.")
    page.fill("[name=place]", "devant la pharmacie")
    press(page, "form:has([name=title])")


@scene(NADIA, "counter.change")
def counter_change(page: Page, _portal: Portal) -> None:
    """What she wrote, about to be changed for her."""
    page.locator("main a[href*='/files/']", has_text="pharmacie").first.click()
    page.locator("main a[href*='/change/']").first.click()


@scene(NADIA, "counter.receipts")
def counter_receipts(page: Page, _portal: Portal) -> None:
    """The receipt of the sitting."""
    page.goto(f"{KEPT['sitting']}/receipt")
    KEPT["code"] = page.locator(".receipt-keys code").first.inner_text()


@scene(NADIA, "counter.receipt")
def counter_receipt(page: Page, _portal: Portal) -> None:
    """The receipt of one act."""
    page.goto(KEPT["sitting"])
    page.goto(page.locator("a[href*='/receipt/']").first.get_attribute("href") or "")


@scene(NADIA, "counter.start")
def counter_ended(page: Page, _portal: Portal) -> None:
    """An empty page again."""
    press(page, "form[action$='/end']")


@scene(NADIA, "counter.sitting")
def counter_over(page: Page, _portal: Portal) -> None:
    """The address of a sitting that is ended."""
    page.goto(KEPT["sitting"])


@scene(NADIA, "counter.new_sheet")
def sheet_refused(page: Page, _portal: Portal) -> None:
    """A sheet without its paper."""
    page.goto("/desk/counter/sheets/new")
    press(page, "form:has([name=numbers])")


@scene(NADIA, "counter.sheet")
def sheet_lines(page: Page, _portal: Portal) -> None:
    """Two lines: one counted, one that lacks its signature."""
    for name, value in (
        ("numbers", str(SUPPORTED)),
        ("occasion", "Marché"),
        ("paper_on", "2026-01-10"),
        ("paper_reference", "Boîte 4"),
    ):
        page.fill(f"[name={name}]", value)
    press(page, "form:has([name=numbers])")
    page.wait_for_url(re.compile(r"/sheets/\d+$"))
    for place, surname in enumerate(("Abadie", "Barthélemy")):
        for name, value in (("surname", surname), ("first_names", "Rose"), ("born", "3/4/1950")):
            page.fill(f"[name={name}-{place}]", value)
    page.check("[name=signed-0]")
    press(page, "form.sheet")
    page.locator("[data-line][data-state=saved]").wait_for()


@scene(NADIA, "counter.sheet_receipts")
def sheet_receipts(page: Page, _portal: Portal) -> None:
    """What the persons of the sheet are given."""
    page.locator("[data-receipts] a").click()


@scene(NADIA, "counter.sheet_receipt")
def sheet_receipt(page: Page, _portal: Portal) -> None:
    """The receipt of one line."""
    page.goto(page.url.removesuffix("/receipt"))
    page.locator(".sheet-saved a").click()


@scene(CAMILLE, "desk.counter_report")
def counter_report(page: Page, _portal: Portal) -> None:
    """What helpers entered."""
    page.goto("/desk/counter/report")


@scene(CAMILLE, "desk.counter_report")
def counter_report_none(page: Page, _portal: Portal) -> None:
    """Days on which nothing was entered."""
    page.goto("/desk/counter/report?first=2020-01-01&last=2020-01-31")


@scene(None, "pages.follow_up")
def follow_up_wrong(page: Page, _portal: Portal) -> None:
    """A code that no receipt has."""
    page.goto("/follow-up")
    page.fill("[name=code]", "AAAAA AAAAA")
    press(page, "form:has([name=code])")


@scene(None, "pages.follow_up")
def follow_up(page: Page, _portal: Portal) -> None:
    """What the receipt opens."""
    page.goto(f"/follow-up?code={KEPT['code']}")
