# SPDX-License-Identifier: AGPL-3.0-or-later
"""Compiled templates: kept beside the instance, used by the next process, never in the way."""

import stat

import pytest
from jinja2 import Environment

from civic.app import create_app
from tests.conftest import close


@pytest.fixture
def compiled(monkeypatch) -> list[str]:
    """Names of the templates compiled from their source."""
    names, compile_source = [], Environment.compile

    def counted(self, source, name=None, *arguments, **options):
        names.append(name)
        return compile_source(self, source, name, *arguments, **options)

    monkeypatch.setattr(Environment, "compile", counted)
    return names


def home(instance, **overrides):
    """The home page of a process that has just started."""
    application = create_app(instance, {"base_url": "http://127.0.0.1", **overrides})
    page = application.test_client().get("/")
    close(application)
    assert page.status_code == 200
    return page.text


def test_the_next_process_compiles_nothing_and_shows_the_same(instance, compiled):
    first = home(instance, template_cache="")
    assert "pages/home.html" in compiled
    (folder,) = (instance / "cache" / "templates").iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    compiled.clear()
    assert home(instance, template_cache="") == first
    assert compiled == []


def test_a_template_of_the_town_changed_or_a_spoilt_file_is_compiled_again(instance, compiled):
    home(instance, template_cache="")
    own = instance / "templates" / "pages"
    own.mkdir(parents=True)
    (own / "home.html").write_text("Bienvenue", encoding="utf-8")
    assert home(instance, template_cache="") == "Bienvenue"
    for kept in (instance / "cache" / "templates").rglob("*.cache"):
        kept.write_bytes(kept.read_bytes()[:20])
    assert home(instance, template_cache="") == "Bienvenue"


def test_without_room_for_them_pages_are_shown_and_it_is_said(instance, caplog):
    (instance / "cache").write_text("a file where the folder would be", encoding="utf-8")
    home(instance, template_cache="")
    assert "compiled templates cannot be kept" in caplog.text
