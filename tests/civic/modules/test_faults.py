# SPDX-License-Identifier: AGPL-3.0-or-later
"""A fault of one of our own modules stops the start: file, field and remedy are said."""

from dataclasses import dataclass, replace

import click
import pytest
from flask import Blueprint, Flask
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, configure_mappers, mapped_column

from civic.contract import ContractError, check_links, check_module, check_together
from civic.core import CORE
from civic.db.base import Base
from civic.events.base import Created, Event
from civic.faults import every_fault
from civic.faults_tables import forget_tables
from civic.items.models import Item
from civic.loader import discover, forget
from civic.module import Dataset, Figure, Job, LinkType, Listener, Module, NavEntry, Resource, Slot, Verb
from civic.permissions.policy import Policy
from civic.permissions.predicates import anyone
from civic.settings.declaration import setting
from civic.testing.scaffold import write_first_party
from civic.workflow.declaration import State, Transition, Workflow

WORKFLOW = Workflow(
    "toys.toy",
    (State("a", "A", initial=True), State("b", "B", final=True)),
    (Transition("go", ("a",), "b", "toy:go", "Go", "Gone"),),
)
POLICY = Policy("toys", {"toy:go": ((anyone,),)}, {"toy:go": "Go"})


class ToyModel:  # a resource's model needs no more than a table's name here
    __tablename__ = "toys_toy"


def pages(name="toys", prefix="/toys", *rules):
    blueprint = Blueprint(name, __name__, url_prefix=prefix)
    for rule, endpoint in rules or (("/", "index"), ("/<int:number>", "show")):
        blueprint.add_url_rule(rule, endpoint, lambda **values: "")
    return blueprint


RESOURCE = Resource("toy", "Toy", "Toys", ToyModel, WORKFLOW, POLICY, "toys.show")
SOUND = Module("toys", "Toys", "Toys to share.", "1.0", resources=(RESOURCE,), public=pages())


@dataclass(frozen=True)
class Limits:
    limit: int = setting(3, "Limit")


@dataclass(frozen=True)
class Untitled:
    limit: int = 3


@dataclass(frozen=True)
class Documented:
    limit: int = setting(3, "Limit")


@dataclass(frozen=True)
class Broken(Event):
    toy_id: int


class NotAnEvent:
    pass


def heard(session, event):
    """A listener."""


def test_a_sound_manifest_has_no_fault():
    assert list(every_fault(SOUND)) == []
    check_module(SOUND, "modules/toys/module.py")


CASES = [
    ("name", {"name": "Toys"}, "one lower-case word"),
    ("name", {"name": "my_toys"}, "one lower-case word"),
    ("name", {"name": "desk"}, "reserved by the core"),
    ("name", {"name": 3}, "text between quotes"),
    ("title", {"title": " "}, "is empty"),
    ("version", {"version": ""}, "is empty"),
    ("resources", {"resources": RESOURCE}, "tuple of Resource. With one element, write (element,)"),
    ("resources", {"resources": (RESOURCE, RESOURCE)}, "declares 'toy' twice"),
    ("verbs", {"verbs": [Verb("submit", "Submit")]}, "tuple of Verb"),
    ("verbs", {"verbs": (Verb("a", "A"), Verb("a", "B"))}, "declares 'a' twice"),
    ("public", {"public": "toys"}, "Flask Blueprint"),
    ("public", {"public": pages("games")}, "name it toys"),
    ("public", {"public": pages("toys", "/jouets")}, "write /toys"),
    ("public", {"public": pages("toys", "/toys", ("/", "index"), ("/", "index"), ("/<int:number>", "show"))}, "cannot be registered"),
    ("desk", {"desk": pages("toys", "/desk/toys")}, "name it toys_desk"),
    ("desk", {"desk": pages("toys_desk", "/toys/desk")}, "write /desk/toys"),
    ("api", {"api": pages("toys_api", "/toys")}, "write /api/toys"),
    ("settings", {"settings": Untitled}, "setting(default, title, help)"),
    ("settings", {"settings": "Untitled"}, "frozen dataclass"),
    ("phase_settings", {"phase_settings": NotAnEvent}, "frozen dataclass"),
    ("phase_settings", {"phase_settings": Limits}, "limit is no field of settings"),
    ("phase_settings", {"settings": Limits, "phase_settings": Limits}, "setting(…, verb=…), one of the module's verbs"),
    ("seeds", {"seeds": 3}, "must be a function"),
    ("on_start", {"on_start": print, "first_party": True}, "Declare what you need in the manifest"),
    ("policies", {"policies": (Policy("p", {"p:a": ((anyone,),)}, {}),)}, "in the table or in the titles only"),
    ("policies", {"policies": (Policy("p", {"p:a": ()}, {"p:a": "A"}),)}, "has no alternative"),
    ("policies", {"policies": (Policy("p", {"p:a": ((),)}, {"p:a": "A"}),)}, "has no alternative"),
    ("events", {"events": (NotAnEvent,)}, "frozen dataclass that inherits Event"),
    ("listeners", {"listeners": (Listener(Broken, heard),)}, "which nobody declares"),
    ("listeners", {"listeners": (Listener(Created, heard), Listener(Created, heard))}, "two functions named 'heard'"),
    ("jobs", {"jobs": (Job("tick", print, 0),)}, "Write 1 or more"),
    ("jobs", {"jobs": (Job("tick", print, 1), Job("tick", print, 2))}, "declares 'tick' twice"),
    ("commands", {"commands": (print,)}, "tuple of Command"),
    ("commands", {"commands": (click.Command("a"), click.Command("a"))}, "declares 'a' twice"),
    ("links[includes]", {"links": (LinkType("includes", "games.game", "toys.toy", "Includes"),)}, "starts from 'games.game'"),
    ("figures[count]", {"figures": (Figure("count", "Count", "", print),)}, "has no definition"),
    ("datasets[toys]", {"datasets": (Dataset("toys", "Toys", {}, print),)}, "has no columns"),
    ("slots", {"slots": (Slot("home.nowhere", "toys/x.html", print),)}, "which no page has. Known: ["),
    ("slots", {"slots": (Slot("home.open", "toys/absent.html", print),)}, "does not exist. Write"),
    ("navigation", {"navigation": (NavEntry("toys.absent", "Toys"),)}, "no page of the module. Known: ['toys.index', 'toys.show']"),
    ("navigation", {"navigation": (NavEntry("toys.show", "Toys"),)}, "needs an argument"),
    ("desk_navigation", {"desk_navigation": (NavEntry("desk.queue", "Queue"),)}, "no page of the module"),
]  # fmt: skip


@pytest.mark.parametrize("field, changes, remedy", CASES)
def test_each_faulty_field_is_named_with_its_remedy(field, changes, remedy):
    with pytest.raises(ContractError) as error:
        check_module(replace(SOUND, **changes), "modules/toys/module.py")
    assert error.value.field == field
    assert str(error.value).startswith(f"modules/toys/module.py: {field} ")
    assert remedy in str(error.value)


RESOURCE_CASES = [
    ("resources[toy]", {"model": type("Other", (), {"__tablename__": "games_toy"})}, "must begin with toys_"),
    ("resources[toy]", {"workflow": replace(WORKFLOW, name="toy")}, "name it toys.toy"),
    ("resources[toy]", {"capabilities": frozenset({"votes"})}, "Known capabilities"),
    ("resources[toy]", {"capabilities": frozenset({"search"})}, "Write text="),
    ("resources[toy]", {"capabilities": frozenset({"attachments"})}, "Write toy:view in its policy"),
    ("resources[toy]", {"policy": Policy("toys", {"toy:fly": ((anyone,),)}, {"toy:fly": "Fly"})}, "needs permission 'toy:go', which its policy does not know"),
    ("resources[toy]", {"policy": replace(POLICY, titles={})}, "in the table or in the titles only"),
    ("resources[toy].endpoint", {"endpoint": "toys.absent"}, "no page of the module"),
    ("resources[toy].endpoint", {"endpoint": "toys.index"}, "Write <int:number> in its address"),
]  # fmt: skip


@pytest.mark.parametrize("field, changes, remedy", RESOURCE_CASES)
def test_each_fault_of_a_resource_is_named_with_its_remedy(field, changes, remedy):
    with pytest.raises(ContractError) as error:
        check_module(replace(SOUND, resources=(replace(RESOURCE, **changes),)), "modules/toys/module.py")
    assert error.value.field == field
    assert remedy in str(error.value)


def test_modules_that_meet_are_told():
    others = {"toys": SOUND, "games": replace(SOUND, name="games", events=(Broken,))}
    with pytest.raises(ContractError, match="is taken by another module"):
        check_together(others, SOUND, "x")
    with pytest.raises(ContractError, match="Broken is declared by someone else"):
        check_together(others, replace(SOUND, name="cards", events=(Broken,)), "x")
    with pytest.raises(ContractError, match="Created is declared by someone else"):
        check_together({}, replace(SOUND, events=(Created,)), "x")
    given = Dataset("toys", "Toys", {"number": "Number"}, print)
    with pytest.raises(ContractError, match="has the file name of a data set of games"):
        check_together({"games": replace(SOUND, datasets=(given,))}, replace(SOUND, datasets=(given,)), "x")
    with pytest.raises(ContractError, match=r"asks for \['votes'\], known"):
        check_together({}, replace(SOUND, requires=frozenset({"votes"})), "x")


def test_a_link_to_nowhere_is_told_unless_it_is_optional():
    link = LinkType("includes", "toys.toy", "budget.project", "Includes")
    with pytest.raises(ContractError, match="which no module has"):
        check_links((CORE, SOUND), replace(SOUND, links=(link,)), "x")
    check_links((CORE, SOUND), replace(SOUND, links=(replace(link, optional=True),)), "x")
    check_links((CORE, SOUND), replace(SOUND, links=(replace(link, target="civic.process"),)), "x")


def test_tables_are_told_from_those_of_others(tmp_path):
    try:

        class Lost(Base):
            __tablename__ = "games_lost"
            __module__ = "toybox.models"
            id: Mapped[int] = mapped_column(primary_key=True)
            item_id: Mapped[int] = mapped_column(ForeignKey("civic_item.id"))

        configure_mappers()
        found = list(every_fault(replace(SOUND, package="toybox", folder=tmp_path)))
        assert [field for field, _problem in found] == ["models", "migrations"]
        assert "its name must begin with toys_" in found[0][1]
        assert "Run: civic db revision toys" in found[1][1]
    finally:
        forget_tables("toybox")
    assert "games_lost" not in Base.metadata.tables
    assert Item.__table__.name in Base.metadata.tables
    configure_mappers()


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A folder of modules of its own, importable as `house.<name>`."""
    (tmp_path / "modules").mkdir()
    write_first_party("parking", tmp_path, "Parking")
    house = tmp_path / "house"
    (tmp_path / "modules").rename(house)
    (house / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    yield house
    forget("house")


def test_a_folder_of_modules_is_loaded(checkout):
    module = discover(CORE, checkout).modules["parking"]
    assert (module.folder, module.package, module.first_party) == (checkout / "parking", "house.parking", True)


@pytest.mark.parametrize(
    "file, old, new, says",
    [
        (
            "module.py",
            "from .models",
            "import nowhere_at_all\nfrom .models",
            ["module.py: import fails with ModuleNotFoundError", "Correct {}/parking/module.py:"],
        ),
        (
            "workflow.py",
            '"closed",\n            "entry:close"',
            '"gone",\n            "entry:close"',
            ["workflow parking.entry: transition close names unknown states ['gone']", "/parking/workflow.py:"],
        ),
        ("services.py", "def cycle_of(", "def cycle_of((", ["SyntaxError", "/parking/services.py:"]),
        ("module.py", "module = Module(", "manifest = Module(", ["module is not a Module. Write: module = Module("]),
        ("module.py", 'name="parking"', 'name="cars"', ["name is 'cars'; its folder says 'parking'. Write the same"]),
        (
            "module.py",
            'version="0.1.0"',
            'version="0.1.0",\n    colour="red"',
            ["unexpected keyword argument 'colour'", "/parking/module.py:"],
        ),
        (
            "permissions.py",
            '"entry:close": ((',
            '"entry:shut": ((',
            ["resources[entry] transition close needs permission 'entry:close'"],
        ),
    ],
)
def test_a_fault_of_ours_stops_the_start_with_its_line(checkout, file, old, new, says):
    path = checkout / "parking" / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(ContractError) as error:
        discover(CORE, checkout)
    for sentence in says:
        assert sentence.format(checkout) in str(error.value)


def test_the_trial_of_pages_leaves_the_blueprint_usable():
    blueprint = pages()
    check_module(replace(SOUND, public=blueprint), "x")
    app = Flask("toys")
    app.register_blueprint(blueprint)
    assert app.test_client().get("/toys/").status_code == 200
