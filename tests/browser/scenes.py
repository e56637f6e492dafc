# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages one meets only by doing something: forms that come back, empty lists, refusals, links that are over.

A scene brings someone's page to such a moment of the demonstration town; it may change the town. `SCENES` in their order.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.people import press
from tests.servers.portal import Portal

LUCIE, ROMAIN, FAMILY = "lucie-marchal", "romain.colin@courriel.example", "famille.castaing@courriel.example"
NADIA, THOMAS, CAMILLE, ANTOINE = "nadia-rahmani", "thomas-lefevre", "camille-roussel", "antoine-delmas"
NOA, ZOE = "noa.petit@courriel.example", "zoe.martinez@courriel.example"
NEWCOMER = "nouvelle.venue@courriel.example"


Play = Callable[[Page, Portal], None]


@dataclass(frozen=True)
class Scene:
    """One moment: who lives it (a key of the demonstration data, an address, or None), and how one gets there.

    `lands` is the endpoint of the page one then sees; where `path` is given, it is that page's. Scenes of the same person
    share a browser; a name that is neither a key nor an address is a visitor with a browser of their own.
    """

    name: str
    who: str | None
    play: Play
    lands: str = ""
    path: str = ""


SCENES: list[Scene] = []

AUTHORS = {
    "arceaux": "romain.colin",
    "portail": "rachida.el-amrani",
    "ponton": "maelle.joubert",
    "skatepark": "antonin.berger",
    "arret": "nathalie.gauthier",
    "nichoirs": "amelie.costa",
    "bancs": "jeanne.corbin",
    "mediatheque": "kenza.belkacem",
    "avenue": "pierre.aubert",
    "hockey": "thibault.renard",
    "grainotheque": "clemence.faivre",
}
"""Proposals of the demonstration by who wrote them: their numbers change when the town gains one."""

PLACES = {
    "find-where": (None, "/find"),
    "find-one": (None, "/find?q=12 rue des Acacias"),
    "find-nothing": (None, "/find?q=boulevard qui n’existe pas"),
    "search-start": (None, "/search"),
    "search-found": (None, "/search?q=banc"),
    "search-nothing": (None, "/search?q=zzzzzz"),
    "number-missing": (None, "/n/99999"),
    "proposals-filtered": (None, "/proposals/?q=rue&quartier=vieux-pont&late=1"),
    "proposals-none": (None, "/proposals/?q=zzzzzz"),
    "decided-none": (None, "/decided?outcome=refused&quartier=plaine-des-maraichers"),
    "process-closed": (None, "/processes/des-cours-d-ecole-a-l-ombre"),
    "proposal-incomplete": (None, "/proposals/{skatepark}"),
    "proposal-refused": (None, "/proposals/{hockey}"),
    "proposal-late": (None, "/proposals/{avenue}"),
    "proposal-done": (None, "/proposals/{grainotheque}"),
    "proposal-withdrawn": (None, "/proposals/{arret}"),
    "write-too-early": (None, "/proposals/new?process=marcher-et-pedaler"),
    "write-too-late": (None, "/proposals/new?process=des-cours-d-ecole-a-l-ombre"),
    "address-missing": (None, "/nothing/here"),
    "address-of-a-form": (None, "/sign-out"),
    "link-over": (None, "/sign-in/link/0000000000000000"),
    "english-home": (None, "/en/"),
    "english-proposal": (None, "/en/proposals/{mediatheque}"),
    "password-form": (None, "/sign-in/password"),
    "support-asked": (LUCIE, "/items/{arceaux}/support"),
    "support-refused": (LUCIE, "/items/{mediatheque}/support"),
    "follow-asked": (LUCIE, "/items/{arceaux}/follow"),
    "comment-refused": (LUCIE, "/items/{arret}/comment"),
    "desk-forbidden": (LUCIE, "/desk/"),
    "edit-forbidden": (LUCIE, "/proposals/{arceaux}/edit"),
    "confirm": (LUCIE, "/account/confirm"),
    "my-comments": (LUCIE, "/account/acts/comments"),
    "residence": (LUCIE, "/account/residence"),
    "organisations-mine": (ROMAIN, "/account/organisations"),
    "organisation-speakers": (ROMAIN, "/account/organisations/1"),
    "organisation-write": (ROMAIN, "/proposals/new"),
    "organisation-comment": (ROMAIN, "/items/{arceaux}/comment"),
    "organisation-public": (None, "/organisations/velo-rive"),
    "authorisation-age": (LUCIE, "/account/authorisation"),
    "authorisation-paper": (NOA, "/account/authorisation"),
    "authorisation-needed": (NOA, "/proposals/new"),
    "authorisation-recorded": (ZOE, "/account/authorisation"),
    "author-sees-own": (ROMAIN, "/proposals/{arceaux}"),
    "author-edits": (ROMAIN, "/proposals/{arceaux}/edit"),
    "author-withdraws": (ROMAIN, "/proposals/{arceaux}/withdraw"),
    "queue-none": (NADIA, "/desk/?q=zzzzzz"),
    "board-late": (NADIA, "/desk/board?late=1"),
    "board-none": (NADIA, "/desk/board?q=zzzzzz"),
    "bulk-none": (NADIA, "/desk/bulk"),
    "bulk-choose": (NADIA, "/desk/bulk?file={arceaux_item}&file={avenue_item}&file=99999"),
    "bulk-fields": (NADIA, "/desk/bulk?file={arceaux_item}&act=proposals.proposal/study"),
    "bulk-nothing": (ANTOINE, "/desk/bulk?file={arceaux_item}"),
    "register-ticked": (NADIA, "/desk/register?ticked=all"),
    "views-none": (ANTOINE, "/desk/views"),
    "view-new": (NADIA, "/desk/views/new?page=register&late=1"),
    "statistics-none": (NADIA, "/desk/statistics?first=2001-01-01&last=2001-02-01"),
    "people-found": (NADIA, "/desk/people?q=mar"),
    "people-none": (NADIA, "/desk/people?q=zzzzzz"),
    "proofs": (NADIA, "/desk/proofs"),
    "organisations-waiting": (NADIA, "/desk/organisations"),
    "organisations-none": (NADIA, "/desk/organisations?state=closed"),
    "organisation-at-desk": (NADIA, "/desk/organisations/1"),
    "organisation-to-check": (NADIA, "/desk/organisations/2"),
    "organisation-accept": (NADIA, "/desk/organisations/2/accept"),
    "organisation-close": (NADIA, "/desk/organisations/1/close"),
    "authorisations": (NADIA, "/desk/authorisations"),
    "authorisations-unknown-code": (NADIA, "/desk/authorisations?code=AAAA AAAA"),
    "authorisation-waiting": (NADIA, "/desk/authorisations/3"),
    "authorisation-revoke": (NADIA, "/desk/authorisations/2/revoke"),
    "doubts": (NADIA, "/desk/doubts"),
    "doubt": (NADIA, "/desk/doubts/1"),
    "correct-answer": (NADIA, "/desk/answers/{nichoirs_answer}/correct"),
    "close-process": (NADIA, "/desk/processes/{berges}/move/close"),
    "phase-settings": (NADIA, "/desk/processes/{berges}/phases/{berges_phase}/settings"),
    "picture-shown": (None, "/proposals/{ponton}"),
    "document-shown": (None, "/proposals/11"),
    "remove-file": (NADIA, "/items/{ponton}/files/{ponton_file}/remove"),
    "answer-to-sign": (ANTOINE, "/desk/answers/{bancs_answer}"),
    "answer-signed": (ANTOINE, "/desk/answers/{nichoirs_answer}"),
    "journal-none": (CAMILLE, "/desk/journal?act=erase_person"),
    "roles-none": (CAMILLE, "/desk/roles?q=zzzzzz"),
    "stages-of-proposals": (CAMILLE, "/desk/settings/stages/proposals.proposal"),
    "tags": (CAMILLE, "/desk/tags"),
    "who-takes-part": (None, "/processes/berges-de-la-merelle/participation"),
    "who-is-missing": (NADIA, "/desk/processes/{berges}/participation"),
    "town-figures": (CAMILLE, "/desk/town-figures"),
}
"""Where an address is enough: name, who, address."""

SENT_AS_IT_IS = {
    "sign-in-empty": (None, "/sign-in", ""),
    "proposal-empty": (None, "/proposals/new", ""),
    "proposal-empty-signed-in": (LUCIE, "/proposals/new", ""),
    "comment-empty": (LUCIE, "/items/{arceaux}/comment", ""),
    "email-empty": (LUCIE, "/account/email", ""),
    "merge-empty": (LUCIE, "/account/merge", ""),
    "erase-unsure": (LUCIE, "/account/erase", ""),
    "residence-empty": (LUCIE, "/account/residence", ""),
    "organisation-empty": (LUCIE, "/account/organisations", ""),
    "invitation-empty": (ROMAIN, "/account/organisations/1", ""),
    "age-empty": (LUCIE, "/account/authorisation", ""),
    "organisation-refuse-empty": (NADIA, "/desk/organisations/2/refuse", ""),
    "speaker-empty": (NADIA, "/desk/organisations/1", "form:has([name=email])"),
    "authorisation-empty": (NADIA, "/desk/authorisations/3", "form:has([name=guardian])"),
    "send-back-empty": (NADIA, "/desk/items/{arceaux_item}/act/send_back", ""),
    "study-empty": (NADIA, "/desk/items/{arceaux_item}/act/study", ""),
    "bulk-empty": (NADIA, "/desk/bulk?file={arceaux_item}&act=proposals.proposal/study", ""),
    "bulk-preview": (
        NADIA,
        "/desk/bulk?file={arceaux_item}&file={avenue_item}&act=proposals.proposal/put_to_decision",
        "",
    ),
    "view-empty": (NADIA, "/desk/views/new?page=register&late=1", ""),
    "answer-empty": (NADIA, "/desk/items/{avenue_item}/answer", ""),
    "doubt-empty": (NADIA, "/desk/doubts/1", ""),
    "process-empty": (NADIA, "/desk/processes/new", ""),
    "phase-empty": (NADIA, "/desk/processes/{berges}/phases/new", ""),
    "part-empty": (NADIA, "/desk/processes/{berges}/parts/new", ""),
    "document-empty": (NADIA, "/desk/processes/{berges}/documents/new", ""),
    "verify-empty": (NADIA, "/desk/people/40/verify", ""),
    "listed-empty": (NADIA, "/desk/people/40/listed", ""),
    "absence-empty": (NADIA, "/desk/absences", "form:has([name=account_id])"),
    "delegation-empty": (NADIA, "/desk/delegations", "form:has([name=official_id])"),
    "leave-empty": (NADIA, "/desk/leave", ""),
    "hide-empty": (NADIA, "/items/{nichoirs}/comments/{nichoirs_comment}/hide", ""),
    "remove-file-empty": (NADIA, "/items/{ponton}/files/{ponton_file}/remove", ""),
    "grant-empty": (CAMILLE, "/desk/roles/grant", ""),
    "erase-person-empty": (CAMILLE, "/desk/people/40/erase", ""),
    "roll-empty": (CAMILLE, "/desk/roll", ""),
    "town-figures-empty": (CAMILLE, "/desk/town-figures", ""),
}
"""Forms that come back because nothing was written: name, who, address, selector of the form."""


def scene(who: str | None, lands: str) -> Callable[[Play], Play]:
    """Keep a function as a scene of that person; its name is the scene's."""

    def keep(play: Play) -> Play:
        SCENES.append(Scene(play.__name__.replace("_", "-"), who, play, lands))
        return play

    return keep


def found(portal: Portal, path: str) -> str:
    """An address with the town's own numbers in place of names."""
    return path.format_map(_numbers(portal.instance / "civic.sqlite3"))


@cache
def _numbers(database: Path) -> dict[str, int]:
    """Numbers and identifiers by name: of the proposals of AUTHORS, and of the first process."""
    numbers: dict[str, int] = {}
    with closing(sqlite3.connect(database)) as town:
        for name, author in AUTHORS.items():
            keys = (f"{name}_item", name, f"{name}_answer", f"{name}_comment", f"{name}_file")
            numbers |= zip(
                keys,
                town.execute(
                    "SELECT item.id, item.number, (SELECT max(id) FROM civic_answer WHERE item_id = item.id),"
                    " (SELECT min(id) FROM civic_comment WHERE item_id = item.id),"
                    " (SELECT min(id) FROM civic_file WHERE item_id = item.id)"
                    " FROM civic_item item JOIN civic_account account ON account.person_id = item.author_id"
                    " WHERE account.email = ? AND item.number IS NOT NULL",
                    (f"{author}@courriel.example",),
                ).fetchone(),
                strict=True,
            )
        numbers["berges"], numbers["berges_phase"] = town.execute(
            "SELECT space.id, max(phase.id) FROM civic_space space JOIN civic_phase phase ON phase.space_id = space.id"
            " WHERE space.slug = 'berges-de-la-merelle' AND phase.opens_at < datetime('now')"
        ).fetchone()
    return numbers


def _open(path: str) -> Play:
    def play(page: Page, portal: Portal) -> None:
        page.goto(found(portal, path))

    return play


def _send(path: str, form: str) -> Play:
    def play(page: Page, portal: Portal) -> None:
        page.goto(found(portal, path))
        press(page, form or "main form.form")

    return play


SCENES += [Scene(name, who, _open(path), path=path) for name, (who, path) in PLACES.items()]
SCENES += [Scene(name, who, _send(path, form), path=path) for name, (who, path, form) in SENT_AS_IT_IS.items()]
