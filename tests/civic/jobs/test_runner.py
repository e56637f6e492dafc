# SPDX-License-Identifier: AGPL-3.0-or-later
"""The loop: woken by a commit, one process of all runs each schedule, a fault never ends it."""

import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from civic.clock import now
from civic.db.session import db, write
from civic.events.models import OutboxMessage, Schedule
from civic.events.outbox import put
from civic.jobs import runner as loop
from civic.jobs.runner import Runner
from civic.jobs.schedules import run_due
from civic.module import Job
from civic.people.models import Person
from civic.permissions.actor import SYSTEM
from civic.registry import EXTENSION
from civic.settings.store import switch_module
from civic.testing.factories import make_person
from tests.databases import both_databases

TWO = """
import sys
from dataclasses import replace
from pathlib import Path
from civic.app import create_app
from civic.jobs.schedules import run_due
from civic.module import Job
from civic.registry import EXTENSION
app = create_app(Path(sys.argv[1]))
registry = app.extensions[EXTENSION]
ran = []
job = Job("tick", lambda session, at: ran.append(at), 3600)
app.extensions[EXTENSION] = replace(registry, core=replace(registry.core, jobs=(job,)))
print("ready", flush=True)
sys.stdin.readline()
run_due(app)
print(len(ran))
"""


def with_jobs(app, *jobs):
    registry = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = replace(registry, core=replace(registry.core, jobs=jobs))


@both_databases
def test_a_schedule_is_claimed_once_by_two_processes(instance):
    command = [sys.executable, "-c", TWO, str(instance)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(command, **pipes) for _ in range(3)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    assert sorted(process.communicate(timeout=60)[0].strip() for process in processes) == ["0", "0", "1"]


@both_databases
def test_a_schedule_runs_again_after_its_period_and_once_for_eight_threads(app):
    ran = []
    with_jobs(app, Job("tick", lambda session, at: ran.append(at), 60))
    assert run_due(app) == 1
    assert run_due(app) == 0
    with app.app_context(), write() as session:
        session.execute(update(Schedule).values(ran_at=now() - timedelta(seconds=61)))
    ready = Barrier(8)

    def run():
        ready.wait(10)
        run_due(app)

    threads = [Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(ran) == 2


def test_a_job_that_fails_takes_its_writes_back_and_the_others_run(app):
    ran = []

    def broken(session, at):
        make_person(session, at=at)
        raise RuntimeError

    with_jobs(app, Job("broken", broken, 60), Job("fine", lambda session, at: ran.append(at), 60))
    assert run_due(app) == 2
    assert len(ran) == 1
    with app.app_context():
        assert db.session.scalars(select(Person)).all() == []


def test_jobs_of_a_module_that_is_off_wait(app):
    ran = []
    registry = app.extensions[EXTENSION]
    module = replace(
        registry.core,
        name="toys",
        resources=(),
        listeners=(),
        jobs=(Job("tick", lambda session, at: ran.append(at), 60),),
    )
    app.extensions[EXTENSION] = replace(
        registry, core=replace(registry.core, jobs=()), modules=type(registry.modules)({"toys": module})
    )
    run_due(app)
    assert ran == []
    with app.app_context(), write() as session:
        switch_module(session, SYSTEM, "toys", is_on=True, at=now())
    run_due(app)
    assert len(ran) == 1


def test_the_loop_is_woken_by_a_commit_of_its_process(app, monkeypatch):
    monkeypatch.setattr(loop, "SWEEP_SECONDS", 60.0)
    runner = Runner(app)
    thread = runner.start()
    try:
        time.sleep(0.3)  # the first turn is over, the loop waits for a minute
        with app.app_context(), write() as session:
            put(session, "mail", {"to": "zoe@ville.example", "subject": "s", "body": "b", "town": "t"}, at=now())
        limit = time.monotonic() + 10
        while time.monotonic() < limit:
            with app.app_context():
                mails = select(OutboxMessage.done_at).where(OutboxMessage.kind == "mail")
                if db.session.scalars(mails).one() is not None:
                    break
            time.sleep(0.02)
        else:
            pytest.fail("the message was not handled")
    finally:
        runner.stop()
        thread.join(10)
    assert not thread.is_alive()


@pytest.mark.parametrize(
    "fault", [OperationalError("SELECT 1", {}, Exception("connection refused")), TypeError("a bug")]
)
def test_a_turn_that_fails_does_not_end_the_loop(app, monkeypatch, fault):
    turns = []

    def away(app):
        turns.append(1)
        if len(turns) >= 3:
            runner.stop()
        raise fault

    monkeypatch.setattr(loop, "SWEEP_SECONDS", 0.01)
    monkeypatch.setattr(loop, "run_due", away)
    runner = Runner(app)
    runner.run()
    assert len(turns) == 3
