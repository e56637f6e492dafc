# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rate limits: counted per address and per subject, shared through Redis, kept up when Redis is away."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from limits import RateLimitItemPerHour

from civic.people.limits import Limit, Limits, TooMany
from tests.databases import both_databases
from tests.servers.process import free_port

pytestmark = both_databases

TWICE = Limit("try", RateLimitItemPerHour(2), RateLimitItemPerHour(100))
ONE_EACH = Limit("try", RateLimitItemPerHour(100), RateLimitItemPerHour(1))


def test_an_address_and_a_subject_each_have_their_own_limit(app):
    with app.test_request_context():
        limits = Limits("")
        for subject in ("a", "b"):
            limits.require(TWICE, address="192.0.2.1", subject=subject)
        with pytest.raises(TooMany):
            limits.require(TWICE, address="192.0.2.1", subject="c")
        limits.require(TWICE, address="192.0.2.2", subject="c")
        limits.require(ONE_EACH, address="192.0.2.2", subject="d")
        with pytest.raises(TooMany):
            limits.require(ONE_EACH, address="192.0.2.3", subject="d")


def test_a_stranger_s_tries_for_someone_s_address_do_not_shut_its_owner_out(app):
    """Nine strangers try to their limit; the owner, elsewhere, still has all tries; guessing by many machines ends."""
    narrow = Limit("try", RateLimitItemPerHour(100), RateLimitItemPerHour(20), RateLimitItemPerHour(2))
    limits, owner = Limits(""), "ines@rive.example"
    with app.test_request_context():
        for last in range(9):
            limits.require(narrow, address=f"198.51.100.{last}", subject=owner)
            limits.require(narrow, address=f"198.51.100.{last}", subject=owner)
            if last == 0:
                with pytest.raises(TooMany):
                    limits.require(narrow, address="198.51.100.0", subject=owner)
        limits.require(narrow, address="192.0.2.1", subject=owner)
        with pytest.raises(TooMany):
            limits.require(narrow, address="192.0.2.2", subject=owner)


def test_without_redis_answering_each_process_still_counts(app):
    limits = Limits(f"redis://127.0.0.1:{free_port()}/0")
    with app.test_request_context():
        for _ in range(2):
            limits.require(TWICE, address="192.0.2.1", subject="")
        with pytest.raises(TooMany):
            limits.require(TWICE, address="192.0.2.1", subject="")


def test_with_redis_two_processes_count_together(app, redis_server):
    first, second = Limits(redis_server.url), Limits(redis_server.url)
    with app.test_request_context():
        for limits in (first, second):
            limits.require(TWICE, address="192.0.2.9", subject="")
        with pytest.raises(TooMany):
            first.require(TWICE, address="192.0.2.9", subject="")


NARROW = Limit("try", RateLimitItemPerHour(100), RateLimitItemPerHour(50), RateLimitItemPerHour(3))


@pytest.mark.parametrize("store", ["memory", "redis", "redis away"])
def test_a_right_try_is_given_back_and_the_wrong_ones_stay_counted(app, request, store):
    url = {"memory": "", "redis away": f"redis://127.0.0.1:{free_port()}/0"}.get(store)
    limits = Limits(url if url is not None else request.getfixturevalue("redis_server").url)
    owner = {"address": "192.0.2.1", "subject": "ines@rive.example"}
    with app.test_request_context():
        for _ in range(5):
            limits.require(NARROW, **owner)
            limits.give_back(NARROW, **owner)
        for _ in range(2):
            limits.require(NARROW, **owner)
        limits.require(NARROW, **owner)
        limits.give_back(NARROW, **owner)
        limits.require(NARROW, **owner)
        with pytest.raises(TooMany):
            limits.require(NARROW, **owner)


@pytest.mark.parametrize("store", ["memory", "redis"])
def test_of_tries_sent_at_once_no_more_are_let_in_than_the_limit_whatever_was_right_before(app, request, store):
    limits = Limits("" if store == "memory" else request.getfixturevalue("redis_server").url)
    owner = {"address": "192.0.2.1", "subject": f"{store}@rive.example"}

    def tries(_number) -> bool:
        with app.test_request_context():
            try:
                limits.require(NARROW, **owner)
            except TooMany:
                return False
            return True

    with app.test_request_context():
        for _ in range(4):
            limits.require(NARROW, **owner)
            limits.give_back(NARROW, **owner)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(tries, range(24))) == 3
        with app.test_request_context():
            limits.give_back(NARROW, **owner)
        assert sum(pool.map(tries, range(24))) == 1


def test_giving_back_more_than_was_tried_makes_no_room_and_an_address_keeps_its_count(app):
    limits = Limits("")
    owner = {"address": "192.0.2.1", "subject": "ines@rive.example"}
    with app.test_request_context():
        for _ in range(5):
            limits.give_back(NARROW, **owner)
        for _ in range(3):
            limits.require(NARROW, **owner)
        with pytest.raises(TooMany):
            limits.require(NARROW, **owner)
        for subject in ("a", "b"):
            limits.require(TWICE, address="192.0.2.7", subject=subject)
            limits.give_back(TWICE, address="192.0.2.7", subject=subject)
        with pytest.raises(TooMany):
            limits.require(TWICE, address="192.0.2.7", subject="c")
