# SPDX-License-Identifier: AGPL-3.0-or-later
"""The outcome of a permission check or of a guard: yes, or no with a reason and what to do."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """Why not, in a sentence for the person reading it.

    Attributes:
        code: stable name for tests and the API, as `not_author`.
        message: translatable sentence that says why and what to do.
        remedy: what would open the way: `sign_in`, `second_factor`, `verify`, `residence`, `authorisation`,
            `account`, or empty.
    """

    code: str
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        """The sentence."""
        return str(self.message)


class Refused(Exception):
    """An act was refused; carries the refusals to show. Nothing was changed."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__("; ".join(refusal.code for refusal in refusals))
        self.refusals = refusals


class Denied(Refused):
    """The actor does not hold the permission: the page answers 403, or sends a visitor to sign in."""


class Missing(Refused):
    """Fields required by the act are empty or wrong: the form comes back filled in. `fields` names them."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(*(Refusal(f"missing_{name}", message) for name, message in fields.items()))
        self.fields = fields


class StaleVersion(Refused):
    """The subject changed since the form was shown: the second clerk is told and loses nothing typed."""
