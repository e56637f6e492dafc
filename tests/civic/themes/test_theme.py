# SPDX-License-Identifier: AGPL-3.0-or-later
"""A theme is read whole, refused when hard to read, and written as tokens."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.themes import ThemeError, contrast_ratio, load_theme
from civic.themes.contrast import STROKE_PAIRS, TEXT_PAIRS
from civic.themes.theme import COLOURS

ROOT = Path(__file__).resolve().parents[3]
THEMES = sorted(folder.parent for folder in (ROOT / "themes").glob("*/theme.toml"))
RIVE = (ROOT / "themes" / "rive" / "theme.toml").read_text(encoding="utf-8")

hex_colours = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")


def written(tmp_path, text):
    (tmp_path / "theme.toml").write_text(text, encoding="utf-8")
    return tmp_path


def with_line(key, value, text=RIVE, occurrence=0):
    """Return the text of the theme with one `key = …` line replaced."""
    places = list(re.finditer(rf"(?m)^{re.escape(key)} = .*$", text))
    start, end = places[occurrence].span()
    return f"{text[:start]}{key} = {value}{text[end:]}"


def test_black_on_white_has_the_largest_contrast_and_a_colour_on_itself_the_least():
    assert contrast_ratio("#000000", "#ffffff") == pytest.approx(21)
    assert contrast_ratio("#777777", "#777777") == 1


def test_contrast_agrees_with_known_values():
    # Published examples of WCAG: #767676 is the lightest grey that passes on white, #777777 does not.
    assert contrast_ratio("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast_ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@given(hex_colours, hex_colours)
def test_contrast_is_the_same_both_ways_and_bounded(first, second):
    assert contrast_ratio(first, second) == contrast_ratio(second, first)
    assert 1 <= contrast_ratio(first, second) <= 21


@pytest.mark.parametrize("writing", ["#fff", "red", "#FFFFFF", "rgb(0,0,0)", "#1234567", "", "#12345g", "#123456\n"])
def test_another_writing_of_colours_is_refused(writing):
    with pytest.raises(ValueError, match="#rrggbb"):
        contrast_ratio(writing, "#ffffff")


@pytest.mark.parametrize("folder", THEMES, ids=lambda folder: folder.name)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_theme_shipped_is_readable(folder, scheme):
    theme = load_theme(folder)
    colours = dict(getattr(theme, scheme).colours)
    assert set(colours) == set(COLOURS)
    for pairs, minimum in ((TEXT_PAIRS, 4.5), (STROKE_PAIRS, 3.0)):
        for front, ground in pairs:
            assert contrast_ratio(colours[front], colours[ground]) >= minimum, (front, ground)


def test_the_sheet_gives_each_token_and_dark_by_preference():
    sheet = load_theme(ROOT / "themes" / "rive").css()
    light, dark = sheet.split("@media screen and (prefers-color-scheme:dark)")
    for name in COLOURS:
        assert f"--{name}:#" in light
        assert f"--{name}:#" in dark
    assert "--root:106.25%" in light
    assert "color-scheme:light;" in light
    assert "color-scheme:dark;" in dark
    assert '--title:"Bricolage Grotesque"' in light
    assert ",sans-serif;" in light


def test_the_style_sheets_use_only_tokens_that_a_theme_gives():
    sheet = load_theme(ROOT / "themes" / "rive").css()
    given_by_theme = set(re.findall(r"--[\w-]+(?=:)", sheet))
    for path in sorted((ROOT / "civic" / "static" / "css").glob("*.css")):
        text = path.read_text(encoding="utf-8")
        own = set(re.findall(r"(--[\w-]+)\s*:", text))
        assert set(re.findall(r"var\((--[\w-]+)", text)) <= given_by_theme | own, path.name


def test_the_style_sheets_write_no_colour_of_their_own():
    for path in sorted((ROOT / "civic" / "static" / "css").glob("*.css")):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
        found = set(re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", text))
        assert found <= {"#000"}, path.name  # opaque black: masks and paper


def test_the_style_sheets_name_no_host():
    for path in sorted((ROOT / "civic" / "static").rglob("*.css")):
        assert "://" not in path.read_text(encoding="utf-8")


def test_the_digest_follows_the_sheet(tmp_path):
    before = load_theme(written(tmp_path, RIVE)).digest
    assert load_theme(tmp_path).digest == before
    (tmp_path / "theme.css").write_text(".register{border:0}", encoding="utf-8")
    after = load_theme(tmp_path)
    assert after.digest != before
    assert after.css().endswith(".register{border:0}")


def test_overriding_templates_are_found_where_there_are_some(tmp_path):
    assert load_theme(written(tmp_path, RIVE)).templates is None
    (tmp_path / "templates").mkdir()
    assert load_theme(tmp_path).templates == tmp_path / "templates"


def test_a_weak_pair_is_named_with_its_ratio(tmp_path):
    pale = with_line("ink-soft", '"#9aa3ad"', occurrence=0)
    with pytest.raises(ThemeError, match=r"colours\.light.*ink-soft #9aa3ad on .* contrast of \d\.\d\d, under 4\.5"):
        load_theme(written(tmp_path, pale))


def test_dark_is_checked_too(tmp_path):
    dim = with_line("rule-strong", '"#2a3338"', occurrence=2)
    with pytest.raises(ThemeError, match=r"colours\.dark.*rule-strong #2a3338 .*under 3 "):
        load_theme(written(tmp_path, dim))


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("name", '""', "`name` must be a text of one line"),
        ("name", "3", "`name` must be a text of one line"),
        ("radius", "-1", "`shape.radius` must be a number from 0 to 24"),
        ("radius", "true", "`shape.radius` must be a number"),
        ("body", "12", "`density.body` must be a number from 16 to 24"),
        ("line", '"wide"', "`density.line` must be a number"),
        ("text", "[]", "`fonts.text` must be a list of font names"),
        ("text", '["Arial"]', "`fonts.text` must end with a generic family"),
        ("title", '["x\\"}body{display:none", "serif"]', "`fonts.title` must be a list of font names"),
        ("paper", '"white"', r"`colours.light.paper` must be a colour written #rrggbb"),
        ("paper", '"#fff;}"', r"`colours.light.paper` must be a colour written #rrggbb"),
    ],
)
def test_a_wrong_value_is_refused_by_name(tmp_path, key, value, message):
    with pytest.raises(ThemeError, match=message):
        load_theme(written(tmp_path, with_line(key, value)))


def test_a_missing_key_an_unknown_colour_and_a_broken_file_are_refused(tmp_path):
    with pytest.raises(ThemeError, match=r"theme\.toml is missing"):
        load_theme(tmp_path)
    with pytest.raises(ThemeError, match=r"`fonts\.text` is missing"):
        load_theme(written(tmp_path, 'name = "A"\nsummary = "B"\n'))
    with pytest.raises(ThemeError, match=r"`colours\.light\.papper` is not a token"):
        load_theme(written(tmp_path, with_line("paper", '"#fbfaf6"\npapper = "#fbfaf6"')))
    with pytest.raises(ThemeError, match="cannot be read"):
        load_theme(written(tmp_path, "name = "))


def test_every_colour_of_the_file_is_used():
    assert set(tomllib.loads(RIVE)["colours"]["light"]) == set(COLOURS)
