# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demonstration town's data: references, geometry, histories and French typography hold together."""

import csv
import json
import re
import tomllib
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from civic.demo.dates import filled

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "civic" / "demo" / "data"
PROPOSALS = ROOT / "modules" / "proposals" / "demo"

TRANSITIONS = {
    "submit": ({"draft"}, "submitted"),
    "send_back": ({"submitted"}, "incomplete"),
    "resubmit": ({"incomplete"}, "submitted"),
    "study": ({"submitted"}, "studied"),
    "put_to_decision": ({"studied"}, "deciding"),
    "accept": ({"deciding"}, "accepted"),
    "accept_partly": ({"deciding"}, "accepted_partly"),
    "decline": ({"deciding"}, "declined"),
    "plan": ({"accepted", "accepted_partly"}, "planned"),
    "start": ({"planned"}, "in_progress"),
    "finish": ({"in_progress"}, "done"),
    "give_up": ({"planned", "in_progress"}, "given_up"),
    "withdraw": ({"draft", "submitted", "incomplete"}, "withdrawn"),
}
VERDICTS = {"accept", "accept_partly", "decline"}
STATES = {"draft"} | {target for _, target in TRANSITIONS.values()}
ROLES = {"clerk", "agent", "moderator", "official", "auditor", "administrator"}
PERSON_FIELDS = ("email", "given_name", "family_name")

Point = tuple[float, float]


def parsed(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


TOWN = parsed(DATA / "town.toml")
PROCESSES = parsed(DATA / "processes.toml")["process"]
ALL = [proposal for path in sorted(PROPOSALS.glob("proposals_*.toml")) for proposal in parsed(path)["proposal"]]
RINGS: dict[str, list[Point]] = {
    feature["properties"]["slug"]: [(lon, lat) for lon, lat in feature["geometry"]["coordinates"][0]]
    for feature in json.loads((DATA / "quartiers.geojson").read_text(encoding="utf-8"))["features"]
}
STAFF = {person["key"]: person for person in TOWN["staff"]}
RESIDENTS = {person["key"]: person for person in TOWN["resident"]}
DEPARTMENTS = {department["slug"] for department in TOWN["department"]}

each = pytest.mark.parametrize("proposal", ALL, ids=lambda proposal: proposal["key"])


def inside(point: Point, ring: list[Point]) -> bool:
    x, y = point
    odd = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            odd = not odd
    return odd


def quartiers_of(point: Point) -> list[str]:
    return [slug for slug, ring in RINGS.items() if inside(point, ring)]


def turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def meet(p: Point, q: Point, r: Point, s: Point) -> bool:
    return turn(p, q, r) * turn(p, q, s) <= 0 and turn(r, s, p) * turn(r, s, q) <= 0


def texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for part in parts for text in texts(part)]


def french(value: Any) -> list[str]:
    """Every text but the English ones."""
    if isinstance(value, dict):
        return [text for key, part in value.items() if key != "en" for text in french(part)]
    if isinstance(value, list):
        return [text for part in value for text in french(part)]
    return [value] if isinstance(value, str) else []


def test_town_is_whole() -> None:
    assert TOWN["town"]["population"] == sum(quartier["population"] for quartier in TOWN["quartier"])
    assert {quartier["slug"] for quartier in TOWN["quartier"]} == set(RINGS)
    assert len(RINGS) == 6
    assert re.fullmatch(r"\d{14}", TOWN["town"]["siret"])
    assert all(re.fullmatch(r"01 99 00 \d\d \d\d", department["phone"]) for department in TOWN["department"])
    assert all(department["email"].endswith("@ville-de-rive.example") for department in TOWN["department"])
    keys = [person["key"] for person in (*TOWN["staff"], *TOWN["resident"])]
    assert len(keys) == len(set(keys))


def test_people_refer_to_what_exists() -> None:
    for person in STAFF.values():
        assert all(person[field] for field in PERSON_FIELDS)
        assert set(person["roles"]) <= ROLES
        assert person.get("department", "participation") in DEPARTMENTS
    assert {role for person in STAFF.values() for role in person["roles"]} == ROLES
    for person in RESIDENTS.values():
        assert all(person[field] for field in PERSON_FIELDS)
        assert person["quartier"] in RINGS
        assert person["level"] in {"declared", "email", "residence", "roll"}
    for delegation in TOWN["delegation"]:
        assert {"official"} == set(STAFF[delegation["official"]]["roles"]) == set(STAFF[delegation["deputy"]]["roles"])
        assert delegation["from"] < delegation["until"]
    for absence in TOWN["absence"]:
        assert {absence["account"], absence["replacement"]} <= set(STAFF)
        assert absence["from"] < absence["until"]


def test_rings_are_closed_simple_and_do_not_overlap() -> None:
    segments = []
    for slug, ring in RINGS.items():
        assert 25 <= len(ring) <= 60, slug
        assert ring[0] == ring[-1], slug
        assert sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring)) > 0, slug
        segments += [(slug, *pair) for pair in pairwise(ring)]
    for index, (slug, a, b) in enumerate(segments):
        for other, c, d in segments[index + 1 :]:
            if not {a, b} & {c, d}:
                assert not meet(a, b, c, d), f"{slug} and {other} cross near {a}"
    for slug, ring in RINGS.items():  # no ring stands inside another one
        others = [other for other in RINGS if other != slug]
        assert not any(ring[0] not in RINGS[other] and inside(ring[0], RINGS[other]) for other in others)
    shared = Counter(frozenset(pair) for ring in RINGS.values() for pair in pairwise(ring))
    assert max(shared.values()) == 2, "neighbours share each piece of their border exactly"


def test_every_address_falls_in_its_quartier() -> None:
    with (DATA / "streets.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) >= 250
    assert len({row["name"] for row in rows}) >= 60
    assert len({(row["name"], row["number"]) for row in rows}) == len(rows)
    for row in rows:
        assert quartiers_of((float(row["lon"]), float(row["lat"]))) == [row["quartier"]], row


def test_the_figures_of_the_town_add_up_to_the_inhabitants_of_each_quartier() -> None:
    with (DATA / "figures.csv").open(encoding="utf-8", newline="") as lines:
        rows = {row.pop("quartier"): row for row in csv.DictReader(lines, delimiter=";")}
    living = {slug: sum(int(number) for number in row.values()) for slug, row in rows.items()}
    assert living == {quartier["slug"]: quartier["population"] for quartier in TOWN["quartier"]}
    assert sum(living.values()) == TOWN["town"]["population"]


def test_processes_have_their_frame_their_legal_fields_and_their_phases() -> None:
    frame = ("what", "why", "who_decides", "with_whom", "when", "not_negotiable", "use_of_results")
    legal = ("procedure", "information", "delay", "follow_up")
    assert len(PROCESSES) == 4
    for process in PROCESSES:
        for field in (*frame, *legal, "title", "summary", "presentation"):
            assert process[field]["fr"].strip(), (process["slug"], field)
            assert process[field]["en"].strip(), (process["slug"], field)
        assert process["level"] in {"inform", "consult", "concert", "cobuild", "decide"}
        assert process["visibility"] in {"public", "preview", "members", "staff"}
        assert set(process["quartiers"]) <= set(RINGS)
        assert process["department"] in DEPARTMENTS
        opened = [(phase["opens"], phase["closes"]) for phase in process["phase"]]
        assert opened == sorted(opened)
        assert all(opens < closes for opens, closes in opened)
    now = [sum(phase["opens"] <= 0 < phase["closes"] for phase in process["phase"]) for process in PROCESSES]
    assert now == [1, 0, 0, 1]
    assert PROCESSES[1]["phase"][0]["opens"] > 0, "one is about to open"
    assert all(phase["closes"] < 0 for phase in PROCESSES[2]["phase"])
    assert [bool(process.get("outcome")) for process in PROCESSES] == [False, False, True, False]
    assert PROCESSES[3]["visibility"] == "staff"


def test_forty_proposals_in_all_states() -> None:
    assert len(ALL) == 40
    assert len({proposal["key"] for proposal in ALL}) == 40
    assert {proposal["state"] for proposal in ALL} == STATES
    assert sum(proposal.get("late", False) for proposal in ALL) >= 5
    assert {proposal["answer"]["stage"] for proposal in ALL if "answer" in proposal} == {
        "draft",
        "review",
        "signature",
        "signed",
    }
    assert sum("correction" in proposal.get("answer", {}) for proposal in ALL) == 1


@each
def test_proposal_refers_to_what_exists(proposal: dict[str, Any]) -> None:
    assert proposal["author"] in RESIDENTS
    assert set(proposal["tags"]) <= {tag["slug"] for tag in TOWN["tag"]}
    assert 1 <= len(proposal["tags"]) <= 3
    assert proposal["quartier"] in RINGS
    assert proposal["place"]
    assert proposal.get("department", "participation") in DEPARTMENTS
    assert 0 <= proposal["supports"] < len(RESIDENTS)
    if "lon" in proposal:
        assert quartiers_of((proposal["lon"], proposal["lat"])) == [proposal["quartier"]]


@each
def test_history_follows_the_graph_and_the_calendar(proposal: dict[str, Any]) -> None:
    state = "draft"
    days = []
    for step in proposal.get("history", []):
        sources, target = TRANSITIONS[step["transition"]]
        assert state in sources, step
        state = target
        days.append(step["at"])
        by_author = step["transition"] in {"submit", "resubmit", "withdraw"}
        assert (step["by"] == "author") if by_author else (step["by"] in STAFF)
        assert step["transition"] in VERDICTS | {"submit"} or step["note"]
        role = STAFF[step["by"]]["roles"][0] if not by_author else ""
        assert role != "agent" or STAFF[step["by"]]["department"] == proposal["department"]
    assert state == proposal["state"]
    assert days == sorted(set(days))
    assert all(day < 0 for day in days)
    assert proposal.get("submitted", proposal.get("created")) == (days[0] if days else proposal["created"])


@each
def test_answer_stands_where_the_state_demands_it(proposal: dict[str, Any]) -> None:
    verdicts = [step for step in proposal.get("history", []) if step["transition"] in VERDICTS]
    answer = proposal.get("answer")
    if answer is None:
        assert not verdicts
        return
    put = next(step["at"] for step in proposal["history"] if step["transition"] == "put_to_decision")
    days = [put] + [answer[step] for step in ("drafted", "reviewed", "signed") if step in answer]
    assert days == sorted(set(days))
    assert 55 <= len(answer["body"].split()) <= 175
    assert STAFF[answer["signer"]]["roles"] == ["official"]
    assert STAFF[answer["drafted_by"]]["department"] == proposal["department"]
    assert answer.get("reviewed_by") != answer["drafted_by"]
    assert ("reviewed" in answer) == (answer["stage"] in {"signature", "signed"})
    if "returned" in answer:
        assert answer["drafted"] < answer["returned"]["at"] < answer["reviewed"]
    assert ("signed" in answer) == (answer["stage"] == "signed") == bool(verdicts)
    if verdicts:
        (step,) = verdicts
        assert (step["transition"], step["at"], step["by"]) == (
            answer["verdict"],
            answer["signed"],
            answer["signed_by"],
        )
        delegated = [
            (d["official"], d["deputy"], d["from"] <= answer["signed"] < d["until"]) for d in TOWN["delegation"]
        ]
        assert answer["signed_by"] == answer["signer"] or (answer["signer"], answer["signed_by"], True) in delegated


@each
def test_comments_come_after_the_proposal_and_in_an_open_phase(proposal: dict[str, Any]) -> None:
    phases = next((p["phase"] for p in PROCESSES if p["slug"] == proposal.get("process")), None)

    def is_open(verb: str, day: int) -> bool:
        return phases is None or any(verb in p["verbs"] and p["opens"] <= day < p["closes"] for p in phases)

    assert "process" not in proposal or phases
    assert is_open("submit", proposal.get("submitted", 0))
    comments = proposal.get("comment", [])
    assert len(comments) <= 8
    assert [comment["at"] for comment in comments] == sorted(comment["at"] for comment in comments)
    for comment in comments:
        replies = comment.get("reply", [])
        for part in (comment, *replies):
            assert part["author"] in RESIDENTS or part["author"] in STAFF
            assert proposal["submitted"] <= part["at"] < 0
            assert is_open("comment", part["at"])
        assert all(comment["at"] <= reply["at"] for reply in replies)


@pytest.mark.parametrize("path", [*DATA.glob("*.toml"), *PROPOSALS.glob("*.toml")], ids=lambda path: path.name)
def test_french_typography_and_words(path: Path) -> None:
    avoided = r"irrecevab|rejeté|j.aime\b|infalsifiable|référendum|corps électoral"
    for text in french(parsed(path)):
        assert "'" not in text, text
        assert "..." not in text, text
        assert not re.search(r"(?:^|[^\u202f\s])[ \u00a0][;:!?](?:\s|$)", text), text
        assert not re.search(r"[^\W\d_][;:!?](?:\s|$)", text), text
        assert not re.search(r"«(?!\u00a0)|(?<!\u00a0)»", text), text
        assert not re.search(avoided, text, re.IGNORECASE), text


@pytest.mark.parametrize("today", [date(2026, 11, 21), date(2028, 2, 29)])
def test_dates_in_texts_follow_the_loading_day(today: date) -> None:
    for source in (TOWN, {"process": PROCESSES}, {"proposal": ALL}):
        assert not [text for text in texts(filled(source, today)) if "{{" in text]


def test_first_of_the_month_is_written_in_french() -> None:
    assert (
        filled("le {{date:+1}}, {{month:+1}}, {{year:-60}}", date(2026, 2, 28)) == "le 1er mars 2026, mars 2026, 2025"
    )
