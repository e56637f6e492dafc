# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who else may say who someone is: the `[providers.…]` tables of `civic.toml`, checked when the portal starts."""

import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
ALGORITHMS = ("RS256", "ES256", "PS256", "RS384", "ES384", "RS512", "ES512", "PS384", "PS512")
"""Signatures by a private key. `none`, and those under a secret that both sides hold, are never accepted."""

USERINFO = ("signed", "plain", "none")
IDENTITY = {"given_name", "family_name", "birthdate"}
"""Claims that a proven identity is made of, and the scopes that ask for them one by one."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,29}")


class ProviderFault(ValueError):
    """A table cannot be used; the message names the key and the remedy."""


@dataclass(frozen=True)
class ProviderConfig:
    """One OpenID Connect provider.

    Attributes:
        name: key of the table; part of the address that is declared to the provider.
        label: as people know it, on the button: "FranceConnect".
        issuer: its address; everything else is read from its discovery document.
        client_secret: from the environment or from a file of mode 0600, never from `civic.toml`.
        acr_values: certainty that is asked for; what answers must be one of them (or a higher eIDAS level).
        proves_identity: whether names and date of birth come from a document that it has checked.
        userinfo: `signed` (a JWT, as FranceConnect), `plain` (JSON), `none` (claims of the ID token only).
        help_url: page behind "What is …?" under the button.
    """

    name: str
    label: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: tuple[str, ...] = ("openid", "given_name", "family_name", "preferred_username", "birthdate")
    acr_values: tuple[str, ...] = ()
    proves_identity: bool = False
    userinfo: str = "signed"
    algorithms: tuple[str, ...] = ("RS256", "ES256")
    help_url: str = ""


TEXTS = ("label", "issuer", "client_id", "userinfo", "help_url")
LISTS = ("scopes", "acr_values", "algorithms")
REQUIRED = ("label", "issuer", "client_id")
KNOWN = {*TEXTS, *LISTS, "proves_identity", "client_secret_file"}


def read_providers(raw: object, folder: Path, environ: Mapping[str, str]) -> tuple[ProviderConfig, ...]:
    """The providers of a configuration, in its order. Raises ProviderFault."""
    if not isinstance(raw, dict) or not all(isinstance(table, dict) for table in raw.values()):
        raise ProviderFault("providers: write one table for each, as [providers.franceconnect].")
    return tuple(_provider(name, table, folder, environ) for name, table in raw.items())


def secret_variable(name: str) -> str:
    """The environment variable that may hold a provider's secret."""
    return f"CIVIC_PROVIDER_{name.upper()}_SECRET"


def _provider(name: str, table: dict[str, Any], folder: Path, environ: Mapping[str, str]) -> ProviderConfig:
    """One table, checked."""
    where = f"providers.{name}"
    if not _NAME.fullmatch(name):
        raise ProviderFault(f"{where}: a name is small letters, digits and _, as franceconnect.")
    _known_and_typed(where, table)
    for key in REQUIRED:
        if not table.get(key, "").strip():
            raise ProviderFault(f"{where}.{key}: it is missing. Write what the provider gave you.")
    values: dict[str, Any] = {key: tuple(value) if key in LISTS else value for key, value in table.items()}
    secret = _secret(where, name, values.pop("client_secret_file", ""), folder, environ)
    found = ProviderConfig(name=name, client_secret=secret, **values)
    _check(where, found)
    return found


def _known_and_typed(where: str, table: dict[str, Any]) -> None:
    """Every key is known and of its type."""
    for key, value in table.items():
        if key == "client_secret":
            raise ProviderFault(
                f"{where}.client_secret: a secret does not stand in civic.toml. Remove it here; put it in a file of mode "
                f"0600 named by client_secret_file, or in the environment as {secret_variable(where.partition('.')[2])}."
            )
        if key not in KNOWN:
            raise ProviderFault(f"{where}.{key}: unknown key. Known keys are: {', '.join(sorted(KNOWN))}.")
        if key in LISTS:
            if not isinstance(value, list) or not all(isinstance(part, str) and part for part in value):
                raise ProviderFault(f'{where}.{key}: write a list of texts, as ["eidas1"].')
        elif key == "proves_identity":
            if not isinstance(value, bool):
                raise ProviderFault(f"{where}.{key}: write true or false.")
        elif not isinstance(value, str):
            raise ProviderFault(f"{where}.{key}: write a text between quotes.")


def _secret(where: str, name: str, named_file: str, folder: Path, environ: Mapping[str, str]) -> str:
    """The secret, from the environment or from its file; a file that others may read is refused."""
    variable = secret_variable(name)
    if environ.get(variable):
        return environ[variable]
    if not named_file:
        raise ProviderFault(f"{where}: its secret is missing. Set {variable}, or name a file by client_secret_file.")
    path = folder / named_file
    if not path.is_file():
        raise ProviderFault(f"{where}.client_secret_file: {path} does not exist. Write the secret in it, mode 0600.")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise ProviderFault(f"{where}.client_secret_file: others may read {path}. Run: chmod 600 {path}")
    secret = path.read_text(encoding="utf-8").strip()
    if not secret:
        raise ProviderFault(f"{where}.client_secret_file: {path} is empty. Write the secret in it.")
    return secret


def _check(where: str, provider: ProviderConfig) -> None:
    """Refuse values that would fail later, before someone who wants to sign in."""
    if not is_safe_address(provider.issuer) or urlsplit(provider.issuer).query:
        raise ProviderFault(
            f"{where}.issuer: {provider.issuer!r} is not a protected address. Write it as the provider gives it, "
            "as https://app.franceconnect.gouv.fr/api/v2."
        )
    if provider.help_url and urlsplit(provider.help_url).scheme != "https":
        raise ProviderFault(f"{where}.help_url: write an address that begins with https://, or remove the key.")
    if provider.userinfo not in USERINFO:
        raise ProviderFault(f"{where}.userinfo: write one of {', '.join(USERINFO)}.")
    if "openid" not in provider.scopes:
        raise ProviderFault(f'{where}.scopes: "openid" must be one of them. Add it.')
    unknown = [name for name in provider.algorithms if name not in ALGORITHMS]
    if unknown or not provider.algorithms:
        raise ProviderFault(f"{where}.algorithms: write some of {', '.join(ALGORITHMS)}; no other is accepted.")
    missing = IDENTITY - set(provider.scopes)
    if provider.proves_identity and missing and "profile" not in provider.scopes:
        raise ProviderFault(
            f"{where}.scopes: an identity is names and date of birth. Add {', '.join(sorted(missing))}, or write "
            "proves_identity = false."
        )


def is_safe_address(address: str) -> bool:
    """Whether what is sent to an address is protected: HTTPS, or this very machine."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))
