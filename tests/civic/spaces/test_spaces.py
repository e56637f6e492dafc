# SPDX-License-Identifier: AGPL-3.0-or-later
"""Processes: their frame, who sees them, their phases, opening and closing."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from civic.db.session import write
from civic.documents import DocumentData, publish_document
from civic.items.models import Item
from civic.journal.models import JournalEntry
from civic.people.models import Account, Person
from civic.permissions.actor import VISITOR, Actor, Grant
from civic.permissions.decision import Denied, Missing, Refused, StaleVersion
from civic.settings.declaration import setting
from civic.settings.store import save_settings
from civic.spaces.access import is_member, may_see, stands_in_view, visible_space_ids
from civic.spaces.checklist import FRAME_FIELDS, LEGAL_FIELDS, checklist
from civic.spaces.models import OldSlug, ProcessFrame, Space
from civic.spaces.phases import calendar_of, opened, resolve_settings
from civic.spaces.placing import (
    ComponentData,
    PhaseData,
    remove_component,
    save_component,
    save_phase,
)
from civic.spaces.services import (
    FrameData,
    act_on_process,
    add_members,
    create_process,
    edit_frame,
    ensure_root,
    ensure_standing,
    process_cycle,
    renew_preview,
    set_visibility,
)
from civic.workflow.declaration import TransitionData
from civic.workflow.engine import start
from tests.databases import both_databases

AT = datetime(2027, 2, 10, 9, 0, tzinfo=UTC)
CLERK = Actor(account_id=None, grants=(Grant("clerk"),), second_factor=True, channel="test")
TEXTS = {name: {"fr": f"{name} <b>é</b>"} for name in (*FRAME_FIELDS, *LEGAL_FIELDS)}


@pytest.fixture
def portal(app):
    with app.test_request_context():
        yield app


def framed(slug="berges", **changes):
    values = {"slug": slug, "title": {"fr": "Les berges"}, "texts": TEXTS, "level": "consult"}
    return FrameData(**{**values, **changes})


def a_process(session, slug="berges", *, opened_now=True):
    space = create_process(session, CLERK, slug, {"fr": "Les berges", "en": " "}, AT)
    if opened_now:
        edit_frame(session, CLERK, space.id, framed(slug), version=None, at=AT)
        act_on_process(session, CLERK, space.id, "open", at=AT)
    return space


@both_databases
def test_root_and_standing_component_are_made_once(portal):
    with write() as session:
        first = ensure_standing(session, "proposals", {"fr": "Propositions"}, AT)
        again = ensure_standing(session, "proposals", {"fr": "Propositions"}, AT)
        assert first.id == again.id
        assert ensure_root(session, AT).id == first.space_id
        assert not first.space.item.visible


@both_databases
def test_opening_names_what_is_missing_and_makes_the_process_public(portal):
    with write() as session:
        space = a_process(session, opened_now=False)
        with pytest.raises(Refused) as refused:
            act_on_process(session, CLERK, space.id, "open", at=AT)
        assert refused.value.refusals[0].code == "frame_incomplete"
        legal = [line for line in checklist(session.get_one(ProcessFrame, space.id)) if line.is_legal]
        assert len(legal) == 4
        assert all(line.title in str(refused.value.refusals[0].message) for line in legal)
        edit_frame(session, CLERK, space.id, framed(), version=None, at=AT)
        act_on_process(session, CLERK, space.id, "open", at=AT)
        assert (space.visibility, space.item.visible, space.item.state) == ("public", True, "open")


def test_an_empty_legal_field_alone_blocks_opening(portal):
    for name in LEGAL_FIELDS:
        with write() as session:
            space = a_process(session, f"sans-{name.replace('_', '-')}", opened_now=False)
            texts = {**TEXTS, name: {"fr": "  "}}
            edit_frame(session, CLERK, space.id, framed(space.slug, texts=texts), version=None, at=AT)
            with pytest.raises(Refused):
                act_on_process(session, CLERK, space.id, "open", at=AT)


def test_closing_waits_for_what_was_done(portal):
    with write() as session:
        space = a_process(session)
        with pytest.raises(Refused) as refused:
            act_on_process(session, CLERK, space.id, "close", at=AT)
        assert refused.value.refusals[0].code == "outcome_missing"
        told = {**TEXTS, "outcome": {"fr": "Le conseil a voté."}}
        edit_frame(session, CLERK, space.id, framed(texts=told), version=None, at=AT)
        act_on_process(session, CLERK, space.id, "close", at=AT)
        with pytest.raises(Missing):
            act_on_process(session, CLERK, space.id, "reopen", at=AT)
        act_on_process(session, CLERK, space.id, "reopen", at=AT, data=TransitionData(reason="Une erreur de date."))
        assert space.item.state == "open"


@both_databases
def test_a_stale_frame_is_refused(portal):
    with write() as session:
        space = a_process(session)
        version = session.get_one(ProcessFrame, space.id).version
        edit_frame(session, CLERK, space.id, framed(), version=version, at=AT)
        with pytest.raises(StaleVersion):
            edit_frame(session, CLERK, space.id, framed(), version=version, at=AT)


@pytest.mark.parametrize("slug", ["", "Élan", "a b", "-a", "a--b", "x" * 61, "../etc"])
def test_a_malformed_address_is_refused(portal, slug):
    with write() as session, pytest.raises(Missing) as missing:
        create_process(session, CLERK, slug, {"fr": "Titre"}, AT)
    assert "slug" in missing.value.fields


def test_a_former_address_is_kept_and_nobody_else_takes_it(portal):
    with write() as session:
        space = a_process(session)
        edit_frame(session, CLERK, space.id, framed("rives"), version=None, at=AT)
        assert session.get_one(OldSlug, "berges").space_id == space.id
        with pytest.raises(Missing):
            create_process(session, CLERK, "berges", {"fr": "Autre"}, AT)
        edit_frame(session, CLERK, space.id, framed("berges"), version=None, at=AT)
        assert session.get(OldSlug, "berges") is None
        assert session.get_one(OldSlug, "rives").space_id == space.id


def test_only_managers_in_scope_edit(portal):
    with write() as session:
        space, other = a_process(session), a_process(session, "autre")
        scoped = Actor(grants=(Grant("clerk", space_id=space.id),), second_factor=True)
        edit_frame(session, scoped, space.id, framed(), version=None, at=AT)
        for actor in (VISITOR, scoped, Actor(grants=(Grant("clerk"),))):
            with pytest.raises(Denied):
                edit_frame(session, actor, other.id, framed("autre"), version=None, at=AT)


def test_preview_link_dies_when_renewed_or_kept_for_members(portal):
    with write() as session:
        space = a_process(session, opened_now=False)
        first = space.preview_token
        assert may_see(VISITOR, space, token=first)
        assert not may_see(VISITOR, space)
        renew_preview(session, CLERK, space.id, at=AT)
        assert not may_see(VISITOR, space, token=first)
        set_visibility(session, CLERK, space.id, "members", at=AT)
        assert not may_see(VISITOR, space, token="")
        assert space.preview_token == ""


def test_everyone_of_a_shared_address_is_admitted_and_unknown_addresses_are_told(portal):
    with write() as session:
        space = a_process(session)
        for name in ("Ada", "Léo"):
            person = Person(display_name=name, created_at=AT)
            session.add(person)
            session.flush()
            session.add(Account(person_id=person.id, email="famille@rive.example", created_at=AT))
        session.flush()
        assert add_members(session, CLERK, space.id, " Famille@rive.example ", at=AT) == 2
        assert add_members(session, CLERK, space.id, "famille@rive.example", at=AT) == 0
        with pytest.raises(Missing):
            add_members(session, CLERK, space.id, "personne@rive.example", at=AT)


@both_databases
def test_list_and_page_agree_on_who_sees_what(portal):
    draw = random.Random(5)
    with write() as session:
        people = [Person(display_name=f"P{n}", created_at=AT) for n in range(4)]
        session.add_all(people)
        session.flush()
        ensure_root(session, AT)
        for number in range(14):
            space = a_process(session, f"p-{number}", opened_now=draw.random() < 0.7)
            set_visibility(session, CLERK, space.id, draw.choice(["public", "preview", "members", "staff"]), at=AT)
            for person in draw.sample(people, 2):
                account = Account(person_id=person.id, email=f"{number}-{person.id}@rive.example", created_at=AT)
                session.add(account)
                session.flush()
                add_members(session, CLERK, space.id, account.email, at=AT)
        spaces = session.scalars(select(Space)).all()
        actors = [VISITOR, *(Actor(account_id=1, person_id=person.id) for person in people)]
        roles = ("clerk", "agent", "moderator", "official", "auditor", "administrator")
        for _number in range(30):
            scope = draw.choice(spaces).id if draw.random() < 0.5 else None
            module = draw.choice([None, None, "civic", "proposals"])
            grants = (Grant(draw.choice(roles), space_id=scope, module=module),)
            actors.append(Actor(account_id=1, person_id=draw.choice(people).id, grants=grants))
        for actor in actors:
            token = draw.choice(spaces).preview_token if draw.random() < 0.3 else ""
            listed = set(session.scalars(visible_space_ids(actor, token=token)))
            shown = {
                space.id
                for space in spaces
                if may_see(actor, space, is_member=is_member(session, actor, space), token=token)
            }
            assert listed == shown, actor
            if not token:
                assert set(session.scalars(select(Item.id).where(stands_in_view(actor)))) == shown


def test_phase_dates_are_whole_days_of_the_town_and_reversed_ones_are_refused(portal):
    with write() as session:
        space = a_process(session)
        data = PhaseData({"fr": "Vos idées"}, date(2027, 3, 1), date(2027, 3, 3), verbs=((None, "submit"),))
        phase = save_phase(session, CLERK, space.id, data, at=AT)
        assert phase.opens_at == datetime(2027, 2, 28, 23, 0, tzinfo=UTC)
        assert phase.closes_at == datetime(2027, 3, 3, 23, 0, tzinfo=UTC)
        for wrong, field in (
            (PhaseData({"fr": "X"}, date(2027, 3, 3), date(2027, 3, 1)), "last_on"),
            (PhaseData({"fr": "X"}, None, date(2027, 3, 1)), "opens_on"),
            (PhaseData({"fr": " "}, date(2027, 3, 1), date(2027, 3, 1)), "title"),
        ):
            with pytest.raises(Missing) as missing:
                save_phase(session, CLERK, space.id, wrong, at=AT)
            assert field in missing.value.fields


def test_phases_open_verbs_by_date_for_one_component_or_all(portal):
    with write() as session:
        space = a_process(session)
        ideas = save_component(session, CLERK, space.id, ComponentData("proposals", "idees", {"fr": "Idées"}), at=AT)
        other = save_component(session, CLERK, space.id, ComponentData("proposals", "autres", {"fr": "Autres"}), at=AT)
        verbs = ((ideas.id, "submit"), (None, "comment"))
        data = PhaseData({"fr": "Idées"}, date(2027, 3, 1), date(2027, 3, 3), verbs=verbs)
        phase = save_phase(session, CLERK, space.id, data, at=AT)
        session.refresh(ideas)
        before, during = phase.opens_at - timedelta(microseconds=1), phase.opens_at
        assert opened(session, ideas, "submit", before).code == "opens_later"
        assert "1er\u00a0mars" in str(opened(session, ideas, "submit", before).message)
        assert opened(session, ideas, "submit", during) is None
        assert opened(session, ideas, "submit", phase.closes_at - timedelta(microseconds=1)) is None
        assert opened(session, ideas, "submit", phase.closes_at).code == "closed_since"
        assert "3\u00a0mars" in str(opened(session, ideas, "submit", phase.closes_at).message)
        assert opened(session, other, "submit", during).code == "never_open"
        assert opened(session, other, "comment", during) is None


def test_without_phase_the_components_own_dates_hold(portal):
    with write() as session:
        standing = ensure_standing(session, "proposals", {"fr": "Propositions"}, AT)
        assert opened(session, standing, "submit", AT) is None
        space = a_process(session)
        data = ComponentData("proposals", "idees", {"fr": "Idées"}, opens_on=date(2027, 3, 1), last_on=date(2027, 3, 1))
        component = save_component(session, CLERK, space.id, data, at=AT)
        assert opened(session, component, "vote", AT).code == "opens_later"
        assert calendar_of(session, component).present("vote", datetime(2027, 3, 1, 12, tzinfo=UTC)) is not None


def test_a_process_that_is_not_open_takes_nothing(portal):
    with write() as session:
        space = a_process(session, opened_now=False)
        component = save_component(session, CLERK, space.id, ComponentData("proposals", "i", {"fr": "I"}), at=AT)
        assert opened(session, component, "submit", AT).code == "process_preparing"


def test_settings_resolve_phase_then_component_then_module(portal):

    @dataclass(frozen=True)
    class Limits:
        per_person: int = setting(3, "Par personne")
        length: int = setting(100, "Longueur")
        words: int = setting(7, "Mots")

    with write() as session:
        save_settings(session, CLERK, "module:proposals", Limits(4, 400, 7), AT)
        space = a_process(session)
        data = ComponentData("proposals", "i", {"fr": "I"}, settings={"length": 200})
        component = save_component(session, CLERK, space.id, data, at=AT)
        verbs = ((component.id, "submit"),)
        phase = save_phase(
            session, CLERK, space.id, PhaseData({"fr": "P"}, date(2027, 3, 1), date(2027, 3, 2), verbs=verbs), at=AT
        )
        phase.verbs[0].settings = {"per_person": 1}
        session.flush()
        assert resolve_settings(session, Limits, component, "submit", AT) == Limits(4, 200, 7)
        assert resolve_settings(session, Limits, component, "submit", phase.opens_at) == Limits(1, 200, 7)


def test_a_component_with_content_cannot_be_removed(portal):
    with write() as session:
        space = a_process(session)
        component = save_component(session, CLERK, space.id, ComponentData("proposals", "i", {"fr": "I"}), at=AT)
        item = Item(kind="civic.process", title={"fr": "x"}, created_at=AT, component_id=component.id)
        start(session, process_cycle(session), CLERK, item, AT)
        with pytest.raises(Refused):
            remove_component(session, CLERK, space.id, component.id, at=AT)
        with pytest.raises(Missing):
            remove_component(session, CLERK, a_process(session, "autre").id, component.id, at=AT)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x.example/", "https://", "//x.example", "http://[bad"])
def test_a_document_needs_an_address_of_the_web(portal, url):
    with write() as session:
        space = a_process(session)
        with pytest.raises(Missing) as missing:
            publish_document(session, CLERK, space.id, DocumentData("document", {"fr": "Étude"}, url=url), at=AT)
    assert "url" in missing.value.fields


def test_each_act_of_a_clerk_is_journaled(portal):
    with write() as session:
        space = a_process(session)
        acts = list(
            session.scalars(
                select(JournalEntry.act).where(JournalEntry.subject_id == space.id).order_by(JournalEntry.id)
            )
        )
    assert acts == ["create", "edit", "open"]
