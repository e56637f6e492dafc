# SPDX-License-Identifier: AGPL-3.0-or-later
"""A portal where proposals are on, with an author and a visitor."""

import pytest
from flask import Flask

from tests.forms import Visitor
from tests.modules.proposals.making import someone, switch_on


@pytest.fixture
def component(app: Flask) -> int:
    """The standing component of proposals."""
    return switch_on(app)


@pytest.fixture
def author(app: Flask, component: int) -> tuple[int, Visitor]:
    """Someone signed in: account id and browser."""
    return someone(app)
