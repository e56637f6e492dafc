# SPDX-License-Identifier: AGPL-3.0-or-later
"""Style sheets and scripts are kept by browsers at an address of their content; another content has another address."""

import re

import pytest
from flask import url_for

from tests.civic.people.at_desk import at_desk


def kept(client, address: str) -> str:
    answer = client.get(address)
    assert "Set-Cookie" not in answer.headers
    return answer.headers["Cache-Control"]


def test_every_file_that_a_page_asks_for_is_kept_for_long(app, client):
    page = client.get("/proposals/").text
    named = re.findall(r'<(?:link rel="(?:stylesheet|icon)"|script)[^>]*(?:href|src)="([^"]+)"', page)
    assert len(named) >= 5
    assert [address for address in named if "max-age=31536000" not in kept(client, address)] == []


def test_a_file_that_changed_has_another_address(app, client, tmp_path):
    app.static_folder = str(tmp_path)
    file = tmp_path / "a.css"
    found = []
    for text in ("a { color: red }", "a { color: blue }"):
        file.write_text(text, encoding="utf-8")
        with app.test_request_context():
            found.append(url_for("static", filename="a.css"))
        assert kept(client, found[-1]) == "public, max-age=31536000, immutable"
    assert found[0] != found[1]
    assert kept(client, found[0]) == "no-cache"  # the digest of another content, as while servers are updated


def test_fonts_named_by_style_sheets_are_kept_for_a_month(app, client, tmp_path):
    app.static_folder = str(tmp_path)
    (tmp_path / "vendor" / "fonts").mkdir(parents=True)
    (tmp_path / "vendor" / "fonts" / "a.woff2").write_bytes(b"wOF2")
    assert kept(client, "/static/vendor/fonts/a.woff2") == "public, max-age=2592000"


@pytest.mark.parametrize("address", ["/static/absent.css?v=1", "/static/../civic.toml?v=1", "/static/css?v="])
def test_what_is_no_file_is_not_kept(client, address):
    answer = client.get(address)
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


def test_whoever_is_signed_in_gets_the_same_file_without_a_cookie(app):
    clerk = at_desk(app, "clerk").client
    assert kept(clerk, "/static/css/civic.css") == "no-cache"
