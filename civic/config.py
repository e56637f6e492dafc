# SPDX-License-Identifier: AGPL-3.0-or-later
"""Configuration: `instance/civic.toml` and the environment, read once, typed, refused with a remedy."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import localedata

from civic.config_providers import ProviderConfig, ProviderFault, read_providers

_MAIL = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+")
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_CLASS = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*")


class ConfigError(Exception):
    """The configuration cannot be used; the message names the key and the remedy."""


@dataclass(frozen=True)
class Config:
    """Everything an instance must know before its database is open.

    Attributes are the keys of `civic.toml`, flat but for one table `[providers.…]` each; `ENVIRONMENT` lists the
    variables that win over it.
    """

    instance: Path
    base_url: str = "http://127.0.0.1:8000"
    database_url: str = ""
    redis_url: str = ""
    smtp_url: str = ""
    mail_from: str = "participation@localhost"
    timezone: str = "Europe/Paris"
    default_language: str = "fr"
    languages: tuple[str, ...] = ("fr", "en")
    theme: str = "rive"
    template_cache: str = ""
    trusted_proxies: int = 0
    bind_host: str = "127.0.0.1"
    s3_endpoint: str = ""
    s3_region: str = "us-east-1"
    s3_private_bucket: str = ""
    s3_public_bucket: str = ""
    s3_public_address: str = ""
    s3_access_key: str = field(default="", repr=False)
    s3_secret_key: str = field(default="", repr=False)
    sms_url: str = ""
    sms_token: str = field(default="", repr=False)
    geocoder: str = ""
    """`package.module:Class`, in place of the town's own table of addresses."""
    providers: tuple[ProviderConfig, ...] = ()

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded database is used."""
        return self.database_url.startswith("sqlite")

    @property
    def is_secure(self) -> bool:
        """Whether the public address is HTTPS: cookies are then marked Secure."""
        return self.base_url.startswith("https://")

    @property
    def is_local(self) -> bool:
        """Whether nobody outside this machine can reach the portal: on loopback, behind no proxy."""
        host = urlsplit(self.base_url).hostname
        return host in _LOOPBACK and self.bind_host in _LOOPBACK and self.trusted_proxies == 0

    @property
    def letterbox(self) -> bool:
        """Whether messages may be read on a page: only without SMTP, on this machine alone (DESIGN: Outbox)."""
        return not self.smtp_url and self.is_local


ENVIRONMENT = {
    "CIVIC_BASE_URL": "base_url",
    "CIVIC_DATABASE_URL": "database_url",
    "REDIS_URL": "redis_url",
    "CIVIC_SMTP_URL": "smtp_url",
    "CIVIC_MAIL_FROM": "mail_from",
    "CIVIC_TIMEZONE": "timezone",
    "CIVIC_THEME": "theme",
    "CIVIC_TEMPLATE_CACHE": "template_cache",
    "CIVIC_TRUSTED_PROXIES": "trusted_proxies",
    "CIVIC_BIND_HOST": "bind_host",
    "CIVIC_S3_ENDPOINT": "s3_endpoint",
    "CIVIC_S3_REGION": "s3_region",
    "CIVIC_S3_PRIVATE_BUCKET": "s3_private_bucket",
    "CIVIC_S3_PUBLIC_BUCKET": "s3_public_bucket",
    "CIVIC_S3_PUBLIC_ADDRESS": "s3_public_address",
    "CIVIC_S3_ACCESS_KEY": "s3_access_key",
    "CIVIC_S3_SECRET_KEY": "s3_secret_key",
    "CIVIC_SMS_URL": "sms_url",
    "CIVIC_SMS_TOKEN": "sms_token",
}
S3_KEYS = {"s3_access_key": "CIVIC_S3_ACCESS_KEY", "s3_secret_key": "CIVIC_S3_SECRET_KEY"}
SECRET = {**S3_KEYS, "sms_token": "CIVIC_SMS_TOKEN"}
"""Keys that stand in the environment only: a configuration file is copied, mailed and backed up."""


def load_config(instance: Path | None = None, environ: Mapping[str, str] | None = None) -> Config:
    """Read the instance folder's `civic.toml`, then the environment, and check every value.

    Raises ConfigError naming file or variable, key and remedy.
    """
    environ = os.environ if environ is None else environ
    folder = (instance or Path(environ.get("CIVIC_INSTANCE") or "instance")).resolve()
    values = _read_file(folder / "civic.toml")
    for variable, key in ENVIRONMENT.items():
        if environ.get(variable):
            values[key] = _from_text(variable, key, environ[variable])
    try:
        values["providers"] = read_providers(values.get("providers", {}), folder, environ)
    except ProviderFault as error:
        raise ConfigError(f"{folder / 'civic.toml'}: {error}") from error
    config = Config(instance=folder, **values)
    if not config.database_url:
        config = replace(config, database_url=f"sqlite:///{folder / 'civic.sqlite3'}")
    _check(config)
    return config


def _read_file(path: Path) -> dict[str, Any]:
    """Values of `civic.toml`; an absent file means defaults."""
    if not path.exists():
        return {}
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path}: this file is not valid TOML ({error}). Compare it with civic.example.toml."
        ) from error
    kinds = {one.name for one in fields(Config) if one.name not in {"instance", *SECRET}}
    values: dict[str, Any] = {}
    for key, value in raw.items():
        if key in SECRET:
            raise ConfigError(f"{path}: {key} is a secret. Remove it, and set {SECRET[key]} in the environment.")
        if key not in kinds:
            known = ", ".join(sorted(kinds))
            raise ConfigError(f"{path}: unknown key {key!r}. Remove it or correct its name; known keys are: {known}.")
        values[key] = value if key == "providers" else _typed(f"{path}: {key}", key, value)
    return values


def _typed(where: str, key: str, value: object) -> object:
    """The value in the type its key has."""
    default = getattr(Config(instance=Path()), key)
    if isinstance(default, tuple):
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            raise ConfigError(f'{where}: write a list of texts, as ["fr", "en"].')
        return tuple(value)
    if type(value) is not type(default):
        expected = {int: "a whole number", str: "a text between quotes"}[type(default)]
        raise ConfigError(f"{where}: write {expected}, not {value!r}.")
    return value


def _from_text(variable: str, key: str, text: str) -> object:
    """The value of an environment variable in the type of its key."""
    default = getattr(Config(instance=Path()), key)
    if isinstance(default, int):
        if not text.isdecimal():
            raise ConfigError(f"{variable}: write a whole number, not {text!r}.")
        return int(text)
    return text


def _check_addresses(config: Config) -> None:
    """Refuse what is not the address of a portal, a database, a queue, a mail server."""
    parts = _parts(config.base_url)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
        raise ConfigError(
            f"base_url: {config.base_url!r} is not an address. Write the public address of the portal without a path, "
            "as https://participer.ville.example."
        )
    known = config.database_url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://"))
    if not known or (not config.is_sqlite and _parts(config.database_url) is None):
        raise ConfigError(
            "database_url: only sqlite:///… and postgresql://user:password@host:port/name are supported. "
            "Remove the key to use the embedded database of the instance folder."
        )
    redis = _parts(config.redis_url)
    if config.redis_url and (redis is None or redis.scheme not in {"redis", "rediss", "unix"}):
        raise ConfigError("redis_url: write redis://host:port/number, or remove the key.")
    smtp = _parts(config.smtp_url)
    if config.smtp_url and (smtp is None or smtp.scheme not in {"smtp", "smtps"} or not smtp.hostname):
        raise ConfigError(
            "smtp_url: write smtp://user:password@host:587 (or smtps://…), or remove the key. "
            "Signs such as # / : @ in a password are written %23 %2F %3A %40."
        )


def _parts(address: str) -> SplitResult | None:
    """The address taken apart; None when it cannot be, its port included."""
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - raises ValueError when it is not a number
    except ValueError:
        return None
    return parts


def _check(config: Config) -> None:
    """Refuse values that would fail later, where nobody would understand why."""
    _check_addresses(config)
    if not _MAIL.fullmatch(config.mail_from):
        raise ConfigError(
            f"mail_from: {config.mail_from!r} is not an e-mail address. Write participation@your-town.example."
        )
    try:
        ZoneInfo(config.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigError(
            f"timezone: {config.timezone!r} is unknown. Write a zone as Europe/Paris or Indian/Reunion."
        ) from error
    for code in config.languages:
        if not _LANGUAGE.fullmatch(code) or not localedata.exists(code):
            raise ConfigError(f'languages: {code!r} is not the code of a language. Write for instance ["fr", "en"].')
    if config.default_language not in config.languages:
        raise ConfigError("default_language: it must be one of `languages`. Add it there or choose another.")
    if not 0 <= config.trusted_proxies <= 5:
        raise ConfigError("trusted_proxies: write how many proxies stand in front (0 to 5).")
    if config.geocoder and not _CLASS.fullmatch(config.geocoder):
        raise ConfigError(
            f"geocoder: {config.geocoder!r} names no class. Write package.module:Class, or remove the key to use the "
            "town's own table of addresses."
        )
    _check_sms(config)
    _check_s3(config)


def _check_sms(config: Config) -> None:
    """Refuse a gateway that would get numbers and the token in clear over a network."""
    parts = _parts(config.sms_url)
    if not config.sms_url:
        return
    is_here = parts is not None and parts.hostname in _LOOPBACK
    if parts is None or not parts.hostname or parts.scheme not in ({"http", "https"} if is_here else {"https"}):
        raise ConfigError(
            "sms_url: write the address of the gateway, as https://sms.example/messages (http:// on this machine alone), "
            "or remove the key: no text message is then sent."
        )
    if parts.username or parts.password:
        raise ConfigError("sms_url: the address holds a secret. Remove it, and set CIVIC_SMS_TOKEN in the environment.")
    if not config.sms_token.isascii() or not config.sms_token.isprintable():
        raise ConfigError("CIVIC_SMS_TOKEN: it holds a sign that no token has. Copy it again.")


def _check_s3(config: Config) -> None:
    """Refuse half an S3 store: files would be accepted and lost."""
    wanted = {name: getattr(config, name) for name in ("s3_endpoint", "s3_private_bucket", "s3_public_bucket")}
    if not any(wanted.values()):
        if config.s3_public_address:
            raise ConfigError("s3_public_address: files are in the instance's folder. Remove it, or set s3_endpoint.")
        return
    for name, value in wanted.items():
        if not value:
            raise ConfigError(
                f"{name}: it goes with {', '.join(sorted(set(wanted) - {name}))}. Set all three, or none."
            )
    for name, variable in S3_KEYS.items():
        if not getattr(config, name):
            raise ConfigError(f"s3_endpoint: S3 is reached with keys. Set {variable} in the environment.")
    for name in ("s3_endpoint", "s3_public_address"):
        parts = urlsplit(getattr(config, name))
        if getattr(config, name) and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.query):
            raise ConfigError(f"{name}: write a whole address, as https://s3.example, without a question mark.")
    if config.s3_private_bucket == config.s3_public_bucket:
        raise ConfigError("s3_public_bucket: private and public files stand apart. Name another bucket.")
