# SPDX-License-Identifier: AGPL-3.0-or-later
"""A workflow that cannot work is refused when it is declared, with what to correct."""

import pytest

from civic.workflow.declaration import State, Transition, Workflow, WorkflowError

A, B = State("a", "A", initial=True), State("b", "B", final=True)


def go(name="go", sources=("a",), to="b", **options):
    return Transition(name, sources, to, "t:go", "Go", "Gone", **options)


@pytest.mark.parametrize(
    "states, transitions, line, says",
    [
        ((A, A, B), (go(),), (), r"state \['a'\] is declared twice. Rename one"),
        ((A, B), (go(), go()), (), r"transition \['go'\] is declared twice"),
        ((State("a", "A"), B), (go(),), (), "exactly one state is initial. Mark one"),
        ((A, State("b", "B", initial=True, final=True)), (go(),), (), "exactly one state is initial"),
        ((A, B), (go(to="c"),), (), r"transition go names unknown states \['c'\]"),
        ((A, B), (go(sources=("a", "z")),), (), r"unknown states \['z'\]"),
        ((A, B), (go(requires=("colour",)),), (), r"unknown fields \['colour'\]"),
        ((A, B), (go(accepts=("colour",)),), (), r"unknown fields \['colour'\]"),
        ((A, B), (go(), go("back", ("b",), "a")), (), "state b is final and has exit. Remove final=True"),
        ((A, State("b", "B")), (go(),), (), "state b has no exit. Add a transition or final=True"),
        ((A, B, State("c", "C", final=True)), (go(),), (), r"states \['c'\] cannot be reached when nothing is off"),
        (
            (A, State("o", "O", optional=True), B),
            (go("to_o", ("a",), "o"), go("to_b", ("o",), "b")),
            (),
            r"states \['b'\] cannot be reached when \['o'\] is off",
        ),
        ((A, B), (go(),), ("a", "nowhere"), r"the line names unknown states \['nowhere'\]"),
    ],
)
def test_faults_are_named(states, transitions, line, says):
    with pytest.raises(WorkflowError, match=says) as error:
        Workflow("t.t", states, transitions, line)
    assert "workflow t.t" in str(error.value)


def test_a_sound_declaration_answers_by_name():
    workflow = Workflow("t.t", (A, B), (go(),), ("a", "b"))
    assert (workflow.initial.name, workflow.state("b").final, workflow.transition("go").to) == ("a", True, "b")
    for unknown in (workflow.state, workflow.transition):
        with pytest.raises(KeyError):
            unknown("z")
