# SPDX-License-Identifier: AGPL-3.0-or-later
"""`python -m bench [--quick]`: lists, growth, votes, search, memory and start, as ratios to floors of the same run.

Exit 1 when a gate is not met. Method: fixed numbers of requests, targets interleaved A B … then B A …, the ratio taken
inside each round, the median given with its extremes; page sizes made equal by padding the floor.
"""

import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from urllib.parse import urlencode

from itsdangerous import URLSafeTimedSerializer

from bench import servers
from bench.load import Outcome, get, post, run
from bench.loader import PERSONS, STATES, load
from civic.app import create_app
from civic.cli import civic
from tests.databases import write_instance
from tests.servers.postgres import PostgresServer

QUICK = "--quick" in sys.argv
SIZES = (100, 10_000) if QUICK else (100, 1_000, 10_000, 100_000)
COMMENTS = 1_000 if QUICK else 100_000
ROUNDS = 3 if QUICK else 5
REQUESTS = 200 if QUICK else 400
CONNECTIONS = 8


@dataclass
class Report:
    """Lines printed, and the gates that failed."""

    failed: list[str] = field(default_factory=list)

    def gate(self, name: str, value: float, limit: float, *, at_least: bool, unit: str = "") -> None:
        """Print a figure with its gate."""
        met = value >= limit if at_least else value <= limit
        sign = ">=" if at_least else "<="
        print(f"  {'ok  ' if met else 'FAIL'} {name}: {value:.3g}{unit} (gate {sign} {limit:g}{unit})", flush=True)
        if not met:
            self.failed.append(name)


@dataclass(frozen=True)
class Instance:
    """A filled instance."""

    folder: Path
    database_url: str
    cookie: str
    csrf: str
    first_item: int


def main() -> int:
    """Measure on SQLite, then on PostgreSQL."""
    report = Report()
    print(f"load average {os.getloadavg()[0]:.2f}; {ROUNDS} rounds of {REQUESTS} requests, {CONNECTIONS} connections")
    with tempfile.TemporaryDirectory(prefix="civic-bench-") as scratch:
        folder = Path(scratch)
        start_time(folder, report)
        measure("sqlite", lambda name: f"sqlite:///{folder / name}/civic.sqlite3", folder, report)
        server = PostgresServer(durable=True).start()
        try:
            measure("postgresql", lambda name: server.url(server.create()), folder, report)
        finally:
            server.remove()
    print(
        f"\n{len(report.failed)} gates not met: {', '.join(report.failed)}" if report.failed else "\nAll gates are met."
    )
    return 1 if report.failed else 0


def start_time(folder: Path, report: Report) -> None:
    """Import to first page, in a new process."""
    instance = write_instance(folder / "start", f"sqlite:///{folder}/start/civic.sqlite3")
    upgrade(instance)
    code = "from civic.app import create_app; assert create_app().test_client().get('/').status_code == 200"
    spent = []
    for _ in range(4):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], env={**os.environ, "CIVIC_INSTANCE": str(instance)}, check=True)
        spent.append(time.perf_counter() - began)
    print("start")
    report.gate("import to first page, whole process", min(spent), 1.5, at_least=False, unit=" s")


def measure(kind: str, url_of: Callable[[str], str], folder: Path, report: Report) -> None:
    """Everything on one database."""
    rates: dict[int, float] = {}
    for size in SIZES:
        name = f"{kind}-{size}"
        began = time.perf_counter()
        instance = fill(folder / name, url_of(name), size)
        print(f"\n{kind}, {size} proposals (loaded in {time.perf_counter() - began:.0f} s)", flush=True)
        rates[size] = lists(instance, report, gated=size == 10_000)
        if size == SIZES[-1]:
            searches(kind, instance, report)
            votes(kind, instance, report)
    exponent = -math.log(rates[SIZES[-1]] / rates[SIZES[0]]) / math.log(SIZES[-1] / SIZES[0])
    print(f"\n{kind}, growth from {SIZES[0]} to {SIZES[-1]} proposals")
    report.gate("exponent of the list's cost, relative to F", exponent, 0.05, at_least=False)


def fill(folder: Path, database_url: str, size: int) -> Instance:
    """A migrated instance with proposals, and the cookie of someone signed in."""
    instance = write_instance(folder, database_url)
    upgrade(instance)
    first = load(instance, size, COMMENTS, on_first=min(COMMENTS, 100))
    app = create_app(instance)
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # Flask's default interface
    session = {"_user_id": first["token"], "_fresh": True, "csrf_token": "b" * 40}
    csrf = URLSafeTimedSerializer(app.secret_key or b"", salt="wtf-csrf-token").dumps("b" * 40)
    return Instance(instance, database_url, f"civic={serializer.dumps(session)}", str(csrf), int(first["first_item"]))


def upgrade(instance: Path) -> None:
    """Run `civic db upgrade`."""
    civic(["--instance", str(instance), "db", "upgrade"], standalone_mode=False)


def lists(instance: Instance, report: Report, *, gated: bool) -> float:
    """List and detail pages against F; gives the median ratio of the list, signed in."""
    environ = environment(instance)
    product = servers.start("civic.app:create_app()", 2, environ)
    try:
        size = run(product.port, [get("/proposals/", instance.cookie)] * 8, 2).size
        floor = floor_of_size(environ, size)
        try:
            pages = {
                "list, signed in": get("/proposals/", instance.cookie),
                "list, anonymous": get("/proposals/"),
                "filtered and sorted": get("/proposals/?quartier=q1&sort=supports", instance.cookie),
                "one proposal": get("/proposals/1", instance.cookie),
            }
            ratios = {name: compare(product, floor, request) for name, request in pages.items()}
            report_pages(ratios, report, gated=gated)
            print(
                f"  page {size} bytes; CPU per request: {cpu(product, pages['list, signed in']):.2f} ms, F {cpu(floor, get('/f')):.2f} ms"
            )
            if gated:
                report.gate("memory of a worker after load", product.memory_mb(), 130, at_least=False, unit=" MB")
            return statistics.median(ratios["list, signed in"])
        finally:
            floor.stop()
    finally:
        product.stop()


def report_pages(ratios: dict[str, list[float]], report: Report, *, gated: bool) -> None:
    """Print each page's ratio; the list is gated at 10,000 rows."""
    for name, values in ratios.items():
        spread = f"[{min(values):.2f}-{max(values):.2f}]"
        if gated and name == "list, signed in":
            report.gate(f"{name}, share of F {spread}", statistics.median(values), 0.45, at_least=True)
        else:
            print(f"       {name}, share of F: {statistics.median(values):.2f} {spread}", flush=True)


def floor_of_size(environ: dict[str, str], size: int) -> servers.Target:
    """F padded to the product's page size."""
    bare = servers.start("bench.floor:make_floor()", 2, {**environ, "FLOOR_PADDING": "0"})
    own = run(bare.port, [get("/f")] * 4, 2).size
    bare.stop()
    return servers.start("bench.floor:make_floor()", 2, {**environ, "FLOOR_PADDING": str(max(0, size - own))})


def compare(product: servers.Target, floor: servers.Target, request: bytes) -> list[float]:
    """Ratios of rates, one per round, order alternating; the first round of each target is not counted."""
    run(product.port, [request] * 40, CONNECTIONS)
    run(floor.port, [get("/f")] * 40, CONNECTIONS)
    ratios = []
    for turn in range(ROUNDS):
        targets = [(product, request), (floor, get("/f"))]
        outcomes: dict[int, Outcome] = {}
        for target, wanted in targets if turn % 2 == 0 else reversed(targets):
            outcomes[target.port] = run(target.port, [wanted] * REQUESTS, CONNECTIONS)
        ratios.append(outcomes[product.port].rate() / outcomes[floor.port].rate())
    return ratios


def cpu(target: servers.Target, request: bytes) -> float:
    """Milliseconds of worker CPU per request."""
    before = target.cpu_seconds()
    run(target.port, [request] * REQUESTS, CONNECTIONS)
    return (target.cpu_seconds() - before) / REQUESTS * 1000


def searches(kind: str, instance: Instance, report: Report) -> None:
    """Search for a common, a middle and a rare word."""
    product = servers.start("civic.app:create_app()", 2, environment(instance))
    try:
        for name, word, limit in (
            ("common", "école", 40 if kind == "sqlite" else 160),
            ("middle", "composteur", None),
            ("rare", "abreuvoir", None),
        ):
            request = get(f"/proposals/?{urlencode({'q': word})}")
            run(product.port, [request] * 10, 1)
            p95 = run(product.port, [request] * 60, 1).percentile(0.95) * 1000
            if limit:
                report.gate(f"search, {name} word, p95", p95, limit, at_least=False, unit=" ms")
            else:
                print(f"       search, {name} word, p95: {p95:.1f} ms")
    finally:
        product.stop()


def votes(kind: str, instance: Instance, report: Report) -> None:
    """A support against V, 4 workers each, a new (person, proposal) each time."""
    environ = environment(instance)
    product = servers.start("civic.app:create_app()", 4, environ)
    floor = servers.start("bench.floor:make_floor()", 4, environ)
    try:
        numbers = iter(supportable())
        ratios, waits = [], []
        for turn in range(ROUNDS + 1):
            rounds = [("product", product), ("floor", floor)]
            rate, chosen = {}, list(islice(numbers, REQUESTS))
            for name, target in rounds if turn % 2 == 0 else reversed(rounds):
                if name == "product":
                    outcome = run(target.port, [support(instance, n) for n in chosen], CONNECTIONS, 303)
                    waits += outcome.waits if turn else ()
                else:
                    outcome = run(target.port, [floor_vote(instance, n) for n in chosen], CONNECTIONS, 204)
                rate[name] = outcome.rate()
            if turn:
                ratios.append(rate["product"] / rate["floor"])
        spread = f"[{min(ratios):.2f}-{max(ratios):.2f}]"
        report.gate(f"support, share of V {spread}", statistics.median(ratios), 0.70, at_least=True)
        p95 = sorted(waits)[int(0.95 * len(waits))] * 1000
        if kind == "sqlite":
            report.gate("support, p95 with 8 clients", p95, 100, at_least=False, unit=" ms")
        else:
            print(f"       support, p95 with 8 clients: {p95:.1f} ms")
    finally:
        product.stop()
        floor.stop()


def supportable() -> list[int]:
    """Numbers of proposals still open to supports that the voter did not write."""
    open_states = ("submitted", "studied", "deciding")
    return [n for n in range(10, SIZES[-1]) if STATES[n % len(STATES)] in open_states and n % PERSONS]


def support(instance: Instance, number: int) -> bytes:
    """The product's own form."""
    once = f"bench-{number:012d}-{os.getpid()}"
    form = urlencode({"csrf_token": instance.csrf, "once": once})
    return post(f"/items/{number}/support", form, instance.cookie)


def floor_vote(instance: Instance, number: int) -> bytes:
    """The same vote at the floor, by another person."""
    return post("/v", urlencode({"item": instance.first_item + number - 1, "person": 2}))


def environment(instance: Instance) -> dict[str, str]:
    """What both targets are told."""
    return {"CIVIC_INSTANCE": str(instance.folder), "CIVIC_DATABASE_URL": instance.database_url}


if __name__ == "__main__":
    sys.exit(main())
