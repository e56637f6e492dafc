# SPDX-License-Identifier: AGPL-3.0-or-later
"""The look at the desk: theme, main colour, logo; refused when hard to read, followed by every process at once."""

import re
import shutil
import urllib.request
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from civic.app import create_app
from civic.db.session import db
from civic.journal.models import JournalEntry
from civic.settings.store import portal_state
from civic.themes import load_theme
from civic.themes.brand import WeakColour, mix, with_brand
from civic.themes.contrast import weak_pairs
from civic.themes.look import LOOK_SCOPE, LookSettings
from tests.civic.files.samples import picture, with_place
from tests.civic.people.at_desk import at_desk
from tests.conftest import close

ROOT = Path(__file__).resolve().parents[3]
THEMES = {folder.name: load_theme(folder) for folder in sorted((ROOT / "themes").iterdir()) if folder.is_dir()}
COLOURS = ["#1f3a93", "#8a1538", "#0b5d1e", "#4b2e83", "#6b4200", "#000000"]


@pytest.fixture
def boss(app):
    return at_desk(app, "administrator")


def sheet(browser) -> str:
    """The style sheet that the home page names."""
    address = re.search(r'href="(/theme/\d+\.css)"', browser.get("/").text)[1]
    return browser.get(address).text


def choose(browser, **form):
    return browser.send("/desk/look", {"theme": "rive", "primary": "", "primary_dark": "", **form})


def send_logo(browser, content, name="logo.png", alternative="Blason de la ville"):
    form = {"logo": (BytesIO(content), name), "alternative": alternative}
    return browser.send("/desk/look/logo", form, page="/desk/look")


def stored(app):
    with app.app_context():
        found = portal_state(db.session()).settings(LOOK_SCOPE, LookSettings)
        db.session.remove()
    return found


def entries(app):
    with app.app_context():
        found = [row.details for row in db.session.scalars(select(JournalEntry).order_by(JournalEntry.id))]
        db.session.remove()
    return found


def test_the_second_theme_differs_in_type_density_and_list_form():
    rive, gazette = THEMES["rive"], THEMES["gazette"]
    assert not set(rive.text_fonts[:-1]) & set(gazette.text_fonts[:-1])
    assert not set(rive.title_fonts[:-1]) & set(gazette.title_fonts[:-1])
    assert gazette.space < rive.space and gazette.line < rive.line
    assert (gazette.radius, gazette.rule_strong) != (rive.radius, rive.rule_strong)
    assert ".register" in gazette.extra_css and ".line" in gazette.extra_css
    assert gazette.templates is None  # the markup stays the same


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_a_theme_writes_colours_as_tokens_alone(theme):
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgb|hsl", theme.extra_css)
    assert "url(" not in theme.extra_css and "@import" not in theme.extra_css


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("colour", COLOURS)
def test_a_dark_main_colour_is_readable_in_both_schemes(theme, colour):
    dressed = with_brand(theme, colour)
    assert dressed.light["brand"] == colour
    for palette in (dressed.light, dressed.dark):
        assert weak_pairs(dict(palette.colours)) == []
    assert f"--brand:{colour};" in dressed.css()


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_a_pale_main_colour_is_refused_with_pair_and_ratio(theme):
    with pytest.raises(WeakColour, match=r"light: brand\S* on \S+ has a contrast of 1\.\d\d") as refused:
        with_brand(theme, "#f2b33d")
    assert all(pair.ratio < pair.minimum for pair in refused.value.pairs)
    with pytest.raises(WeakColour, match=r"^dark: "):
        with_brand(theme, "", "#101040")
    with pytest.raises(ValueError, match="#rrggbb"):
        with_brand(theme, "red")


def test_colours_are_mixed_channel_by_channel():
    assert mix("#000000", "#ffffff", 0.5) == "#808080"
    assert mix("#123456", "#abcdef", 0) == "#123456"


def test_a_theme_is_chosen_and_every_page_has_it(app, boss):
    before = sheet(boss)
    assert choose(boss, theme="gazette").status_code == 303
    after = sheet(boss)
    assert before == THEMES["rive"].css()
    assert after == THEMES["gazette"].css()
    assert {"scope": "look"}.items() <= entries(app)[-1].items()
    assert (
        entries(app)[-1]["changed"]["theme"] == ["", "gazette"] or entries(app)[-1]["changed"]["theme"][1] == "gazette"
    )
    assert choose(boss, theme="absent").status_code == 422
    assert stored(app).theme == "gazette"


def test_every_process_follows_without_a_restart(instance, live_server):
    servers = [live_server(instance), live_server(instance)]
    app = create_app(instance, {"base_url": "http://127.0.0.1"})
    app.testing = True

    def seen(server):
        with urllib.request.urlopen(f"{server.url}/") as page:
            text = page.read().decode()
        with urllib.request.urlopen(server.url + re.search(r'href="(/theme/\d+\.css)"', text)[1]) as css:
            return text, css.read().decode()

    assert all("Source Serif" not in seen(server)[1] for server in servers)
    boss = at_desk(app, "administrator")
    assert choose(boss, theme="gazette", primary="#8a1538").status_code == 303
    assert send_logo(boss, picture("PNG", (300, 100))).status_code == 303
    for server in servers:
        text, css = seen(server)
        assert css == with_brand(THEMES["gazette"], "#8a1538").css()
        assert 'alt="Blason de la ville"' in text
        with urllib.request.urlopen(server.url + re.search(r'src="(/theme/logo/\w+\.png)"', text)[1]) as logo:
            assert logo.headers["Content-Type"] == "image/png"
    close(app)


def test_a_main_colour_is_taken_in_any_writing(app, boss):
    assert choose(boss, primary="8A1538", primary_dark="#FFB3C1").status_code == 303
    assert stored(app) == LookSettings("rive", "#8a1538", "#ffb3c1")
    assert "--brand:#8a1538;" in sheet(boss) and "--brand:#ffb3c1;" in sheet(boss)


@pytest.mark.parametrize("typed", ["red", "#12345", "#12345g", "url(//x)", "#fff;}", "#1f3a93\n"])
def test_what_is_no_colour_is_refused(app, boss, typed):
    sent = choose(boss, primary=typed)
    if typed.strip() == "#1f3a93":
        assert sent.status_code == 303
    else:
        assert sent.status_code == 422
        assert 'id="primary-error"' in sent.text
        assert stored(app) == LookSettings()


def test_a_weak_colour_is_refused_with_the_pair_and_the_ratio_in_words(app, boss):
    sent = choose(boss, primary="#f2b33d")
    assert sent.status_code == 422
    error = re.search(r'id="primary-error">([^<]+)', sent.text)[1]
    assert "#f2b33d" in error and re.search(r"1,\d\d", error) and "4,5" in error
    assert 'value="#f2b33d"' in sent.text
    sent = choose(boss, primary_dark="#101040")
    assert "#101040" in re.search(r'id="primary_dark-error">([^<]+)', sent.text)[1]
    assert stored(app) == LookSettings()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_theme_of_the_town_that_is_hard_to_read_is_set_aside_and_said_at_the_desk(instance, scheme):
    folder = instance / "themes" / "pale"
    folder.mkdir(parents=True)
    text = (ROOT / "themes" / "gazette" / "theme.toml").read_text(encoding="utf-8")
    head, light, dark = re.split(r"(?=\[colours\.)", text)
    parts = {"light": light, "dark": dark}
    parts[scheme] = re.sub(r'ink-soft = "[^"]+"', 'ink-soft = "#808890"', parts[scheme])
    (folder / "theme.toml").write_text(head + parts["light"] + parts["dark"], encoding="utf-8")
    app = create_app(instance, {"base_url": "http://127.0.0.1"})
    app.testing = True
    boss = at_desk(app, "administrator")
    page = boss.get("/desk/look").text
    assert re.search(
        rf"colours\.{scheme}`: ink-soft #808890 on \S+ #\w+ has a contrast of [234]\.\d\d, under 4\.5", page
    )
    assert 'value="pale"' not in page
    assert choose(boss, theme="pale").status_code == 422
    close(app)


def test_a_theme_of_the_town_brings_templates_only_while_it_is_chosen(instance):
    folder = instance / "themes" / "ours"
    shutil.copytree(ROOT / "themes" / "gazette", folder)
    (folder / "templates" / "pages").mkdir(parents=True)
    (folder / "templates" / "pages" / "offline.html").write_text("Au marché, le samedi", encoding="utf-8")
    app = create_app(instance, {"base_url": "http://127.0.0.1"})
    app.testing = True
    boss = at_desk(app, "administrator")
    usual = boss.get("/offline").text
    for chosen, theirs in (("ours", True), ("rive", False), ("ours", True), ("gazette", False)):
        choose(boss, theme=chosen)
        page = boss.get("/offline").text
        assert (page == "Au marché, le samedi") is theirs
    assert "<h1>" in usual
    close(app)


def test_a_chosen_theme_that_is_no_longer_there_leaves_the_usual_one(instance):
    folder = instance / "themes" / "ours"
    shutil.copytree(ROOT / "themes" / "gazette", folder)
    for expected in ("gazette", "rive"):
        app = create_app(instance, {"base_url": "http://127.0.0.1"})
        app.testing = True
        boss = at_desk(app, "administrator", f"Agent {expected}")
        if expected == "gazette":
            choose(boss, theme="ours")
        assert sheet(boss) == THEMES[expected].css()
        close(app)
        shutil.rmtree(folder, ignore_errors=True)


def test_the_logo_is_drawn_again_served_and_removed(app, boss):
    assert send_logo(boss, with_place(), "photo.jpg").status_code == 303
    page = boss.get("/").text
    address = re.search(r'class="logo" src="(/theme/logo/\w+\.png)"', page)[1]
    served = boss.get(address)
    assert served.mimetype == "image/png" and "max-age=31536000" in served.headers["Cache-Control"]
    with Image.open(BytesIO(served.data)) as drawn:
        assert drawn.format == "PNG" and drawn.width <= 480 and drawn.height <= 144
        assert not drawn.getexif() and b"SECRET" not in served.data
    assert entries(app)[-1]["changed"]["alternative"] == [None, "Blason de la ville"]
    assert "png" not in entries(app)[-1]["changed"]
    assert boss.send("/desk/look/logo/remove", page="/desk/look").status_code == 303
    assert boss.get(address).status_code == 404
    assert 'class="mark"' in boss.get("/").text


def test_what_is_transparent_stays_so(boss):
    send_logo(boss, picture("PNG", (200, 100), mode="RGBA", colour=(200, 0, 0, 0)))
    address = re.search(r'src="(/theme/logo/\w+\.png)"', boss.get("/").text)[1]
    with Image.open(BytesIO(boss.get(address).data)) as drawn:
        assert drawn.getpixel((5, 5))[3] == 0


@pytest.mark.parametrize(
    ("content", "name", "alternative", "field"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "logo.svg", "Blason", "logo"),
        (b"plain text", "logo.png", "Blason", "logo"),
        (b"%PDF-1.4\n%%EOF\n", "logo.pdf", "Blason", "logo"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 60, "logo.png", "Blason", "logo"),
        (b"", "", "Blason", "logo"),
        (picture("PNG", (20, 20)), "logo.png", "  ", "alternative"),
        (picture("PNG", (20, 20)), "logo.png", "x" * 121, "alternative"),
    ],
)
def test_what_is_no_logo_comes_back_with_the_reason(boss, content, name, alternative, field):
    sent = send_logo(boss, content, name, alternative)
    assert sent.status_code == 422
    assert f'id="{field}-error"' in sent.text
    assert 'class="mark"' in boss.get("/").text
