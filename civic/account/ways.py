# SPDX-License-Identifier: AGPL-3.0-or-later
"""The providers of the running application, and the addresses where they send people back."""

from collections.abc import Mapping

from flask import abort, current_app

from civic.adapters.oidc import OpenIDProvider
from civic.config import Config
from civic.notifications.mail import address_of, base_url
from civic.ports.identity import IdentityProvider

EXTENSION = "civic.providers"


def make_providers(config: Config) -> dict[str, IdentityProvider]:
    """The configured providers, by name; each remembers what it was told for the life of the process."""
    return {one.name: OpenIDProvider(one) for one in config.providers}


def current_providers() -> Mapping[str, IdentityProvider]:
    """The providers of the running application."""
    found: Mapping[str, IdentityProvider] = current_app.extensions[EXTENSION]
    return found


def provider_named(name: str) -> IdentityProvider:
    """The provider, or 404."""
    return current_providers().get(name) or abort(404)


def back_address(name: str) -> str:
    """Where the provider sends people back: declared there, the same in every language."""
    config: Config = current_app.extensions["civic.config"]
    return address_of("people.provider_back", config.default_language, provider=name)


def home_address() -> str:
    """Where it sends people who have signed out: declared there too."""
    return f"{base_url()}/"
