# SPDX-License-Identifier: AGPL-3.0-or-later
"""A provider that is configured wrong stops the start, with the key and the remedy."""

import pytest

from civic.config import ConfigError, load_config

GOOD = {
    "label": '"FranceConnect"',
    "issuer": '"https://app.franceconnect.example/api/v2"',
    "client_id": '"portail"',
    "client_secret_file": '"fc.secret"',
    "acr_values": '["eidas1"]',
    "proves_identity": "true",
}


def load(folder, environ=None, name="franceconnect", **changes):
    table = {**GOOD, **changes}
    lines = [f"{key} = {value}" for key, value in table.items() if value]
    (folder / "civic.toml").write_text("\n".join([f"[providers.{name}]", *lines]), encoding="utf-8")
    return load_config(folder, environ or {})


@pytest.fixture
def secret(tmp_path):
    file = tmp_path / "fc.secret"
    file.touch(mode=0o600)
    file.write_text("du-fichier\n")
    return file


def test_a_whole_table_is_read(tmp_path, secret):
    [found] = load(tmp_path).providers
    assert (found.name, found.label, found.client_secret) == ("franceconnect", "FranceConnect", "du-fichier")
    assert found.proves_identity
    assert found.acr_values == ("eidas1",)
    assert "du-fichier" not in repr(load(tmp_path))


def test_the_environment_wins_over_the_file(tmp_path, secret):
    secret.unlink()
    [found] = load(tmp_path, {"CIVIC_PROVIDER_FRANCECONNECT_SECRET": "de-l-environnement"}).providers
    assert found.client_secret == "de-l-environnement"


def test_none_is_what_a_village_has(tmp_path):
    assert load_config(tmp_path, {}).providers == ()


@pytest.mark.parametrize(
    "changes, key, remedy",
    [
        ({"label": ""}, "franceconnect.label", "what the provider gave you"),
        ({"client_id": '" "'}, "franceconnect.client_id", "what the provider gave you"),
        ({"issuer": '"http://app.franceconnect.example"'}, "franceconnect.issuer", "as https://"),
        ({"issuer": '"app.franceconnect.example"'}, "franceconnect.issuer", "as https://"),
        ({"client_secret": '"oups"'}, "franceconnect.client_secret", "CIVIC_PROVIDER_FRANCECONNECT_SECRET"),
        ({"client_secret_file": ""}, "franceconnect", "client_secret_file"),
        ({"client_secret_file": '"absent"'}, "client_secret_file", "mode 0600"),
        ({"secret": '"x"'}, "franceconnect.secret", "Known keys are"),
        ({"acr_values": '"eidas1"'}, "franceconnect.acr_values", "list of texts"),
        ({"proves_identity": '"yes"'}, "franceconnect.proves_identity", "true or false"),
        ({"label": "1"}, "franceconnect.label", "between quotes"),
        ({"userinfo": '"maybe"'}, "franceconnect.userinfo", "signed, plain, none"),
        ({"scopes": '["given_name"]'}, "franceconnect.scopes", '"openid"'),
        ({"scopes": '["openid", "email"]'}, "franceconnect.scopes", "birthdate"),
        ({"algorithms": '["HS256"]'}, "franceconnect.algorithms", "RS256"),
        ({"algorithms": '["none"]'}, "franceconnect.algorithms", "RS256"),
        ({"algorithms": "[]"}, "franceconnect.algorithms", "RS256"),
        ({"help_url": '"http://x.example"'}, "franceconnect.help_url", "https://"),
    ],
)
def test_a_wrong_value_is_named(tmp_path, secret, changes, key, remedy):
    with pytest.raises(ConfigError) as error:
        load(tmp_path, **changes)
    assert key in str(error.value)
    assert remedy in str(error.value)
    assert "oups" not in str(error.value)


@pytest.mark.parametrize("name", ["France", '"france-connect"', '"9"', f'"{"f" * 31}"'])
def test_a_name_is_part_of_an_address(tmp_path, secret, name):
    with pytest.raises(ConfigError, match="small letters"):
        load(tmp_path, name=name)


def test_a_secret_that_others_may_read_is_refused(tmp_path, secret):
    secret.chmod(0o640)
    with pytest.raises(ConfigError, match="chmod 600"):
        load(tmp_path)


def test_an_empty_secret_is_refused(tmp_path, secret):
    secret.write_text("\n")
    with pytest.raises(ConfigError, match="is empty"):
        load(tmp_path)


def test_providers_that_are_no_tables_are_refused(tmp_path):
    (tmp_path / "civic.toml").write_text('providers = "franceconnect"')
    with pytest.raises(ConfigError, match=r"\[providers\.franceconnect\]"):
        load_config(tmp_path, {})
