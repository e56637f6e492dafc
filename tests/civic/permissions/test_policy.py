# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tables of permissions: OR of ANDs, closed by default, the nearest refusal said."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from civic.core import CORE
from civic.permissions.actor import ROLES, SYSTEM, VISITOR, Actor, Grant
from civic.permissions.decision import Denied
from civic.permissions.policy import Policy
from civic.permissions.predicates import (
    administrator,
    agent,
    anyone,
    clerk,
    is_author,
    is_staff,
    is_visible,
    of_department,
    second_factor,
    signed_in,
    works_on_files,
)

AT = datetime(2026, 3, 10, tzinfo=UTC)
POLICY = Policy(
    "test",
    {
        "t:read": ((anyone,),),
        "t:edit": ((is_author, is_visible), (clerk, second_factor)),
        "t:none": ((administrator,),),
    },
    {"t:read": "Read", "t:edit": "Edit", "t:none": "None"},
)
SUBJECT = SimpleNamespace(kind="toys.toy", space_id=7, author_id=3, visible=True, department_id=5)
RESIDENT = Actor(account_id=1, person_id=3)


def staff(*grants, factor=True):
    return Actor(account_id=9, person_id=9, grants=grants, second_factor=factor)


@pytest.mark.parametrize(
    "actor, action, allowed",
    [
        (VISITOR, "t:read", True),
        (VISITOR, "t:edit", False),
        (RESIDENT, "t:edit", True),
        (Actor(account_id=1, person_id=4), "t:edit", False),
        (staff(Grant("clerk")), "t:edit", True),
        (staff(Grant("clerk"), factor=False), "t:edit", False),
        (staff(Grant("clerk", space_id=7)), "t:edit", True),
        (staff(Grant("clerk", space_id=8)), "t:edit", False),
        (staff(Grant("clerk", module="toys")), "t:edit", True),
        (staff(Grant("clerk", module="toy")), "t:edit", False),
        (staff(Grant("clerk", space_id=7, module="games")), "t:edit", False),
        (staff(Grant("clerk", space_id=8), Grant("clerk", module="toys")), "t:edit", True),
        (staff(Grant("administrator")), "t:edit", False),
        (staff(Grant("clerk")), "t:none", False),
        (SYSTEM, "t:none", False),
    ],
)
def test_an_action_is_allowed_when_one_alternative_holds_whole(actor, action, allowed):
    assert POLICY.allows(action, actor, SUBJECT, AT) is allowed
    if allowed:
        POLICY.require(action, actor, SUBJECT, AT)
    else:
        with pytest.raises(Denied):
            POLICY.require(action, actor, SUBJECT, AT)


def test_the_refusal_is_that_of_the_nearest_alternative():
    assert POLICY.refusal("t:edit", staff(Grant("clerk"), factor=False), SUBJECT, AT).code == "second_factor"
    hidden = SimpleNamespace(kind="toys.toy", space_id=None, author_id=3, visible=False)
    assert POLICY.refusal("t:edit", RESIDENT, hidden, AT).code == "not_visible"


def test_an_action_the_table_does_not_know_is_an_error():
    with pytest.raises(KeyError):
        POLICY.allows("t:unheard", RESIDENT, SUBJECT, AT)


@pytest.mark.parametrize(
    "predicate", [signed_in, is_author, is_visible, of_department, clerk, agent, is_staff, second_factor]
)
def test_predicates_say_no_to_a_visitor_without_subject(predicate):
    assert predicate.holds(VISITOR, None, AT) is False
    assert str(predicate.refusal)


def test_a_role_held_in_a_scope_does_not_hold_on_the_instance():
    scoped = staff(Grant("administrator", space_id=7))
    assert not scoped.has("administrator")
    assert scoped.has_anywhere("administrator")
    assert scoped.is_staff


def test_the_department_is_the_one_of_the_role():
    assert of_department.holds(staff(Grant("agent", department_id=5)), SUBJECT, AT)
    assert not of_department.holds(staff(Grant("agent", department_id=6)), SUBJECT, AT)
    assert not of_department.holds(staff(Grant("agent")), SimpleNamespace(department_id=None), AT)


def test_a_department_in_one_scope_gives_nothing_on_its_files_in_another():
    here = SimpleNamespace(kind="toys.toy", space_id=7, department_id=5)
    both = staff(Grant("agent", space_id=7, department_id=6), Grant("agent", space_id=8, department_id=5))
    assert not of_department.holds(both, here, AT)
    assert of_department.holds(staff(Grant("agent", space_id=7, department_id=5)), here, AT)


def test_auditors_hold_no_file():
    assert not works_on_files.holds(staff(Grant("auditor"), Grant("auditor", space_id=7)), None, AT)
    assert works_on_files.holds(staff(Grant("auditor"), Grant("agent", space_id=7)), None, AT)


@pytest.mark.parametrize(
    "actor, role",
    [
        (VISITOR, "visitor"),
        (RESIDENT, "resident"),
        (SYSTEM, "system"),
        (staff(Grant("auditor"), Grant("clerk")), "clerk"),
    ],
)
def test_the_journal_names_the_role_one_acts_in(actor, role):
    assert actor.acting_role == role


def _all_policies():
    return {policy.name: policy for policy in (*CORE.policies, *(resource.policy for resource in CORE.resources))}


@pytest.mark.parametrize("policy", _all_policies().values(), ids=_all_policies())
def test_core_tables_are_complete_and_need_a_second_factor_of_staff(policy):
    assert set(policy.table) == set(policy.titles)
    for action, rule in policy.table.items():
        assert rule, f"{policy.name}: {action} has no alternative: nobody may do it"
        for alternative in rule:
            names = {predicate.name for predicate in alternative}
            if names & {*ROLES, "is_staff", "works_on_files", "of_department", "of_department_in_charge"}:
                assert "second_factor" in names, f"{policy.name}: {action} opens to staff without second factor"
