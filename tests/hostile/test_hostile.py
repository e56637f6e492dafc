# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every address × everyone × every kind of hostile request: no 500, nothing betrayed, nobody led away."""

import csv
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from flask import Response, redirect
from flask import request as flask_request

from civic.answers.models import Answer
from civic.app import create_app
from civic.config_providers import ProviderConfig
from civic.db.session import write
from civic.items.models import Item
from civic.organisations.models import Organisation
from civic.people.models import Account, Department
from modules.proposals.models import Proposal
from tests.civic.permissions.town import Town, build
from tests.conftest import close
from tests.databases import drop_database
from tests.hostile.firing import Landing, Range
from tests.hostile.kinds import KINDS
from tests.hostile.secrets import ANSWER, DRAFT, SECRETS

SHARES = {"sqlite": 0.7, "postgresql": 0.3}
"""Of the requests: the code is the same, PostgreSQL is stricter on what it is given."""
SILENT = ProviderConfig("franceconnect", "FranceConnect", "http://127.0.0.1:9", "portail", "secret")
FORMULA = '=HYPERLINK("//evil.example";"{}")'
ROOT = Path(__file__).resolve().parents[2]
FEWEST, ENOUGH = 3, 5_000
"""Requests that each address, and each role with each kind, gets at least, in a run of so many."""

FAULTY = {
    "/broken": lambda: 1 / 0,
    "/inside": lambda: "Traceback (most recent call last)",
    "/away": lambda: redirect(flask_request.args.get("next", "/")),
    "/echo": lambda: "<p>" + "".join(flask_request.args.values()),
    "/answers": lambda: "Une réponse que personne n’a signée",
    "/cells": lambda: Response('"a"\n"=1+1"\n', mimetype="text/csv"),
}
"""Pages that a portal must not have, one for each thing that is judged."""
HARMLESS = frozenset({"GET pages.home", "GET pages.find", "POST people.sign_in", "GET proposals.index"})


@pytest.fixture
def targets(request, templates, tmp_path):
    """The small town, with what must not be seen and what must not be run."""
    faulty = request.param == "faulty"
    instance = templates.copy("sqlite" if faulty else request.param, tmp_path / "town")
    app = create_app(instance, {"base_url": "http://localhost", "providers": (SILENT,)})
    app.testing = True
    town = build(app)
    app.config["WTF_CSRF_ENABLED"] = False  # a missing token would hide all the rest; test_forms.py holds it
    _arm(app, town)
    for path, page in FAULTY.items() if faulty else ():
        app.add_url_rule(path, path, page)
    yield Range(app, town, frozenset(f"GET {path}" for path in FAULTY) | HARMLESS if faulty else frozenset())
    close(app)
    drop_database(templates, instance)


def _arm(app, town: Town) -> None:
    """A draft and two unsigned answers that say what they are; a title and names that are formulas."""
    [draft], [answer] = DRAFT.texts, ANSWER.texts
    with app.app_context(), write() as session:
        session.get_one(Proposal, town.ids.draft).body = f"Un {draft}."
        for name in ("draft", "to_sign"):
            session.get_one(Answer, town.ids.answer[name].id).body = f"Une {answer}, longue de vingt signes."
        session.get_one(Item, town.ids.item).title = {"fr": FORMULA.format("Un banc")}
        session.get_one(Department, town.ids.department).name = {"fr": FORMULA.format("Voirie")}
        session.get_one(Organisation, town.ids.spoken).name = FORMULA.format("Les Amis du Canal")
        for account in (town.ids.owner, town.ids.clerk):  # who writes, and who helps at the counter
            session.get_one(Account, account).person.display_name = FORMULA.format("Zoé")


@pytest.mark.parametrize("targets", SHARES, indirect=True)
def test_nothing_hostile_breaks_or_betrays_the_portal(targets, requests, seed, request):
    backend = request.node.callspec.params["targets"]
    wanted = int(requests * SHARES[backend])
    _assert_known(targets)
    landings = targets.volley(wanted, seed)
    assert len(landings) == wanted
    _report(landings, backend)
    faults = Counter(f"{one.address} as {one.role}, {one.kind}: {one.fault}" for one in landings if one.fault)
    assert not faults, f"{sum(faults.values())} of {wanted} (seed {seed}):\n" + "\n".join(list(faults)[:40])
    if wanted > ENOUGH:
        _assert_spread(landings, targets)


@pytest.mark.parametrize("targets", ["faulty"], indirect=True)
def test_what_is_wrong_is_seen(targets):
    """The judge itself: each of these pages is found out, and only they are."""
    assert {one.address.split()[1] for one in targets.volley(800, 4) if one.fault} == set(FAULTY)


@pytest.mark.parametrize("targets", ["faulty"], indirect=True)
def test_a_secret_is_for_those_who_may_read_it(targets):
    for secret in SECRETS:
        for text in secret.texts:
            page = Response(f"Voici : {text.upper()}.".replace(" ", "\u00a0"), mimetype="text/plain")
            shown = {role for role in targets.cookies if not targets.judge(page, "/", role)}
            assert shown == targets.readers[secret], secret.name
            assert 0 < len(shown) < len(targets.cookies) / 2, secret.name


def _assert_known(targets: Range) -> None:
    """Each argument of an address can be aimed at what is another's: write a new one into foreign.py."""
    assert [(one.address, name) for one in targets.targets for name in one.arguments if name not in one.foreign] == []


def _assert_spread(landings: list[Landing], targets: Range) -> None:
    """No address, role or kind was left out, and the forms that are right were let through: the rest met open doors."""
    asked = {(one.address, one.role) for one in landings}
    assert {(one.address, role) for one in targets.targets for role in targets.cookies} - asked == set()
    aimed = {one.address for one in landings if one.kind == "foreign"}
    assert [one.address for one in targets.targets if one.arguments and one.address not in aimed] == []
    assert [secret.name for secret in SECRETS if secret not in targets.met] == [], "nobody ever met these"
    by_address = Counter(one.address for one in landings)
    assert [target.address for target in targets.targets if by_address[target.address] < FEWEST] == []
    by_both = Counter((one.role, one.kind) for one in landings)
    assert [(role, kind) for role in targets.cookies for kind in KINDS if by_both[role, kind] < FEWEST] == []
    reached = {one.address for one in landings if one.kind == "right" and one.status < 400}
    assert len(reached) > len(targets.targets) / 2


def _report(landings: list[Landing], backend: str) -> None:
    """Roles × kinds on the screen, addresses × roles × kinds in build/attack-<database>.csv."""
    worst: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for one in landings:
        worst[one.address, one.role, one.kind].append(one.status)
    target = ROOT / "build" / f"attack-{backend}.csv"
    target.parent.mkdir(exist_ok=True)
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["address", "role", "kind", "requests", "worst status"])
        writer.writerows([*key, len(statuses), max(statuses)] for key, statuses in sorted(worst.items()))
    kinds = sorted({one.kind for one in landings})
    print(f"\n{backend}: {len(landings)} requests; each cell: how many, worst status")
    print(f"{'':24}" + "".join(f"{kind:>14}" for kind in kinds))
    for role in dict.fromkeys(one.role for one in landings):
        cells = [[one.status for one in landings if one.role == role and one.kind == kind] for kind in kinds]
        print(f"{role:24}" + "".join(f"{len(cell):>9} {max(cell, default=0):>4}" for cell in cells))
