# SPDX-License-Identifier: AGPL-3.0-or-later
"""`civic doctor` names what is wrong and what to do, one line per check."""

import shutil
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text

from civic.clock import now
from civic.db.session import db, write
from civic.events.models import OutboxMessage
from civic.jobs.schedules import run_due
from tests.databases import both_databases, url_of, write_instance
from tests.servers.oidc import write_tables


@pytest.fixture
def ask(run_command, monkeypatch):
    """The verdict and the sentence of each check."""

    def run(code=None):
        result = run_command("doctor", code=1 if code is None else code)
        lines = [line for line in result.output.splitlines() if line]
        return {line[9:].partition(": ")[0]: (line[:9].strip(), line[9:].partition(": ")[2]) for line in lines}

    return run


def serve_at(instance, address):
    file = instance / "civic.toml"
    file.write_text(file.read_text().replace("http://127.0.0.1", address))


def sql(instance, *statements):
    engine = create_engine(url_of(instance))
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@both_databases
def test_a_portal_at_work_is_well(app, ask):
    run_due(app)
    said = ask(0)
    assert {verdict for verdict, _sentence in said.values()} == {"ok"}
    assert list(said) == [
        "configuration",
        "database",
        "journal",
        "keys",
        "modules",
        "mail",
        "files",
        "sign-in",
        "outbox",
        "runner",
        "fonts",
        "disk",
        "address",
    ]


def test_a_wrong_configuration_is_the_only_line(instance, ask):
    write_instance(instance, url_of(instance), trusted_proxies=12)
    assert ask() == {"configuration": ("problem", "trusted_proxies: write how many proxies stand in front (0 to 5).")}


@both_databases
def test_missing_triggers_are_named(instance, backend, ask):
    drop = (
        "DROP TRIGGER civic_journal_update"
        if backend == "sqlite"
        else "DROP TRIGGER civic_journal_change ON civic_journal"
    )
    sql(instance, drop)
    verdict, sentence = ask()["journal"]
    assert verdict == "problem"
    assert drop.split()[2] in sentence
    assert "civic db upgrade" in sentence


@both_databases
def test_tables_of_another_release_are_named(instance, ask):
    sql(instance, "DELETE FROM proposals_alembic_version")
    assert ask()["database"] == (
        "problem",
        "the tables of proposals are not those of this release. Run: civic db upgrade",
    )


def test_a_database_without_tables_is_said_in_one_line_per_check(tmp_path, run_command, instance):
    write_instance(instance, f"sqlite:///{tmp_path / 'nothing.sqlite3'}")
    result = run_command("doctor", code=1)
    assert "problem  database: the tables of civic, proposals" in result.output
    assert "Traceback" not in result.output


def test_keys_that_others_may_read_are_named(app, instance, ask):
    (instance / "keys" / "journal.key").chmod(0o644)
    verdict, sentence = ask()["keys"]
    assert (verdict, sentence.split(".")[0]) == ("problem", "others may read journal")
    assert "chmod -R go-rwx" in sentence


def test_a_portal_that_sends_no_mail_is_told(instance, ask):
    serve_at(instance, "https://participer.ville.example")
    assert "Set smtp_url" in ask()["mail"][1]


def test_a_mail_server_that_does_not_answer_is_told(instance, ask, smtp_server):
    write_instance(instance, url_of(instance), smtp_url=smtp_server.url)
    assert ask()["mail"] == ("ok", f"127.0.0.1:{smtp_server.port} answers")
    smtp_server.stop()
    verdict, sentence = ask()["mail"]
    assert verdict == "problem"
    assert "Correct smtp_url" in sentence


def test_a_provider_that_does_not_answer_is_told(instance, ask, oidc_provider):
    write_tables(instance, oidc_provider.table())
    assert ask()["sign-in"] == ("ok", "FranceConnect answers with 1 keys, signs out there too")
    oidc_provider.control(fail=503)
    verdict, sentence = ask()["sign-in"]
    assert verdict == "problem"
    assert "franceconnect does not answer as it should" in sentence
    assert f"[providers.franceconnect] in civic.toml: issuer {oidc_provider.issuer}" in sentence


def test_messages_given_up_or_waiting_are_counted(app, ask):
    old = now() - timedelta(hours=1)
    with app.app_context(), write() as session:
        session.add(OutboxMessage(kind="mail", payload={}, created_at=old, due_at=old))
    assert "1 messages have been waiting for 15 minutes" in ask()["outbox"][1]
    with app.app_context(), write() as session:
        session.add(OutboxMessage(kind="mail", payload={}, created_at=old, due_at=old, failed_at=old, error="550 gone"))
    assert ask()["outbox"] == ("problem", "1 messages were given up, the last one because: 550 gone")


def test_a_runner_that_fell_silent_is_told(app, instance, ask):
    assert ask()["runner"][1].startswith("no job ran so far. Start")
    run_due(app)
    assert ask(0)["runner"] == ("ok", "jobs run")
    with app.app_context():
        before = (now() - timedelta(minutes=2)).isoformat(sep=" ")
        db.session.remove()
    sql(instance, f"UPDATE civic_schedule SET ran_at = '{before.removesuffix('+00:00')}'")
    assert "no job ran since" in ask()["runner"][1]


def test_a_full_disk_is_told(app, ask, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(10, 9, 1))
    assert "Make room" in ask()["disk"][1]


def test_a_public_address_without_https_is_told(instance, ask):
    serve_at(instance, "http://participer.ville.example")
    assert "Serve it by HTTPS" in ask()["address"][1]


def test_a_store_that_keeps_nothing_is_told(instance, ask):
    (instance / "files").write_text("a file where a folder should be")
    verdict, sentence = ask(1)["files"]
    assert verdict == "problem"
    assert "Look at its room and its owner" in sentence
    (instance / "files").unlink()
    assert ask()["files"][0] == "ok"


def test_a_store_that_is_down_is_told(instance, ask, monkeypatch):
    with (instance / "civic.toml").open("a") as file:
        file.write('s3_endpoint = "http://127.0.0.1:9"\ns3_private_bucket = "a"\ns3_public_bucket = "b"\n')
    monkeypatch.setenv("CIVIC_S3_ACCESS_KEY", "k")
    monkeypatch.setenv("CIVIC_S3_SECRET_KEY", "s")
    verdict, sentence = ask(1)["files"]
    assert verdict == "problem"
    assert "Look at s3_endpoint" in sentence
