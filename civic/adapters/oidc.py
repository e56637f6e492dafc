# SPDX-License-Identifier: AGPL-3.0-or-later
"""An OpenID Connect provider in the profile of FranceConnect: code with PKCE, signed userinfo, signing out there too."""

import re
import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from civic.adapters.oidc_http import conversation
from civic.adapters.oidc_metadata import Kept, Metadata, read_keys, read_metadata
from civic.adapters.oidc_tokens import (
    Keys,
    check_addressees,
    check_certainty,
    check_id_token,
    check_moment,
    check_userinfo,
    verified,
)
from civic.config_providers import ProviderConfig
from civic.ports.identity import AnswerRefused, Begun, Proven, ProviderDown

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
LONGEST_NAME = 100


class OpenIDProvider:
    """See IdentityProvider. Its documents and keys are kept for an hour, and asked again when a signature fits none."""

    def __init__(self, config: ProviderConfig) -> None:
        self.config = config
        self._metadata: Kept[Metadata] = Kept(lambda: read_metadata(config))
        self._keys: Kept[Keys] = Kept(lambda: read_keys(config, self._metadata.get().jwks_uri))

    @property
    def name(self) -> str:
        """See IdentityProvider."""
        return self.config.name

    @property
    def label(self) -> str:
        """See IdentityProvider."""
        return self.config.label

    @property
    def help_url(self) -> str:
        """See IdentityProvider."""
        return self.config.help_url

    def begin(self, back: str, *, afresh: bool = False) -> Begun:
        """See IdentityProvider. Three random texts: only whoever holds them in a cookie can use the answer."""
        metadata = self._metadata.get()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        asked: dict[str, str] = {"nonce": nonce}
        if self.config.acr_values:
            asked["acr_values"] = " ".join(self.config.acr_values)
        if afresh:
            asked["prompt"] = "login"
        with conversation(self.config, back=back) as session:
            url, _state = session.create_authorization_url(
                metadata.authorization_endpoint, state=state, code_verifier=verifier, **asked
            )
        return Begun(str(url), state, nonce, verifier)

    def finish(self, begun: Begun, answer: Mapping[str, str], back: str) -> Proven:
        """See IdentityProvider."""
        metadata = self._metadata.get()
        if metadata.names_itself or "iss" in answer:
            self._expect(answer.get("iss") == self.config.issuer, "the answer names another provider")
        if "error" in answer:
            raise _said_no(answer["error"])
        self._expect(bool(answer.get("code")), "the answer holds no code")
        with conversation(self.config, back=back, method=_method(metadata)) as session:
            tokens = session.fetch_token(
                metadata.token_endpoint,
                grant_type="authorization_code",
                code=answer["code"],
                code_verifier=begun.verifier,
            )
            access, id_token = tokens.get("access_token"), tokens.get("id_token")
            self._expect(isinstance(access, str) and isinstance(id_token, str), "the provider gave no token")
            claims = verified(id_token, self._signing_keys, self.config.algorithms)
            check_id_token(
                claims,
                issuer=self.config.issuer,
                client_id=self.config.client_id,
                nonce=begun.nonce,
                access_token=access,
            )
            check_certainty(claims, self.config.acr_values)
            check_moment(claims, begun.since)
            told = claims if self.config.userinfo == "none" else self._userinfo(session, metadata, claims["sub"])
        return self._proven(claims["sub"], told, id_token)

    def end_url(self, id_token: str, back: str, state: str) -> str:
        """See IdentityProvider (OpenID Connect RP-Initiated Logout 1.0)."""
        endpoint = self._metadata.get().end_session_endpoint
        if not endpoint:
            return ""
        asked = urlencode({"id_token_hint": id_token, "post_logout_redirect_uri": back, "state": state})
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{asked}"

    def check(self) -> str:
        """See IdentityProvider."""
        metadata = self._metadata.get(anew=True)
        keys = self._keys.get(anew=True)
        if not keys:
            raise ProviderDown("its key set holds no public key that signs")
        methods = metadata.raw.get("code_challenge_methods_supported")
        if isinstance(methods, list) and "S256" not in methods:
            raise ProviderDown("it does not take PKCE with S256: ask the provider")
        known = metadata.raw.get("acr_values_supported")
        unknown = [value for value in self.config.acr_values if isinstance(known, list) and value not in known]
        if unknown:
            raise ProviderDown(f"it does not know {', '.join(unknown)}: correct acr_values")
        ends = "signs out there too" if metadata.end_session_endpoint else "does not sign out there"
        return f"{self.label} answers with {len(keys)} keys, {ends}"

    def _signing_keys(self, anew: bool) -> Keys:
        """The keys, asked again when what is known fits no signature."""
        return self._keys.get(anew=anew)

    def _userinfo(self, session: Any, metadata: Metadata, subject: str) -> dict[str, Any]:
        """What the provider tells of the person, signed where the profile says so."""
        response = session.get(metadata.userinfo_endpoint, headers={"Accept": "application/jwt, application/json"})
        response.raise_for_status()
        if self.config.userinfo == "signed":
            claims = verified(response.text.strip(), self._signing_keys, self.config.algorithms)
            check_addressees(claims, issuer=self.config.issuer, client_id=self.config.client_id)
        else:
            claims = response.json()
            self._expect(isinstance(claims, dict), "userinfo is not an object")
        check_userinfo(claims, subject=subject)
        return claims

    def _proven(self, subject: str, told: Mapping[str, Any], id_token: str) -> Proven:
        """The claims in the portal's words."""
        surname, given = _text(told.get("family_name")), _text(told.get("given_name"))
        born = _day(told.get("birthdate"))
        return Proven(
            provider=self.name,
            issuer=self.config.issuer,
            subject=subject,
            surname=surname,
            usage_name=_text(told.get("preferred_username")),
            first_names=given,
            birth_date=born,
            proves_identity=self.config.proves_identity and bool(surname and given and born),
            email=_text(told.get("email"), 254),
            id_token=id_token,
        )

    def _expect(self, holds: bool, message: str) -> None:
        """Raise AnswerRefused when something that every honest answer has is not there."""
        if not holds:
            raise AnswerRefused("forged", message)


def _method(metadata: Metadata) -> str:
    """How the portal shows its secret: in the form where that is taken (FranceConnect), else in the header."""
    return "client_secret_post" if "client_secret_post" in metadata.token_methods else "client_secret_basic"


def _said_no(error: str) -> Exception:
    """What the provider says instead of a code (RFC 6749 §4.1.2.1)."""
    if error == "access_denied":
        return AnswerRefused("declined", "the person stopped there")
    return ProviderDown(f"it answers {error[:40]!r}")


def _text(value: object, longest: int = LONGEST_NAME) -> str:
    """A claim as one short line."""
    return " ".join(value.split())[:longest].strip() if isinstance(value, str) else ""


def _day(value: object) -> date | None:
    """A date known to the day; FranceConnect gives 1962-00-00 for who was born on an unknown one."""
    found = _DAY.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None
