# SPDX-License-Identifier: AGPL-3.0-or-later
"""On paper, by keyboard alone, without motion, in the colours of someone's own system."""

import pytest

from tests.browser.harness import DESKTOP, PHONE, assert_fits

NEVER_ON_PAPER = ".main-menu, .tools, .skip, .strip, .foot nav, .crumbs, .filters, .pager, form, .btn"
FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  if (!window.met) window.met = [];
  const before = window.met.at(-1);
  window.met.push(one);
  const shown = box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight;
  const ordered = !before || before === one || Boolean(before.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
  return {name: one.tagName + " " + (one.innerText || one.name || ""), end: one === document.body,
          outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2, shown, ordered};
}"""


@pytest.mark.parametrize("path", ["/proposals/24", "/processes/berges-de-la-merelle", "/proposals/", "/how-it-works"])
def test_paper_holds_the_text_and_nothing_to_press(desktop, shared_town, path):
    page = desktop(shared_town)
    page.goto(path)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 690, "height": 1000})
    shown = page.locator(NEVER_ON_PAPER).filter(visible=True)
    assert [one.evaluate("one => one.outerHTML.slice(0, 120)") for one in shown.all()] == []
    assert page.locator("h1").is_visible()
    assert page.locator("main").inner_text().count("\n") > 20
    assert_fits(page)
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_the_answer_and_the_line_are_printed(desktop, shared_town):
    page = desktop(shared_town)
    page.goto("/proposals/24")
    page.emulate_media(media="print")
    for wanted in (".answer .signature", ".line", ".history", ".facts"):
        assert page.locator(wanted).first.is_visible(), wanted


@pytest.mark.parametrize("path", ["/", "/proposals/", "/proposals/new", "/proposals/24", "/sign-in", "/quartiers"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_keyboard_goes_down_the_page_and_one_sees_where(visit, shared_town, path, width):
    page = visit(shared_town, width).page
    page.goto(path)
    met = []
    for _ in range(60):
        page.keyboard.press("Tab")
        met.append(page.evaluate(FOCUSED))
        if met[-1]["end"]:
            break
    met = [one for one in met if not one["end"]]
    assert len(met) > 8
    assert [one["name"] for one in met if not one["shown"]] == []
    assert [one["name"] for one in met if not one["outlined"]] == []
    assert [one["name"] for one in met if not one["ordered"]] == []


def test_the_skip_link_comes_first_and_leads_to_the_content(desktop, shared_town):
    page = desktop(shared_town)
    page.goto("/proposals/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_nothing_moves_for_whoever_asked_so(visit, shared_town):
    still, moving = (
        visit(shared_town, DESKTOP, reduced_motion=choice).page.goto("/proposals/").frame.page
        for choice in ("reduce", "no-preference")
    )
    durations = (
        "[...document.querySelectorAll('*')].filter(one => parseFloat(getComputedStyle(one).transitionDuration)).length"
    )
    assert still.evaluate(durations) == 0
    assert moving.evaluate(durations) > 0


def test_buttons_boxes_and_states_keep_an_edge_in_forced_colours(visit, shared_town):
    page = visit(shared_town, PHONE, forced_colors="active").page
    for path, wanted in (
        ("/proposals/24", ".btn, .answer, .box, .tag"),
        ("/proposals/new", ".btn, main input, textarea, select"),
    ):
        page.goto(path)
        bare = page.eval_on_selector_all(
            wanted,
            "all => all.filter(one => one.checkVisibility() && parseFloat(getComputedStyle(one).borderTopWidth) < 1).map(one => one.outerHTML.slice(0, 90))",
        )
        assert bare == []
