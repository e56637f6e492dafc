# SPDX-License-Identifier: AGPL-3.0-or-later
"""SQLite takes any value in any column: spoilt ones are findings, never a crash of sealer or verification."""

import pytest

SPOILT = ["details = 'not json'", "at = 'yesterday'", "at = x'00'", "subject_id = 'abc'", "mac = x'01'", "role = x'02'"]


@pytest.mark.parametrize("change", SPOILT)
def test_a_spoilt_entry_is_named_sealed_or_not(journal, change):
    journal.write(2)
    journal.seal()
    journal.write(2)
    one, three = journal.ids()[0], journal.ids()[-1] + 1
    journal.tamper(f"UPDATE civic_journal SET {change} WHERE id IN (:one, :three)", one=one, three=three)
    assert journal.codes() == [("altered", 1, one), ("inserted_after", None, three)]
    assert all(str(finding) for finding in journal.verify().findings)
    done = journal.seal()
    assert (done.sealed, done.refused) == (1, [three])


@pytest.mark.parametrize("change", ["digest = x'01'", "sealed_at = 'never'", "entry_id = 'abc'", "previous = 12"])
def test_a_spoilt_seal_never_stops_the_verification(journal, change):
    journal.write(3)
    journal.seal()
    journal.tamper(f"UPDATE civic_journal_seal SET {change} WHERE seq = 2")
    assert journal.verify().is_sound is (change == "sealed_at = 'never'")
