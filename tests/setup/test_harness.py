# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ground the other tests stand on: databases are copies of their own, servers are real, the outside is out of reach."""

import smtplib
import socket
import subprocess
import urllib.request
from email.message import EmailMessage

import psycopg
import pytest
import redis
from sqlalchemy import create_engine, inspect, text

from tests.databases import both_databases
from tests.network import OutsideNetwork
from tests.servers.civic_process import CIVIC
from tests.servers.portal import clean_environment
from tests.servers.process import ServerMissing, answers, end, free_port, tail, wait_until
from tests.servers.redis import RedisServer


@both_databases
def test_each_test_has_a_migrated_database_of_its_own(database_url, backend):
    engine = create_engine(database_url)
    assert engine.dialect.name == backend
    with engine.begin() as connection:
        assert "civic_item" in inspect(connection).get_table_names()
        connection.execute(text("CREATE TABLE planted (id INTEGER)"))
    engine.dispose()


@both_databases
@pytest.mark.parametrize("again", [1, 2])
def test_what_another_test_wrote_is_not_there(database_url, again):
    engine = create_engine(database_url)
    assert "planted" not in inspect(engine).get_table_names()
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE planted (id INTEGER)"))
    engine.dispose()


@both_databases
def test_an_empty_database_has_no_table(empty_database_url):
    engine = create_engine(empty_database_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


@both_databases
def test_the_application_answers_on_both_databases(client):
    assert client.get("/").status_code == 200


def test_the_outside_is_out_of_reach():
    with pytest.raises(OutsideNetwork):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(OutsideNetwork):
        socket.getaddrinfo("town.example", 443)


def test_postgres_keeps_what_it_confirmed_when_it_is_durable(durable_postgres):
    name = durable_postgres.create()
    durable_postgres.execute("CREATE TABLE kept AS SELECT 1 AS n", name)
    durable_postgres.stop(9)
    durable_postgres.start()
    with psycopg.connect(f"postgresql://civic@127.0.0.1:{durable_postgres.port}/{name}") as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(1,)]


def test_redis_answers_and_comes_back_empty(redis_server):
    with redis.Redis.from_url(redis_server.url) as connection:
        connection.set("planted", 1)
    redis_server.stop()
    redis_server.start()
    with redis.Redis.from_url(redis_server.url) as connection:
        assert connection.get("planted") is None


def test_mail_goes_through_real_smtp_and_refusals_are_told(smtp_server):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = (
        "mairie@ville.example",
        "zoé@ville.example",
        "Réponse à votre proposition",
    )
    mail.set_content("L’école rouvrira lundi.")
    smtp_server.refuse("gone@ville.example")
    with smtplib.SMTP("127.0.0.1", smtp_server.port) as connection:
        connection.send_message(mail, "mairie@ville.example", ["zoe@ville.example"])
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            connection.send_message(mail, "mairie@ville.example", ["gone@ville.example"])
    [received] = smtp_server.wait_for(1)
    assert received.recipients == ("zoe@ville.example",)
    assert received.subject == "Réponse à votre proposition"
    assert received.text.strip() == "L’école rouvrira lundi."


def test_the_portal_serves_and_stops(instance, live_server):
    portal = live_server(instance)
    with urllib.request.urlopen(f"{portal.url}/") as answer:
        assert answer.status == 200
    portal.stop()
    assert not answers(portal.port)


def test_the_installed_command_serves_as_what_the_tests_fork_does(instance):
    port, log = free_port(), instance / "serve.log"
    command = [str(CIVIC), "serve", "--port", str(port)]
    environment = clean_environment() | {"CIVIC_INSTANCE": str(instance), "PYTHONUNBUFFERED": "1"}
    with log.open("wb") as out:
        child = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    try:
        wait_until(lambda: answers(port), child, log)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as answer:
            assert answer.status == 200
    finally:
        end(child)
    assert "The portal is at http" in tail(log)


def test_a_missing_server_is_a_failure(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ServerMissing, match="apt-get install redis-server"):
        RedisServer().start()
    assert not answers(free_port())
