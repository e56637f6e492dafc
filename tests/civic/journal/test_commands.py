# SPDX-License-Identifier: AGPL-3.0-or-later
"""`civic journal`: what an auditor runs, and what it says."""

import re

from tests.databases import both_databases

pytestmark = both_databases


def test_a_sound_journal(journal, run_command):
    assert "Nothing is sealed" in run_command("journal", "head", code=1).output
    journal.write(4, reason="Parce que")
    assert "4 entries sealed" in run_command("journal", "seal").output
    head = run_command("journal", "head", "--publish").output.strip()
    assert re.fullmatch(r"4:[0-9a-f]{64}", head)
    journal.write(1)
    said = run_command("journal", "verify", "--head", head).output
    assert "4 seals checked, 1 to 4; 3 kept heads compared" in said  # the option's, the file's, the database's
    assert "1 entries wait for a seal" in said
    assert "The journal is sound." in said
    assert "No head kept outside" not in said
    assert "No head kept outside" in run_command("journal", "verify").output


def test_a_journal_that_was_tampered_with(journal, run_command):
    journal.write(4)
    run_command("journal", "seal")
    head = run_command("journal", "head").output.strip()
    third = journal.ids()[2]
    journal.tamper("UPDATE civic_journal SET act = 'decline' WHERE id = :id", id=third)
    journal.tamper("DELETE FROM civic_journal_seal WHERE seq = 4")
    said = run_command("journal", "verify", "--head", head, code=1).output
    assert "altered: " in said
    assert str(third) in said
    assert "cut: " in said
    assert "not sound: 2 findings" in said


def test_a_refused_entry_makes_the_command_fail(journal, run_command):
    journal.write(2)
    journal.tamper("UPDATE civic_journal SET act = 'x' WHERE id = (SELECT min(id) FROM civic_journal)")
    said = run_command("journal", "seal", code=1).output
    assert "1 entries sealed." in said
    assert "1 refused" in said


def test_a_head_that_is_none_is_refused(run_command):
    assert "SEQ:DIGEST" in run_command("journal", "verify", "--head", "12", code=2).output
