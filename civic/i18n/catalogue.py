# SPDX-License-Identifier: AGPL-3.0-or-later
"""The messages of the language being written, looked up once per request instead of once per label.

Flask-Babel looks the locale up again for each label; a list of 25 rows asks for a hundred.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, cached_property
from gettext import NullTranslations, c2py
from typing import Any

from babel.messages.plurals import get_plural
from flask import Flask
from flask_babel import Babel, Domain, force_locale, get_locale, get_translations

_bound: ContextVar[NullTranslations | None] = ContextVar("civic_catalogue", default=None)
_language: ContextVar[str | None] = ContextVar("civic_language", default=None)


class BoundDomain(Domain):  # type: ignore[misc]  # Flask-Babel has no types
    """All messages; gives the bound catalogue where there is one."""

    def get_translations(self) -> Any:
        """The catalogue of the request, or of the locale in force, with the plurals of its language.

        Flask-Babel takes the rule of the last catalogue it merges: the town's own, which is seldom there, and whose
        absence counts in English ("0 soutiens").
        """
        bound = _bound.get()
        if bound is not None:
            return bound
        found = super().get_translations()
        found.plural = plural_rule(str(get_locale() or "fr"))
        return found


@cache
def plural_rule(language: str) -> Callable[[int], int]:
    """Which form of a message goes with a number, by the language (CLDR, as Babel has it)."""
    return c2py(get_plural(language).plural_expr)


class KeptBabel(Babel):  # type: ignore[misc]  # the same
    """Babel with that domain."""

    @cached_property
    def domain_instance(self) -> BoundDomain:
        """One for the life of the application."""
        return BoundDomain(domain=self.domain)


def init_catalogue(app: Flask) -> None:
    """Bind the catalogue when a request begins, and give templates functions that use it."""

    @app.before_request
    def _bind() -> None:
        _look_up()

    @app.teardown_request
    def _release(error: BaseException | None) -> None:
        _bound.set(None)
        _language.set(None)

    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # added by the i18n extension
        lambda text: _catalogue().gettext(text),
        lambda one, many, count: _catalogue().ngettext(one, many, count),
        newstyle=True,
        pgettext=lambda context, text: _catalogue().pgettext(context, text),
        npgettext=lambda context, one, many, count: _catalogue().npgettext(context, one, many, count),
    )


@contextmanager
def writing_in(language: str) -> Iterator[None]:
    """Write in another language than the request's: a message to someone else, a job."""
    before = _bound.get(), _language.get()
    with force_locale(language):
        _look_up()
        try:
            yield
        finally:
            _bound.set(before[0])
            _language.set(before[1])


def current_language() -> str:
    """Code of the language being written: `fr`, `en`."""
    bound = _language.get()
    if bound is not None:
        return bound
    locale = get_locale()
    return str(locale.language) if locale is not None else "fr"


def _look_up() -> None:
    """Bind the catalogue and the language of the locale in force."""
    _bound.set(None)  # what was bound before must not answer for another language
    _language.set(None)
    _bound.set(get_translations())
    _language.set(current_language())


def _catalogue() -> Any:
    """The bound catalogue; outside a request, the one of the forced or default language."""
    return _bound.get() or get_translations()
