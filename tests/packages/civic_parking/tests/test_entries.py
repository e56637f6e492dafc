# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writing and closing an entry, as its author does."""

import pytest

from civic.testing.factories import HOSTILE


@pytest.fixture
def resident(civic_portal):
    civic_portal.switch_on("parking")
    return civic_portal.browser("resident")


def test_an_entry_is_published_and_escaped(resident, civic_portal):
    page = resident.send("/parking/new", title=HOSTILE, body="**Près** du marché")
    assert page.status_code == 303
    address = page.location
    shown = civic_portal.browser().get(address).text
    assert "<script>alert" not in shown
    assert "<strong>Près</strong>" in shown
    assert "<script>alert" not in civic_portal.browser().get("/parking/").text


def test_an_empty_title_is_told_and_the_text_is_kept(resident):
    page = resident.send("/parking/new", title="  ", body="Près du marché")
    assert page.status_code == 422
    assert "Près du marché" in page.text


def test_its_author_closes_it_with_a_reason(resident, civic_portal):
    address = resident.send("/parking/new", title="Un banc").location
    assert resident.send(f"{address}/close", page=address, reason="").status_code == 422
    assert resident.send(f"{address}/close", page=address, reason="Fait").status_code == 303
    assert civic_portal.browser("resident").get(address).status_code == 200


def test_nobody_else_closes_it(resident, civic_portal):
    address = resident.send("/parking/new", title="Un banc").location
    other = civic_portal.browser("resident")
    assert other.send(f"{address}/close", page="/account", reason="Non").status_code == 403
