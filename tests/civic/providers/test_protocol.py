# SPDX-License-Identifier: AGPL-3.0-or-later
"""The protocol against a real provider: what is believed, and every answer that is not."""

import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import date
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

import civic.adapters.oidc_metadata as metadata
from civic.adapters.oidc import OpenIDProvider
from civic.adapters.oidc_tokens import accepted
from civic.config_providers import ProviderConfig
from civic.ports.identity import AnswerRefused, ProviderDown
from tests.servers.oidc import CLIENT_ID, SECRET, Person

BACK = "http://127.0.0.1/sign-in/with/franceconnect/back"
SCOPES = ("openid", "given_name", "family_name", "preferred_username", "birthdate", "email")


@pytest.fixture
def config(oidc_provider):
    return ProviderConfig(
        "franceconnect",
        "FranceConnect",
        oidc_provider.issuer,
        CLIENT_ID,
        SECRET,
        scopes=SCOPES,
        acr_values=("eidas1",),
        proves_identity=True,
    )


@pytest.fixture
def ours(config):
    return OpenIDProvider(config)


def answer_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def sign_in(provider: OpenIDProvider, who: str = "angela", person: Person | None = None, **options):
    begun = provider.begin(BACK, **options)
    return provider.finish(begun, answer_of((person or Person()).authorize(begun.url, who)), BACK)


def test_an_honest_answer_tells_who_it_is(ours, config):
    found = sign_in(ours)
    assert (found.surname, found.first_names, found.birth_date) == ("DUBOIS", "Angela Claire Louise", date(1962, 8, 24))
    assert found.proves_identity
    assert found.issuer == config.issuer
    assert "DUBOIS" not in repr(found)
    assert found.subject not in repr(found)
    assert SECRET not in repr(config)


def test_what_is_asked_is_the_code_flow_with_pkce_state_nonce_and_certainty(ours, config):
    asked = parse_qs(urlsplit(ours.begin(BACK).url).query)
    again = parse_qs(urlsplit(ours.begin(BACK, afresh=True).url).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["acr_values"] == ["eidas1"]
    assert asked["redirect_uri"] == [BACK]
    assert set(asked["scope"][0].split()) == set(SCOPES)
    assert "prompt" not in asked
    assert again["prompt"] == ["login"]
    for secret in ("state", "nonce", "code_challenge"):
        assert asked[secret] != again[secret]
        assert len(asked[secret][0]) >= 43


@pytest.mark.parametrize(
    "wrong, code",
    [
        ("key", "forged"),
        ("unknown key", "forged"),
        ("own key in header", "forged"),
        ("none", "forged"),
        ("hs256", "forged"),
        ("hs256 secret", "forged"),
        ("garbage", "forged"),
        ("issuer", "forged"),
        ("audience", "forged"),
        ("several audiences", "forged"),
        ("nonce", "forged"),
        ("no nonce", "forged"),
        ("replayed token", "forged"),
        ("future", "forged"),
        ("no expiry", "forged"),
        ("expired", "over"),
        ("no subject", "forged"),
        ("access token", "forged"),
        ("acr", "weak"),
        ("no acr", "weak"),
        ("other subject", "forged"),
        ("userinfo key", "forged"),
        ("userinfo none", "forged"),
        ("plain userinfo", "forged"),
        ("userinfo audience", "forged"),
        ("userinfo issuer", "forged"),
    ],
)
def test_an_answer_that_proves_nothing_is_refused(ours, oidc_provider, wrong, code):
    sign_in(ours)
    oidc_provider.control(wrong=wrong)
    with pytest.raises(AnswerRefused) as refused:
        sign_in(ours)
    assert refused.value.code == code
    for private in ("DUBOIS", "Angela", "1962", "courriel"):
        assert private not in str(refused.value)


def test_a_higher_certainty_than_asked_is_enough(ours, oidc_provider):
    oidc_provider.control(wrong="better acr")
    assert sign_in(ours).surname == "DUBOIS"
    assert accepted(["eidas2"]) == {"eidas2", "eidas3"}
    assert accepted(["urn:own"]) == {"urn:own"}


def test_new_keys_of_the_provider_are_followed(ours, oidc_provider):
    sign_in(ours)
    oidc_provider.restart()
    assert sign_in(ours).surname == "DUBOIS"


def test_a_code_serves_once_and_with_its_own_verifier(ours):
    begun = ours.begin(BACK)
    answer = answer_of(Person().authorize(begun.url))
    other = ours.begin(BACK)
    with pytest.raises(AnswerRefused, match="no longer takes"):
        ours.finish(other, answer, BACK)
    begun = ours.begin(BACK)
    answer = answer_of(Person().authorize(begun.url))
    ours.finish(begun, answer, BACK)
    with pytest.raises(AnswerRefused, match="no longer takes"):
        ours.finish(begun, answer, BACK)


def test_an_answer_that_names_another_provider_is_refused(ours, other_provider):
    begun = ours.begin(BACK)
    answer = answer_of(Person().authorize(begun.url))
    for changed in ({**answer, "iss": other_provider.issuer}, {k: v for k, v in answer.items() if k != "iss"}):
        with pytest.raises(AnswerRefused, match="another provider"):
            ours.finish(begun, changed, BACK)


def test_a_proof_of_before_is_no_confirmation(ours, oidc_provider):
    oidc_provider.control(wrong="old proof")
    assert sign_in(ours).surname == "DUBOIS"
    begun = replace(ours.begin(BACK, afresh=True), since=time.time())
    with pytest.raises(AnswerRefused, match="not asked again"):
        ours.finish(begun, answer_of(Person().authorize(begun.url)), BACK)


def test_who_gives_up_there_is_told_apart(ours):
    with pytest.raises(AnswerRefused) as refused:
        sign_in(ours, who="")
    assert refused.value.code == "declined"


def test_a_born_day_that_is_not_known_is_no_civil_identity(ours, oidc_provider):
    oidc_provider.control(people={"angela": {"birthdate": "1962-00-00"}})
    found = sign_in(ours)
    assert found.birth_date is None
    assert not found.proves_identity


def test_plain_userinfo_is_read_where_it_is_configured(config, oidc_provider):
    oidc_provider.control(wrong="plain userinfo")
    assert sign_in(OpenIDProvider(replace(config, userinfo="plain"))).surname == "DUBOIS"
    oidc_provider.control(wrong="userinfo key")
    assert sign_in(OpenIDProvider(replace(config, userinfo="none"))).surname == ""


def test_signing_out_comes_back(ours):
    person = Person()
    found = sign_in(ours, person=person)
    url = ours.end_url(found.id_token, "http://127.0.0.1/", "a-state")
    assert person.sign_out(url) == "http://127.0.0.1/?state=a-state"


def test_a_silent_provider_costs_seconds_once(config, oidc_provider, monkeypatch):
    ours = OpenIDProvider(config)
    oidc_provider.control(wait=9000)
    began = time.monotonic()
    waited = []

    def ask():
        with pytest.raises(ProviderDown):
            ours.begin(BACK)
        waited.append(time.monotonic() - began)

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(waited) < 7
    oidc_provider.control()
    monkeypatch.setattr(metadata, "SILENT", 0.0)
    assert ours.begin(BACK).url.startswith(config.issuer)


def test_what_is_known_still_serves_while_the_provider_fails(ours, oidc_provider, monkeypatch):
    sign_in(ours)
    monkeypatch.setattr(metadata, "FRESH", 0.0)
    oidc_provider.control(fail=500)
    assert ours.begin(BACK).url
    monkeypatch.setattr(metadata, "STALE", 0.0)
    with pytest.raises(ProviderDown):
        ours.begin(BACK)


@pytest.mark.parametrize(
    "discovery, said",
    [
        ({"issuer": "https://elsewhere.example"}, "another issuer"),
        ({"token_endpoint": "http://elsewhere.example/token"}, "no protected token_endpoint"),
        ({"jwks_uri": ""}, "no protected jwks_uri"),
        ({"userinfo_endpoint": "ftp://elsewhere.example"}, "no protected userinfo_endpoint"),
        ({"padding": "x" * 300_000}, "does not answer as it should"),
    ],
)
def test_a_document_that_is_not_its_own_is_refused(config, oidc_provider, discovery, said):
    oidc_provider.control(discovery=discovery)
    with pytest.raises(ProviderDown, match=said):
        OpenIDProvider(config).begin(BACK)


def test_a_failing_token_endpoint_is_down_not_forged(ours, oidc_provider):
    begun = ours.begin(BACK)
    answer = answer_of(Person().authorize(begun.url))
    oidc_provider.control(fail=503)
    with pytest.raises(ProviderDown):
        ours.finish(begun, answer, BACK)


def test_a_wrong_secret_is_the_town_s_to_correct(config):
    with pytest.raises(ProviderDown, match="compare client_id, secret"):
        sign_in(OpenIDProvider(replace(config, client_secret="another")))


def test_the_check_of_who_installs_says_what_to_correct(config, ours, oidc_provider):
    assert ours.check() == "FranceConnect answers with 1 keys, signs out there too"
    with pytest.raises(ProviderDown, match="eidas9: correct acr_values"):
        OpenIDProvider(replace(config, acr_values=("eidas9",))).check()
    oidc_provider.control(discovery={"code_challenge_methods_supported": ["plain"]})
    with pytest.raises(ProviderDown, match="PKCE"):
        OpenIDProvider(config).check()


def test_the_start_of_the_portal_loads_no_protocol():
    check = "import civic.app, sys; print([name for name in ('authlib', 'joserfc', 'requests') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True).stdout == "[]\n"
