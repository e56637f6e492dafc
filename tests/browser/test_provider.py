# SPDX-License-Identifier: AGPL-3.0-or-later
"""Someone proposes on a phone and proves who they are at a provider on the way; then signs out of both."""

import pytest

from tests.browser.harness import assert_fits
from tests.browser.people import see_errors
from tests.servers.oidc import write_tables

TITLE = "Un banc à l’ombre devant la mairie annexe"
BODY = "Les personnes âgées s’arrêtent là en revenant du marché, et il n’y a rien pour s’asseoir."


@pytest.fixture
def portal(town, oidc_provider, live_server):
    write_tables(town, oidc_provider.table())
    return live_server(town)


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=pytest.mark.thorough)], ids=["script", "noscript"])
def test_a_resident_proposes_and_signs_in_at_the_provider(portal, oidc_provider, phone, journey_axe, script):
    page = phone(portal, script=script)
    page.goto("/proposals/new")
    page.fill("[name=title]", TITLE)
    page.fill("[name=body]", BODY)
    page.fill("[name=place]", "devant la mairie annexe")
    submit(page)
    assert "/sign-in" in page.url
    assert_fits(page)
    journey_axe(page)
    assert page.get_by_role("link", name="Qu’est-ce que FranceConnect").is_visible()
    at_provider(page, oidc_provider, "S’identifier avec FranceConnect")
    assert page.input_value("[name=title]") == TITLE
    assert page.input_value("[name=body]") == BODY
    submit(page)
    assert not see_errors(page)
    page.goto("/account/security")
    assert page.get_by_role("heading", name="FranceConnect").is_visible()
    assert_fits(page)
    journey_axe(page)
    sign_out_of_both(page, portal, oidc_provider)


def submit(page) -> None:
    """Press the button that submits."""
    page.get_by_role("button", name="Déposer ma proposition").click()
    page.wait_for_load_state()


def at_provider(page, provider, link: str, who: str = "angela") -> None:
    """Follow a link to the provider, choose who one is there, come back."""
    page.get_by_role("link", name=link).click()
    page.wait_for_url(f"{provider.issuer}/interaction/**")
    page.get_by_role("button", name=who).click()
    page.wait_for_load_state()


def sign_out_of_both(page, portal, provider) -> None:
    """Signing out here leads on to the provider, and home."""
    page.locator("details.account summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url(f"{provider.issuer}/session/end**")
    page.get_by_role("button", name="Me déconnecter").click()
    page.wait_for_url(f"{portal.url}/?state=**")
    page.goto("/account")
    assert "/sign-in" in page.url


@pytest.mark.parametrize("width", ["phone", pytest.param("desktop", marks=pytest.mark.thorough)])
def test_the_pages_of_a_provider_fit_and_are_accessible(portal, oidc_provider, request, axe, photograph_moment, width):
    page = request.getfixturevalue(width)(portal)
    page.goto("/sign-in")
    photograph_moment(page, "provider-sign-in")
    page.goto("/sign-in/with/franceconnect/failed/forged?next=/proposals/new")
    photograph_moment(page, "provider-failed")
    look(page, axe)
    page.goto("/sign-in")
    at_provider(page, oidc_provider, "S’identifier avec FranceConnect")
    for name, path in (("account", "/account"), ("security", "/account/security"), ("email", "/account/email")):
        page.goto(path)
        photograph_moment(page, f"provider-{name}")
        look(page, axe)
    page.goto("/account/confirm")
    photograph_moment(page, "provider-confirm")
    look(page, axe)
    page.goto("/account/identities/franceconnect/new")
    photograph_moment(page, "provider-link")
    look(page, axe)


def look(page, axe) -> None:
    assert_fits(page)
    axe(page)
