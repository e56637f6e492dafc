# SPDX-License-Identifier: AGPL-3.0-or-later
"""Eight writers and two sealers at once: one chain, no fork, nothing lost (figures: docs/decisions/0001-journal.md)."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from civic.db.session import db, write
from civic.journal.entries import record
from civic.journal.sealer import seal
from civic.permissions.actor import SYSTEM
from tests.civic.journal.conftest import AT
from tests.databases import both_databases

WRITERS, EACH = 8, 15


@both_databases
def test_the_chain_never_forks_and_nothing_is_lost(app, journal, backend):
    done = threading.Event()

    def write_entries(name):
        dice = random.Random(name)
        with app.app_context():
            for number in range(EACH):
                with write() as session:
                    record(session, SYSTEM, f"act{name}", kind="k", subject_id=number, at=AT, text=f"Raison {number}")
                    session.flush()
                    if backend == "postgresql":
                        time.sleep(dice.random() / 100)  # transactions end in another order than their ids were given

    def keep_sealing():
        with app.app_context():
            count = 0
            while not done.is_set():
                with write() as session:
                    count += seal(session, AT).sealed
                time.sleep(0.005)
            return count

    with ThreadPoolExecutor(WRITERS + 2) as pool:
        sealers = [pool.submit(keep_sealing) for _ in range(2)]
        writers = [pool.submit(write_entries, name) for name in range(WRITERS)]
        for writer in writers:
            writer.result()
        done.set()
        during = sum(sealer.result() for sealer in sealers)
    assert during > 0
    assert during + journal.seal().sealed == WRITERS * EACH
    report = journal.verify()
    assert report.is_sound
    assert (report.seals, report.first, report.last, report.unsealed) == (WRITERS * EACH, 1, WRITERS * EACH, 0)
    db.session().close()
    assert sorted(journal.ids()) == list(range(min(journal.ids()), min(journal.ids()) + WRITERS * EACH))
