# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the core asks of every module, ours or not: inherit ModuleContract in a test file and name the module.

class TestContract(ModuleContract):
    module = "parking"
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any, ClassVar
from urllib.parse import urlsplit

import pytest
from werkzeug.routing import Rule

from civic.clock import now
from civic.contract import check_module
from civic.db.lineage import Lineage
from civic.db.session import db, write
from civic.db.upgrade import check, upgrade
from civic.faults_tables import own_tables
from civic.i18n.setup import FIRST_PARTY
from civic.items.models import Item
from civic.items.numbers import give_number
from civic.journal.triggers import protect
from civic.module import Module, Resource
from civic.permissions.actor import ROLES, Actor
from civic.permissions.decision import Denied, Refused
from civic.registry import EXTENSION
from civic.settings.declaration import build
from civic.settings.workflows import lifecycle
from civic.spaces.services import ensure_standing
from civic.testing.factories import make_item, make_person
from civic.testing.migrations import counts, down, populate, revisions, up
from civic.testing.observing import check_page, digest, everyone, mighty
from civic.testing.portal import PortalUnderTest
from civic.testing.texts import texts_of, translated
from civic.workflow.engine import available, perform
from civic.workflow.guarding import state_may_change

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
UNTOUCHED = (
    "civic_item",
    "civic_journal",
    "civic_comment",
    "civic_support",
    "civic_follow",
    "civic_document",
    "civic_role_grant",
)
"""With the module's own tables: what a refused request must leave as it was."""
STAFF = {*ROLES, "is_staff"}


class ModuleContract:
    """The suite. `samples` gives values a table's CHECK constraints ask for; `arguments` what addresses need besides
    `number` and `item_id`."""

    module: ClassVar[str]
    samples: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    arguments: ClassVar[Mapping[str, Any]] = {}

    # What the tests stand on

    @pytest.fixture
    def manifest(self, civic_portal: PortalUnderTest) -> Module:
        """The module as the portal loaded it."""
        registry = civic_portal.app.extensions[EXTENSION]
        assert self.module in registry.modules, f"{self.module} is not loaded: {registry.set_aside}"
        manifest: Module = registry.modules[self.module]
        return manifest

    @pytest.fixture
    def switched_on(self, civic_portal: PortalUnderTest, manifest: Module) -> PortalUnderTest:
        """The portal with the module on."""
        civic_portal.switch_on(manifest.name)
        return civic_portal

    def make_subject(self, resource: Resource, kind: str, author_id: int | None = None, *, public: bool = True) -> int:
        """An item of the resource with its own row, in its first public state, or in its very first one; gives its id.

        Called in an application context.
        """
        with write() as session:
            cycle = replace(lifecycle(session, resource.workflow, resource.policy), kind=kind)
            person_id = author_id or make_person(session, at=now()).id
            place = ensure_standing(session, self.module, {"fr": self.module}, now())
            columns: dict[str, Any] = {"author_id": person_id, "component_id": place.id, "space_id": place.space_id}
            item = make_item(session, cycle, at=now(), **columns)
            if public:
                with state_may_change():
                    item.state = next(state.name for state in resource.workflow.states if state.public)
            if resource.workflow.state(item.state).public:
                item.visible, item.published_at = True, now()
                give_number(session, item)
            session.add(resource.model(id=item.id))
            return item.id

    # The manifest

    def test_the_manifest_is_sound_and_explained(self, manifest: Module) -> None:
        """Its declarations can work; its titles are lazy; a README says what it is."""
        check_module(manifest, manifest.source)
        assert (manifest.folder / "README.md").is_file(), (
            f"write {manifest.folder / 'README.md'}: purpose, states, permissions"
        )
        for sentence in (manifest.title, manifest.summary):
            assert not isinstance(sentence, str), "titles are lazy translations: they are read in every language"

    def test_settings_have_defaults_that_their_own_bounds_accept(self, manifest: Module) -> None:
        """A town that sets nothing has settings that work."""
        for settings in filter(None, (manifest.settings, manifest.phase_settings)):
            assert build(settings, {}) == settings()
            assert build(settings, asdict(settings())) == settings()

    # Tables

    def test_models_and_migrations_agree(
        self, civic_portal: PortalUnderTest, civic_database_url: str, manifest: Module
    ) -> None:
        """Nothing is left to migrate."""
        if own_tables(manifest.package):
            check(civic_database_url, _lineage(manifest))

    def test_each_revision_goes_up_down_and_up_with_data(
        self, civic_database_url: str, civic_portal: PortalUnderTest, manifest: Module
    ) -> None:
        """No revision loses a row, of the module or of the core, on a populated database."""
        if not own_tables(manifest.package):
            return
        url, lineage = civic_database_url, _lineage(manifest)
        down(url, lineage, "base")
        before = "base"
        for revision in revisions(url, lineage):
            up(url, lineage, revision)
            populate(url, lineage, self.samples)
            core, own = counts(url, "civic_"), counts(url, f"{manifest.name}_")
            down(url, lineage, before)
            assert counts(url, "civic_") == core, f"going down from {revision} lost rows of the core"
            kept = counts(url, f"{manifest.name}_")
            assert kept == {name: own[name] for name in kept}, f"going down from {revision} lost rows"
            up(url, lineage, revision)
            assert counts(url, "civic_") == core, f"going up to {revision} lost rows of the core"
            after = counts(url, f"{manifest.name}_")
            assert {name: after[name] for name in kept} == kept, f"going up to {revision} lost rows"
            before = revision
        upgrade(url, [lineage], protect)

    # Permissions and workflow

    def test_permissions_are_complete_and_staff_confirms(self, manifest: Module) -> None:
        """Every action has words; whatever opens to staff asks for the second factor."""
        for policy in (*manifest.policies, *(resource.policy for resource in manifest.resources)):
            for action, rule in policy.table.items():
                assert str(policy.titles[action]).strip()
                for alternative in rule:
                    names = {predicate.name for predicate in alternative}
                    assert "second_factor" in names or not names & STAFF, (
                        f"{action} opens to staff without second factor"
                    )

    def test_every_state_act_and_role_follow_the_table(self, switched_on: PortalUnderTest, manifest: Module) -> None:
        """States x acts x roles: offered, allowed and refused as the tables say."""
        for resource in manifest.resources:
            with switched_on.app.app_context():
                for state in resource.workflow.states:
                    self._walk(manifest, resource, state.name)

    def _walk(self, manifest: Module, resource: Resource, state: str) -> None:
        """Every act by everyone in one state: offered as the table says, refused without a trace."""
        item_id = self.make_subject(resource, f"{manifest.name}.{resource.name}")
        with write() as session, state_may_change():
            session.get_one(Item, item_id).state = state
        author_id = db.session.get_one(Item, item_id).author_id
        watched = ("civic_item", "civic_journal", resource.model.__tablename__)
        before = digest(watched)
        leaving = {one.name for one in resource.workflow.leaving(state)}
        for act in (one.name for one in resource.workflow.transitions if one.name not in leaving):
            self._refused(resource, mighty(author_id), item_id, act, Refused)
        for who, actor in everyone(author_id, manifest.name):
            for act in self._denied(resource, actor, item_id, who):
                self._refused(resource, actor, item_id, act, Denied)
        assert digest(watched) == before, f"an act refused in {state} changed something"

    def _denied(self, resource: Resource, actor: Actor, item_id: int, who: str) -> list[str]:
        """The acts that leave the present state and that the table denies; offers must say the same."""
        item, at = db.session.get_one(Item, item_id), now()
        cycle = lifecycle(db.session(), resource.workflow, resource.policy)
        offers = available(cycle, actor, item, at)
        assert {offer.transition.name for offer in offers} == {
            one.name for one in resource.workflow.leaving(item.state)
        }
        denied = []
        for offer in offers:
            rule = resource.policy.table[offer.transition.by]
            if not any(all(predicate.holds(actor, item, at) for predicate in row) for row in rule):
                where = f"{who}: {offer.transition.name} in {item.state}"
                assert not offer.is_open, f"{where} is offered against the table"
                assert len(offer.refusals) == 1, f"{where}: guards speak before the permission"
                denied.append(offer.transition.name)
        return denied

    def _refused(self, resource: Resource, actor: Actor, item_id: int, act: str, expected: type[Refused]) -> None:
        """The act, in a write of its own, raises."""

        def perform_it() -> None:
            with write() as session:
                cycle = lifecycle(session, resource.workflow, resource.policy)
                perform(session, cycle, actor, session.get_one(Item, item_id), act, at=now())

        with pytest.raises(expected):
            perform_it()

    # Pages

    def test_pages_answer_everyone_without_a_fault(self, switched_on: PortalUnderTest, manifest: Module) -> None:
        """No page breaks, or holds inline code or unescaped text."""
        subjects = self._subjects(switched_on, manifest)
        for browser in (switched_on.browser(), switched_on.browser("resident"), switched_on.browser("administrator")):
            for rule, address in self._addresses(switched_on, manifest, subjects, {"GET"}):
                page = browser.get(address)
                assert page.status_code < 500, f"{rule.endpoint} answered {page.status_code}"
                if page.mimetype == "text/html" and page.status_code == 200:
                    check_page(rule.endpoint, page.text)

    def test_the_page_of_a_subject_is_public(self, switched_on: PortalUnderTest, manifest: Module) -> None:
        """With its number, anyone finds it."""
        subjects = self._subjects(switched_on, manifest)
        for resource in manifest.resources:
            with switched_on.app.test_request_context():
                address = switched_on.app.url_for(resource.endpoint, number=subjects["number"][resource.name])
            assert switched_on.browser().get(address).status_code == 200
            found = switched_on.browser().get(f"/n/{subjects['number'][resource.name]}")
            assert (found.status_code, urlsplit(found.location or "").path) == (302, urlsplit(address).path)

    def test_no_stranger_changes_anything(self, switched_on: PortalUnderTest, manifest: Module) -> None:
        """Every address that takes a form refuses a visitor without a trace."""
        switched_on.app.config["WTF_CSRF_ENABLED"] = False  # the token must not hide a missing permission
        subjects = self._subjects(switched_on, manifest)
        own = tuple(one.name for one in own_tables(manifest.package))
        for rule, address in self._addresses(switched_on, manifest, subjects, UNSAFE):
            for method in sorted(set(rule.methods or ()) & UNSAFE):
                with switched_on.app.app_context():
                    before = digest((*UNTOUCHED, *own))
                page = switched_on.browser().client.open(
                    address, method=method, data={"title": "x", "reason": "x", "body": "x"}
                )
                with switched_on.app.app_context():
                    assert digest((*UNTOUCHED, *own)) == before, f"a visitor changed something by {method} {rule.rule}"
                assert page.status_code in {302, 303, 400, 401, 403, 404, 422}, (
                    f"{method} {rule.rule}: {page.status_code}"
                )

    def test_templates_compile(self, civic_portal: PortalUnderTest, manifest: Module) -> None:
        """Every template of the module can be drawn."""
        folder = manifest.folder / "templates"
        for path in sorted(folder.rglob("*.*")) if folder.is_dir() else ():
            civic_portal.app.jinja_env.get_template(path.relative_to(folder).as_posix())

    def test_off_it_explains_itself_and_keeps_its_data(self, switched_on: PortalUnderTest, manifest: Module) -> None:
        """Off: each page says so, with 404. On again: all is there."""
        subjects = self._subjects(switched_on, manifest)
        own = tuple(one.name for one in own_tables(manifest.package))
        with switched_on.app.app_context():
            before = digest(("civic_item", *own))
        addresses = [address for _rule, address in self._addresses(switched_on, manifest, subjects, {"GET"})]
        visitor = switched_on.browser()
        was = {address: visitor.get(address).status_code for address in addresses}
        switched_on.switch_off(manifest.name)
        for address in addresses:
            page = visitor.get(address)
            assert page.status_code == 404, f"{address} answers while the module is off"
            assert str(manifest.name) in address
            assert 'class="failure"' in page.text, f"{address} does not say that the module is off"
        switched_on.switch_on(manifest.name)
        assert {address: visitor.get(address).status_code for address in addresses} == was
        with switched_on.app.app_context():
            assert digest(("civic_item", *own)) == before

    # What is shown and given

    def test_figures_and_data_sets_compute(self, switched_on: PortalUnderTest, manifest: Module) -> None:
        """On a portal with one public subject of each resource."""
        self._subjects(switched_on, manifest)
        with switched_on.app.test_request_context():
            for figure in manifest.figures:
                assert isinstance(figure.compute(db.session()), int), figure.name
            for dataset in manifest.datasets:
                rows = list(dataset.rows(db.session()))
                assert rows, f"{dataset.name} has no row though one is public"
                assert {len(row) for row in rows} == {len(dataset.columns)}, f"{dataset.name}: rows and columns differ"

    def test_a_person_finds_their_data_and_can_have_it_erased(
        self, switched_on: PortalUnderTest, manifest: Module
    ) -> None:
        """The export holds what the author wrote, and nothing of others."""
        for resource in manifest.resources:
            with switched_on.app.app_context():
                with write() as session:
                    person_id = make_person(session, at=now()).id
                self.make_subject(resource, f"{manifest.name}.{resource.name}", person_id, public=False)
                if resource.personal_data is not None:
                    assert resource.personal_data(db.session(), person_id), (
                        f"{resource.name}: what the author wrote is missing"
                    )
                    assert not resource.personal_data(db.session(), 0)
                if resource.erase is not None:
                    with write() as session:
                        resource.erase(session, person_id, now())

    def test_every_text_is_in_the_module_s_context_and_has_its_french(self, manifest: Module) -> None:
        """No word of another module wins over the module's own; French is complete."""
        folder = FIRST_PARTY if manifest.first_party else manifest.folder / "translations"
        known = translated(folder / "fr" / "LC_MESSAGES" / f"{manifest.name}.po")
        found = list(texts_of(manifest.folder))
        strangers = [f"{where}: {source!r}" for (context, source), where in found if context != manifest.name]
        assert not strangers, (
            f"wrap with pgettext({manifest.name!r}, …), so that no other module's words win: {strangers}"
        )
        lacking = sorted({source for (context, source), _where in found if (context, source) not in known})
        assert not lacking, f"no French for {lacking}"

    # Shared by the tests above

    def _subjects(self, portal: PortalUnderTest, manifest: Module) -> dict[str, dict[str, int]]:
        """One public subject of each resource: ids and numbers by resource."""
        found: dict[str, dict[str, int]] = {"item_id": {}, "number": {}}
        with portal.app.app_context():
            for resource in manifest.resources:
                key = self.make_subject(resource, f"{manifest.name}.{resource.name}")
                found["item_id"][resource.name] = key
                found["number"][resource.name] = db.session.get_one(Item, key).number or 0
        return found

    def _addresses(
        self, portal: PortalUnderTest, manifest: Module, subjects: dict[str, dict[str, int]], methods: set[str]
    ) -> Iterator[tuple[Rule, str]]:
        """Every page of the module that takes one of the methods, with an address that leads to a real subject."""
        names = {
            blueprint.name for blueprint in (manifest.public, manifest.desk, manifest.api) if blueprint is not None
        }
        first = manifest.resources[0].name if manifest.resources else ""
        values: dict[str, Any] = {key: by_resource.get(first) for key, by_resource in subjects.items()}
        for rule in portal.app.url_map.iter_rules():
            if (
                rule.endpoint.partition(".")[0] in names
                and rule.methods
                and rule.methods & methods
                and not rule.endpoint.endswith(".static")
            ):
                needed = {name: self.arguments.get(name, values.get(name)) for name in rule.arguments}
                assert None not in needed.values(), (
                    f"{rule.rule}: give {sorted(needed)} in `arguments` of the contract's class"
                )
                with portal.app.test_request_context():
                    address = portal.app.url_for(rule.endpoint, **needed)
                yield rule, address


def _lineage(manifest: Module) -> Lineage:
    """Where the module's migrations are."""
    return Lineage(manifest.name, manifest.folder / "migrations")
