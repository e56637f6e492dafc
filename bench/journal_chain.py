# SPDX-License-Identifier: AGPL-3.0-or-later
"""`python -m bench.journal_chain [--quick]`: what the chain costs those who write, and how long checking takes.

Eight processes write acts (one journal entry and 5 ms of other work per transaction) on PostgreSQL with fsync on: without
any seal, with the sealer of the product, and as if each writer chained its own entry under a lock. Then sealing and
verifying are timed on both databases. Figures seen: docs/decisions/0001-journal.md.
"""

import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.synchronize import Event as Signal
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from civic.app import create_app
from civic.cli import civic
from civic.clock import now
from civic.db.session import db, write
from civic.journal.entries import record
from civic.journal.models import Seal
from civic.journal.reading import COLUMNS, stored_entry
from civic.journal.sealer import GENESIS, digest_of, seal
from civic.journal.verify import verify
from civic.keys import current_keys
from civic.permissions.actor import SYSTEM
from tests.databases import write_instance
from tests.servers.postgres import PostgresServer

QUICK = "--quick" in sys.argv
WRITERS = 8
SECONDS = 3 if QUICK else 10
ROUNDS = 1 if QUICK else 3
ENTRIES = 20_000 if QUICK else 200_000
OTHER_WORK = 0.005
INLINE_LOCK = 99


def main() -> None:
    """Print every figure."""
    print(f"load average {os.getloadavg()[0]:.2f}; {os.cpu_count()} cores; {WRITERS} writers, {SECONDS} s a round")
    server = PostgresServer(durable=True).start()
    try:
        writers(server)
        with scratch(server.url(server.create())) as app:
            checking("postgresql", app)
    finally:
        server.remove()
    with scratch(None) as app:
        checking("sqlite", app)


@contextmanager
def scratch(url: str | None) -> Iterator[Flask]:
    """A migrated instance of its own."""
    with tempfile.TemporaryDirectory(prefix="civic-bench-") as folder:
        instance = write_instance(Path(folder), url or f"sqlite:///{folder}/civic.sqlite3")
        civic(["--instance", str(instance), "db", "upgrade"], standalone_mode=False)
        app = create_app(instance)
        with app.app_context():
            yield app
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()


def writers(server: PostgresServer) -> None:
    """The three ways to chain, interleaved round by round; medians."""
    seen: dict[str, list[tuple[float, ...]]] = {"no chain": [], "sealer": [], "inline": []}
    for turn in range(ROUNDS):
        for way in seen if turn % 2 == 0 else reversed(seen):
            with scratch(server.url(server.create())) as app:
                seen[way].append(one_round(app, way))
    print(
        f"\n{'way':10} {'acts/s':>8} {'p50 ms':>8} {'p99 ms':>8} {'queueing':>9}   medians of {ROUNDS} rounds; acts/s"
    )
    for way, rounds in seen.items():
        rate, half, tail, queue = (statistics.median(values) for values in zip(*rounds, strict=True))
        span = f"{min(one[0] for one in rounds):.0f} to {max(one[0] for one in rounds):.0f}"
        print(f"{way:10} {rate:8.0f} {half:8.1f} {tail:8.1f} {queue:9.2f}   {span}")


def one_round(app: Flask, way: str) -> tuple[float, ...]:
    """Acts per second, median and 99th percentile of one act in milliseconds, writers found waiting for a lock.

    The chain is verified at the end.
    """
    for engine in db.engines.values():
        engine.dispose()
    context = multiprocessing.get_context("fork")
    stop, results = context.Event(), context.Queue()
    children = [context.Process(target=keep_writing, args=(app, way, stop, results)) for _ in range(WRITERS)]
    for child in children:
        child.start()
    with ThreadPoolExecutor(1) as pool:
        sealer = pool.submit(keep_sealing, app, stop) if way == "sealer" else None
        queue = writers_waiting(SECONDS)
        stop.set()
        times = sorted(spent for _child in children for spent in results.get())
        longest = sealer.result() if sealer else 0.0
    for child in children:
        child.join()
    check(way, len(times), longest)
    return len(times) / SECONDS, times[len(times) // 2] * 1000, times[len(times) * 99 // 100] * 1000, queue


def writers_waiting(seconds: float) -> float:
    """How many connections wait for another one's lock, on average, seen every 20 ms: queueing, whatever the load."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    seen, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end:
        seen.append(db.session().scalar(waiting) or 0)
        db.session().close()
        time.sleep(0.02)
    return statistics.mean(seen)


def check(way: str, count: int, longest: float) -> None:
    """Every act is chained once, without a fork; otherwise the round proves nothing."""
    if way == "sealer":
        with write() as session:
            left = seal(session, now(), limit=10**9, whole=True).sealed
        print(f"  sealer: longest pass {longest * 1000:.0f} ms, {left} entries waiting when the writers stopped")
    if way != "no chain":
        report = verify(db.session(), current_keys().journal)
        if not report.is_sound or report.seals != count:
            raise AssertionError(f"{way}: {count} acts, {report.seals} seals, {report.findings[:5]}")
        db.session().close()


def keep_writing(app: Flask, way: str, stop: Signal, results: Any) -> None:
    """One writer: acts until told to stop, each timed."""
    times = []
    with app.app_context():
        while not stop.is_set():
            began = time.perf_counter()
            with write() as session:
                act(session, chain_here if way == "inline" else None)
            times.append(time.perf_counter() - began)
    results.put(times)


def act(session: Session, chain: Callable[[Session, int], None] | None) -> None:
    """An act as the product does one: journal entry, other work, commit."""
    entry = record(session, SYSTEM, "study", kind="bench.act", subject_id=1, at=now(), text="Une raison")
    session.flush()
    if chain is not None:
        chain(session, entry.id)
    time.sleep(OTHER_WORK)


def chain_here(session: Session, entry_id: int) -> None:
    """What the product does not do: the writer holds the chain until its own commit."""
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": INLINE_LOCK})
    last = session.execute(select(Seal.seq, Seal.digest).order_by(Seal.seq.desc()).limit(1)).first()
    seq, previous = (last.seq, last.digest) if last else (0, GENESIS)
    entry = stored_entry(session.execute(select(*COLUMNS).where(COLUMNS[0] == entry_id)).one())
    digest = digest_of(previous, entry)
    values = {"seq": seq + 1, "entry_id": entry_id, "previous": previous, "digest": digest, "sealed_at": now()}
    session.execute(insert(Seal).values(**values))


def keep_sealing(app: Flask, stop: Signal) -> float:
    """A sealer that never rests longer than a tenth of a second; gives its longest pass."""
    longest = 0.0
    with app.app_context():
        while not stop.is_set():
            began = time.perf_counter()
            with write() as session:
                seal(session, now())
            longest = max(longest, time.perf_counter() - began)
            stop.wait(0.1)
    return longest


def checking(name: str, app: Flask) -> None:
    """Sealing, idle passes and verification of a large journal."""
    for start in range(0, ENTRIES, 5000):
        with write() as session:
            for number in range(start, start + 5000):
                reason = "Une raison qui tient en une phrase." if number % 3 == 0 else ""
                record(session, SYSTEM, "study", kind="bench.act", subject_id=number, at=now(), text=reason)
    print(f"\n{name}, {ENTRIES} entries")
    with write() as session:
        timed("seal them all", lambda: seal(session, now(), limit=ENTRIES), ENTRIES)
    with write() as session:
        if session.scalar(select(func.count()).select_from(Seal)) != ENTRIES:
            raise AssertionError("not everything was sealed")
    with write() as session:
        timed("idle pass, as every 5 s", lambda: seal(session, now()))
        timed("idle pass, whole journal", lambda: seal(session, now(), whole=True))
    report = timed("verify", lambda: verify(db.session(), current_keys().journal), ENTRIES)
    if not report.is_sound:
        raise AssertionError(report.findings[:5])


def timed(what: str, work: Callable[[], Any], count: int = 0) -> Any:
    """Run, print the time."""
    began = time.perf_counter()
    result = work()
    spent = time.perf_counter() - began
    print(f"  {what}: {spent * 1000:.0f} ms" + (f" ({count / spent:,.0f} a second)" if count else ""), flush=True)
    return result


if __name__ == "__main__":
    main()
