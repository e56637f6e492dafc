# SPDX-License-Identifier: AGPL-3.0-or-later
"""The macros escape what they are given, tie words to controls, and never write a style or a handler."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from wtforms import BooleanField, Form, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

TEMPLATES = Path(__file__).resolve().parents[3] / "civic" / "templates"
NASTY = '<script>alert(1)</script> "d\'été" & co'


class IdeaForm(Form):
    title = StringField("Titre", [DataRequired("Donnez un titre."), Length(max=20)], description="Une phrase.")
    body = TextAreaField("Texte", [Optional(), Length(max=100)])
    who = RadioField(
        "Qui ?", [DataRequired("Dites qui.")], choices=[SelectChoice("me", "Moi"), SelectChoice("we", "Nous")]
    )
    agreed = BooleanField("D'accord", [DataRequired("Cochez.")])


@pytest.fixture
def render():
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, extensions=["jinja2.ext.i18n"]
    )
    environment.install_gettext_callables(lambda text: text, lambda one, many, n: one, newstyle=True)
    environment.globals["_"] = environment.globals["gettext"]
    environment.filters |= {"number": str, "day": str, "euros": str}
    environment.globals["csrf_field"] = lambda: Markup('<input type="hidden" name="csrf_token">')
    environment.globals["once_field"] = lambda **_anew: Markup('<input type="hidden" name="once">')

    def rendered(macros, source, **context):
        return environment.from_string(f"{{% from 'macros/{macros}.html' import {source[0]} %}}{source[1]}").render(
            context
        )

    return rendered


def stations(*statuses):
    return [{"label": f"S{n}", "status": status} for n, status in enumerate(statuses)]


def test_a_row_escapes_every_text(render):
    page = render("ui", ("row", "{{ row(t, '/p', number=t, tag=t, sentence=t, meta=t) }}"), t=NASTY)
    assert "<script>" not in page
    assert page.count("&lt;script&gt;") == 5


def test_a_line_says_each_station_in_words_and_marks_the_present_one(render):
    page = render("line", ("line", "{{ line(s, 'Parcours') }}"), s=stations("past", "now", "next", "refused"))
    assert page.count('aria-current="step"') == 1
    for words in ("(done)", "(now)", "(to come)", "(stopped here)"):
        assert page.count(words) == 1


def test_a_mini_line_keeps_its_names_for_those_who_listen(render):
    page = render("line", ("line", "{{ line(s, 'Étape 2 sur 3', mini=True) }}"), s=stations("past", "now", "next"))
    assert 'aria-label="Étape 2 sur 3"' in page
    assert re.findall(r">(S\d)<", page) == ["S0", "S1", "S2"]


def test_a_field_in_error_is_tied_to_its_words(render):
    form = IdeaForm(data={"title": "x" * 30})
    form.validate()
    page = render("forms", ("field", "{{ field(form.title) }}"), form=form)
    described = re.search(r'aria-describedby="([^"]+)"', page).group(1).split()
    assert described == ["title-hint", "title-error", "title-counter"]
    for identifier in described:
        assert f'id="{identifier}"' in page
    assert 'aria-invalid="true"' in page
    assert 'data-limit="20"' in page
    assert "maxlength" not in page
    assert 'value="' + "x" * 30 in page


def test_what_is_not_required_says_so_and_nothing_else_does(render):
    page = render("forms", ("fields", "{{ fields(form) }}"), form=IdeaForm())
    assert page.count("(optional)") == 1
    assert re.search(r'for="body">Texte <span class="optional">\(optional\)', page)


def test_groups_are_fieldsets_with_a_legend(render):
    page = render("forms", ("field", "{{ field(form.who) }}"), form=IdeaForm())
    assert page.count("<fieldset") == 1
    assert "<legend>Qui ?</legend>" in page
    assert page.count('type="radio"') == 2


def test_the_summary_links_each_error_to_a_field_that_exists(render):
    form = IdeaForm(data={"body": "x"})
    assert not form.validate()
    page = render("forms", ("error_summary, fields", "{{ error_summary(form) }}{{ fields(form) }}"), form=form)
    targets = re.findall(r'href="#([\w-]+)"', page)
    assert targets == ["title", "who", "agreed"]
    for target in targets:
        assert f'id="{target}"' in page


def test_a_form_without_error_has_no_summary(render):
    assert render("forms", ("error_summary", "{{ error_summary(form) }}"), form=IdeaForm()).strip() == ""


def test_every_unsafe_form_carries_both_tokens(render):
    source = ("post_form, act_form", "{% call post_form('/a') %}{% endcall %}{{ act_form('/b', 'Soutenir') }}")
    page = render("forms", source)
    assert page.count('method="post"') == page.count('name="csrf_token"') == page.count('name="once"') == 2


def test_the_split_bar_fills_its_width_and_says_its_numbers(render):
    parts = [{"label": "réalisées", "count": 1, "tone": "done"}, {"label": "à l'étude", "count": 3, "tone": "wait"}]
    page = render("ui", ("split", "{{ split(p, 'Deux états') }}"), p=parts)
    assert re.findall(r'class="split-(?:done|wait)" x="([\d.]+)" y="0" width="([\d.]+)"', page) == [
        ("0.0", "247.0"),
        ("250.0", "747.0"),
    ]
    assert "<b>1</b> réalisées" in page


def test_an_empty_split_bar_draws_nothing_but_its_legend(render):
    page = render("ui", ("split", "{{ split(p, 'Rien') }}"), p=[{"label": "réalisées", "count": 0, "tone": "done"}])
    assert "<svg" not in page
    assert "<b>0</b> réalisées" in page


def test_the_map_repeats_every_place_in_its_list(render):
    shapes = [
        {
            "name": "Silly",
            "path_d": "M0 0Z",
            "url": "/q/silly",
            "current": True,
            "label_x": 1,
            "label_y": 1,
        }
    ]
    points = [{"x": 1, "y": 2, "label": "n° 214", "url": "/p/214"}]
    source = ("town_map", "{{ town_map('0 0 9 9', s, 'Carte', points=p) }}")
    page = render("svgmap", source, s=shapes, p=points)
    drawing, listing = page.split("<nav")
    assert re.findall(r'href="([^"]+)" tabindex="-1"', drawing) == ["/q/silly", "/p/214"]
    assert re.findall(r'href="([^"]+)"', listing) == ["/q/silly", "/p/214"]
    assert "tabindex" not in listing


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_template_of_the_core_writes_a_style_a_handler_or_a_host(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"(?:href|src|action)=[\"']https?:", text)
