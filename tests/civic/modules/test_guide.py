# SPDX-License-Identifier: AGPL-3.0-or-later
"""docs/modules.md tells of everything a manifest can declare, and of nothing else."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from civic.cli.modules import module as command
from civic.events.base import CORE_EVENTS
from civic.module import CAPABILITIES, SLOTS, Module, Resource
from civic.testing import plugin

GUIDE = (Path(__file__).resolve().parents[3] / "docs" / "modules.md").read_text(encoding="utf-8")
OPTIONAL = ("text", "personal_data", "erase", "endpoint")
WORDS = [
    *(field.name for field in fields(Module)),
    *(name for name in OPTIONAL if name in {field.name for field in fields(Resource)}),
    *CAPABILITIES,
    *SLOTS,
    *(event.__name__ for event in CORE_EVENTS),
    *(name for name in ("civic_portal", "civic_database_url") if hasattr(plugin, name)),
]


@pytest.mark.parametrize("word", sorted(set(WORDS)))
def test_the_guide_names_it(word):
    assert f"`{word}`" in GUIDE


def test_every_field_of_the_table_exists():
    table = GUIDE.partition("## The manifest")[2].partition("### Resources")[0]
    named = {
        name for row in re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    }
    assert named == {field.name for field in fields(Module)}


def test_commands_of_the_guide_exist():
    asked = set(re.findall(r"civic module (\w+)", GUIDE))
    assert asked == set(command.commands)
