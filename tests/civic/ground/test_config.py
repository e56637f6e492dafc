# SPDX-License-Identifier: AGPL-3.0-or-later
"""A wrong value stops the start with a sentence that names the key and the remedy."""

from pathlib import Path

import pytest

from civic.config import Config, ConfigError, load_config


def load(folder: Path, toml: str = "", **environ: str) -> Config:
    (folder / "civic.toml").write_text(toml, encoding="utf-8")
    return load_config(folder, environ)


@pytest.mark.parametrize(
    "toml, key, remedy",
    [
        ('base_url = "ville.example"', "base_url", "Write the public address"),
        ('base_url = "ftp://ville.example"', "base_url", "as https://"),
        ('base_url = "https://ville.example/portail"', "base_url", "without a path"),
        ('base_url = "http://[::1"', "base_url", "Write the public address"),
        ('base_url = "http://ville.example:http"', "base_url", "Write the public address"),
        ('database_url = "postgresql://u:p@[x/y"', "database_url", "postgresql://user:password@host:port/name"),
        ('redis_url = "redis://:x:y"', "redis_url", "redis://host:port/number"),
        ('smtp_url = "smtp://user:pa#ss@mail.example"', "smtp_url", "%23"),
        ('smtp_url = "smtp://"', "smtp_url", "smtp://user:password@host:587"),
        ('mail_from = "@"', "mail_from", "Write participation@"),
        ('mail_from = "a\\nb@ville.example"', "mail_from", "Write participation@"),
        ('languages = ["fr", "xx"]', "languages", '["fr", "en"]'),
        ('languages = ["fr", "../fr"]', "languages", '["fr", "en"]'),
        ('database_url = "mysql://x"', "database_url", "Remove the key to use the embedded database"),
        ('redis_url = "localhost:6379"', "redis_url", "redis://host:port/number"),
        ('smtp_url = "mail.ville.example"', "smtp_url", "smtp://user:password@host:587"),
        ('mail_from = "la mairie"', "mail_from", "Write participation@"),
        ('timezone = "Europe/Parys"', "timezone", "Indian/Reunion"),
        ('timezone = "../etc/passwd"', "timezone", "Europe/Paris"),
        ('default_language = "oc"', "default_language", "one of `languages`"),
        ("trusted_proxies = 9", "trusted_proxies", "0 to 5"),
        ("trusted_proxies = -1", "trusted_proxies", "0 to 5"),
        ('trusted_proxies = "1"', "trusted_proxies", "a whole number"),
        ("trusted_proxies = true", "trusted_proxies", "a whole number"),
        ('geocoder = "addresses"', "geocoder", "Write package.module:Class"),
        ("geocoder = 1", "geocoder", "a text between quotes"),
        ("timezone = 1", "timezone", "a text between quotes"),
        ('languages = "fr"', "languages", 'write a list of texts, as ["fr", "en"]'),
        ("languages = [1]", "languages", "write a list of texts"),
        ('base_uri = "https://ville.example"', "base_uri", "known keys are: base_url"),
        ('instance = "/elsewhere"', "instance", "unknown key"),
        ("base_url = ", "civic.toml", "not valid TOML"),
    ],
)
def test_a_wrong_value_of_the_file_is_named(tmp_path, toml, key, remedy):
    with pytest.raises(ConfigError) as error:
        load(tmp_path, toml)
    assert key in str(error.value)
    assert remedy in str(error.value)


@pytest.mark.parametrize(
    "variable, value, remedy",
    [
        ("CIVIC_TRUSTED_PROXIES", "one", "write a whole number"),
        ("CIVIC_TRUSTED_PROXIES", "-1", "write a whole number"),
        ("CIVIC_BASE_URL", "nowhere", "base_url"),
        ("REDIS_URL", "nowhere", "redis_url"),
    ],
)
def test_a_wrong_value_of_the_environment_is_named(tmp_path, variable, value, remedy):
    with pytest.raises(ConfigError, match=remedy):
        load(tmp_path, "", **{variable: value})


def test_a_file_that_is_not_text_is_refused(tmp_path):
    (tmp_path / "civic.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not valid TOML"):
        load_config(tmp_path, {})


def test_the_environment_wins_over_the_file_and_defaults_do_the_rest(tmp_path):
    config = load(
        tmp_path,
        'base_url = "https://a.example"\ntrusted_proxies = 1',
        CIVIC_BASE_URL="https://b.example",
        CIVIC_TRUSTED_PROXIES="",
    )
    assert (config.base_url, config.trusted_proxies, config.timezone) == ("https://b.example", 1, "Europe/Paris")
    assert config.database_url == f"sqlite:///{tmp_path.resolve() / 'civic.sqlite3'}"


def test_an_instance_without_a_file_runs_on_defaults(tmp_path):
    config = load_config(tmp_path / "none", {})
    assert config.is_sqlite
    assert config.letterbox


@pytest.mark.parametrize(
    "toml, shown",
    [
        ("", True),
        ('smtp_url = "smtp://127.0.0.1"', False),
        ('base_url = "http://ville.example"', False),
        ('bind_host = "0.0.0.0"', False),
        ("trusted_proxies = 1", False),
    ],
)
def test_the_letterbox_is_only_shown_on_this_machine(tmp_path, toml, shown):
    assert load(tmp_path, toml).letterbox is shown


S3 = 's3_endpoint = "https://s3.example"\ns3_private_bucket = "a"\ns3_public_bucket = "b"\n'
KEYS = {"CIVIC_S3_ACCESS_KEY": "k", "CIVIC_S3_SECRET_KEY": "s"}


@pytest.mark.parametrize(
    "toml, environ, key, remedy",
    [
        ('s3_endpoint = "https://s3.example"', KEYS, "s3_private_bucket", "Set all three, or none"),
        ('s3_private_bucket = "a"', KEYS, "s3_endpoint", "Set all three, or none"),
        (S3, {}, "s3_endpoint", "Set CIVIC_S3_ACCESS_KEY in the environment"),
        (S3, {"CIVIC_S3_ACCESS_KEY": "k"}, "s3_endpoint", "Set CIVIC_S3_SECRET_KEY in the environment"),
        (S3.replace('"b"', '"a"'), KEYS, "s3_public_bucket", "Name another bucket"),
        (S3.replace("https://", ""), KEYS, "s3_endpoint", "as https://s3.example"),
        (S3 + 's3_public_address = "images"', KEYS, "s3_public_address", "write a whole address"),
        ('s3_public_address = "https://images.example"', {}, "s3_public_address", "or set s3_endpoint"),
        (S3 + 's3_secret_key = "s"', KEYS, "s3_secret_key", "set CIVIC_S3_SECRET_KEY in the environment"),
    ],
)
def test_half_a_store_and_keys_in_the_file_are_refused(tmp_path, toml, environ, key, remedy):
    with pytest.raises(ConfigError) as error:
        load(tmp_path, toml, **environ)
    assert key in str(error.value)
    assert remedy in str(error.value)


def test_a_whole_store_is_taken_and_its_keys_are_not_shown(tmp_path):
    config = load(tmp_path, S3, CIVIC_S3_ACCESS_KEY="key-4711", CIVIC_S3_SECRET_KEY="secret-4712")
    assert (config.s3_endpoint, config.s3_secret_key) == ("https://s3.example", "secret-4712")
    assert "471" not in repr(config)


@pytest.mark.parametrize(
    "toml, environ, key, remedy",
    [
        ('sms_url = "http://sms.example/messages"', {}, "sms_url", "as https://sms.example/messages"),
        ('sms_url = "messages"', {}, "sms_url", "or remove the key"),
        ('sms_url = "ftp://127.0.0.1/messages"', {}, "sms_url", "http:// on this machine alone"),
        ('sms_url = "https://sms.example:port/"', {}, "sms_url", "or remove the key"),
        ('sms_url = "https://town:4711@sms.example/"', {}, "sms_url", "set CIVIC_SMS_TOKEN in the environment"),
        ('sms_token = "4711"', {}, "sms_token", "set CIVIC_SMS_TOKEN in the environment"),
        ('sms_url = "https://sms.example/"', {"CIVIC_SMS_TOKEN": "4\n7"}, "CIVIC_SMS_TOKEN", "Copy it again"),
    ],
)
def test_a_gateway_of_texts_in_clear_and_its_token_in_the_file_are_refused(tmp_path, toml, environ, key, remedy):
    with pytest.raises(ConfigError) as error:
        load(tmp_path, toml, **environ)
    assert key in str(error.value)
    assert remedy in str(error.value)


def test_a_gateway_of_texts_is_taken_and_its_token_not_shown(tmp_path):
    config = load(tmp_path, CIVIC_SMS_URL="https://sms.example/messages", CIVIC_SMS_TOKEN="token-4711")
    assert (config.sms_url, config.sms_token) == ("https://sms.example/messages", "token-4711")
    assert "4711" not in repr(config)
    assert load(tmp_path).sms_url == ""
