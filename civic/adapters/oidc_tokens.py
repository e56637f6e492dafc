# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a signed answer must be before anything in it is believed (OpenID Connect Core 3.1.3.7 and 5.3.2)."""

import base64
import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from civic.ports.identity import AnswerRefused

LEEWAY = 60
"""Seconds by which two clocks may differ."""

OLDEST = 600
"""Seconds since an ID token was made: it is fetched at once."""

LONGEST = 32 * 1024
Keys = Sequence[Mapping[str, Any]]
KeySource = Callable[[bool], Keys]
"""Gives the keys; with True, asked again from the provider."""


def verified(token: str, keys: KeySource, algorithms: Sequence[str]) -> dict[str, Any]:
    """The claims of a token signed by one of the keys; when none fits, the keys are asked again once (they rotate).

    Raises AnswerRefused for another signature, for `none`, and for any algorithm that was not configured.
    """
    header = _header(token)
    algorithm = header.get("alg")
    if algorithm not in algorithms:
        raise _forged("signed by an algorithm that is not accepted")
    for anew in (False, True):
        for key in _fitting(keys(anew), header, str(algorithm)):
            claims = _claims(token, key, str(algorithm))
            if claims is not None:
                return claims
    raise _forged("not signed by this provider")


def check_id_token(claims: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str, access_token: str) -> None:
    """Raise AnswerRefused unless the ID token is this issuer's, for this portal, for this browser, now."""
    check_addressees(claims, issuer=issuer, client_id=client_id)
    if claims.get("azp", client_id) != client_id:
        raise _forged("made for another portal")
    expires, made = _moment(claims, "exp"), _moment(claims, "iat")
    now = time.time()
    if made > now + LEEWAY:
        raise _forged("made in the future")
    if expires < now - LEEWAY or made < now - OLDEST - LEEWAY:
        raise AnswerRefused("over", "the ID token has expired")
    if claims.get("nonce") != nonce:
        raise _forged("made for another request")
    if "at_hash" in claims and claims["at_hash"] not in _halves(access_token):
        raise _forged("goes with another access token")
    if not _is_subject(claims.get("sub")):
        raise _forged("names nobody")


def check_addressees(claims: Mapping[str, Any], *, issuer: str, client_id: str) -> None:
    """Raise AnswerRefused unless it comes from this issuer, for this portal and nobody else."""
    if claims.get("iss") != issuer:
        raise _forged("made by another issuer")
    if claims.get("aud") not in (client_id, [client_id]):
        raise _forged("made for another portal")


def check_userinfo(claims: Mapping[str, Any], *, subject: str) -> None:
    """Raise AnswerRefused unless it tells of whom the ID token names."""
    if claims.get("sub") != subject:
        raise _forged("userinfo tells of someone else")
    if "exp" in claims and _moment(claims, "exp") < time.time() - LEEWAY:
        raise AnswerRefused("over", "userinfo has expired")


def check_certainty(claims: Mapping[str, Any], asked: Sequence[str]) -> None:
    """Raise AnswerRefused when the person was recognised with less certainty than what was asked for."""
    if asked and claims.get("acr") not in accepted(asked):
        raise AnswerRefused("weak", "recognised with less certainty than what was asked for")


def check_moment(claims: Mapping[str, Any], since: float) -> None:
    """Raise AnswerRefused when the provider says that the person proved who they are before they were asked to."""
    if since and "auth_time" in claims and _moment(claims, "auth_time") < since - LEEWAY:
        raise AnswerRefused("over", "the person was not asked again who they are")


def accepted(asked: Sequence[str]) -> set[str]:
    """The values asked for; for the eIDAS levels (UE 2015/1502: low, substantial, high), those above too."""
    levels = ["eidas1", "eidas2", "eidas3"]
    return {*asked, *(level for one in asked if one in levels for level in levels[levels.index(one) :])}


def _header(token: str) -> dict[str, Any]:
    """The header of a token of three parts."""
    parts = token.split(".")
    if len(token) > LONGEST or len(parts) != 3:
        raise _forged("not a signed token")
    try:
        found = json.loads(base64.urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4)))
    except ValueError as error:
        raise _forged("not a signed token") from error
    if not isinstance(found, dict):
        raise _forged("not a signed token")
    return found


def _fitting(keys: Keys, header: Mapping[str, Any], algorithm: str) -> list[Mapping[str, Any]]:
    """The provider's keys that may have signed; what the token itself brings as a key (`jwk`, `jku`) is not looked at."""
    kind = "EC" if algorithm.startswith("ES") else "RSA"
    kid = header.get("kid")
    return [
        key
        for key in keys
        if key["kty"] == kind and key.get("alg", algorithm) == algorithm and kid in (None, key.get("kid"))
    ]


def _claims(token: str, key: Mapping[str, Any], algorithm: str) -> dict[str, Any] | None:
    """The claims when the key signed them, else None."""
    from joserfc import jwt  # noqa: PLC0415 - a second that only who signs in through a provider pays
    from joserfc.errors import JoseError  # noqa: PLC0415 - the same
    from joserfc.jwk import import_key  # noqa: PLC0415 - the same

    try:
        found = jwt.decode(token, import_key(dict(key)), algorithms=[algorithm])
    except (JoseError, ValueError):
        return None
    return dict(found.claims)


def _moment(claims: Mapping[str, Any], name: str) -> float:
    """A time of the token."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _forged(f"carries no {name}")
    return float(value)


def _halves(access_token: str) -> set[str]:
    """What `at_hash` may be: the left half of a digest, whose size goes with the signature's."""
    digests = (hashlib.new(name, access_token.encode()).digest() for name in ("sha256", "sha384", "sha512"))
    return {base64.urlsafe_b64encode(one[: len(one) // 2]).rstrip(b"=").decode() for one in digests}


def _is_subject(value: object) -> bool:
    """A text of 1 to 255 ASCII characters (Core 2)."""
    return isinstance(value, str) and 0 < len(value) <= 255 and value.isascii()


def _forged(message: str) -> AnswerRefused:
    """Not from this provider, or not for us."""
    return AnswerRefused("forged", message)
