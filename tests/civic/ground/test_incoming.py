# SPDX-License-Identifier: AGPL-3.0-or-later
"""Nothing that comes in can break a query before a view has looked at it."""

import pytest
from flask import jsonify, request

from civic.web.incoming import typed_file_number, typed_number
from tests.databases import both_databases


def test_no_nul_reaches_a_view_whether_in_the_address_or_in_a_form(app, client):
    app.config["WTF_CSRF_ENABLED"] = False

    @app.route("/try", methods=["GET", "POST"])
    def heard():
        return jsonify(args=request.args.to_dict(flat=False), form=request.form.to_dict(flat=False))

    sent = b"a=1%00&a=%00&b%00=%C3%A9&c=plain"
    body = client.post("/try?q=%00x&q=y&%00z=%3F", data=sent, content_type="application/x-www-form-urlencoded")
    assert body.json == {
        "args": {"q": ["x", "y"], "z": ["?"]},
        "form": {"a": ["1", ""], "b": ["é"], "c": ["plain"]},
    }
    assert client.get("/try?q=x&q=y").json["args"] == {"q": ["x", "y"]}


@both_databases
@pytest.mark.parametrize(
    "path",
    [
        "/%00", "/processes/%00", "/quartiers/a%00", "/n/99999999999", "/desk/items/2147483648", "/proposals/" + "9" * 40,
        "/items/9223372036854775808/support",
    ],
)  # fmt: skip
def test_addresses_that_no_row_can_have_do_not_exist(client, path):
    assert client.get(path).status_code == 404


@both_databases
@pytest.mark.parametrize("path", ["/search", "/find", "/processes", "/decided", "/n/", "/sign-in"])
def test_a_nul_in_any_argument_changes_nothing(client, path):
    arguments = "&".join(f"{name}=%00" for name in ("q", "state", "after", "before", "number", "next", "quartier"))
    assert client.get(f"{path}?{arguments}").status_code == 200


@pytest.mark.parametrize("text", ["", " 7", "+7", "-7", "1_0", "7.0", "٣", "７", "²", "9" * 10, "1\x00"])
def test_a_number_of_an_address_has_at_most_nine_plain_figures(text):
    assert typed_number(text) is None
    assert typed_number("0") == 0
    assert typed_number("9" * 9) == 999_999_999


@pytest.mark.parametrize("text", ["214", " 214 ", "n° 214", "N°214", "no. 214", "No 214", "n.214", "#214"])
def test_the_number_of_a_file_is_read_as_people_write_it(text):
    assert typed_file_number(text) == 214
    assert typed_file_number(text.replace("214", "٢١٤")) is None
    assert typed_file_number(text.replace("214", "2" * 10)) is None
