# SPDX-License-Identifier: AGPL-3.0-or-later
"""The public page and its file, the desk's advice, the import: what is hidden is hidden everywhere."""

import csv
import io
from datetime import timedelta

from civic.clock import now
from civic.items.models import Item
from civic.permissions.actor import SYSTEM, Actor, Grant
from civic.reach.advice import advise
from civic.reach.census import import_figures
from civic.reach.participation import participation_of
from civic.reach.solicitation import processes_by_quartier
from civic.spaces.models import OldSlug, Phase, SpaceQuartier
from civic.territory.models import Quartier
from civic.testing.factories import make_process
from civic.testing.portal import PortalUnderTest
from civic.workflow.guarding import state_may_change
from tests.civic.people.making import AT, writing
from tests.civic.reach.making import RIGHT, build, crowd, make_quartiers, space_of
from tests.databases import both_databases
from tests.queries import queries

PAGE, FILE = "/en/processes/rives/participation", "/processes/rives/participation.csv"
YEAR = now().year


def lines_of(client, address=FILE):
    """The file, by group."""
    answer = client.get(address)
    assert answer.mimetype == "text/csv"
    return {(one["table"], one["group"]): one for one in csv.DictReader(io.StringIO(answer.get_data(as_text=True)))}


@both_databases
def test_everyone_reads_the_same_figures_and_no_small_one(app):
    with writing(app) as session:
        town = build(session)
        crowd(session, town, 33, town.centre, YEAR - 40)
        crowd(session, town, 4, town.meadows, YEAR - 20)
        crowd(session, town, 8, None, None)
    client = app.test_client()
    page = client.get(PAGE).text
    assert "45 people are counted here" in page
    assert "fewer than 5" in page
    assert "Insee, 2023" in page
    found = lines_of(client)
    assert found["quartier", "Le Centre"]["persons"] == "33"
    assert (found["quartier", "Les Prés"]["persons"], found["quartier", "Les Prés"]["published"]) == ("", "few")
    assert found["quartier", "Quartier non connu"]["published"] == "guarded"
    assert found["quartier", "total"]["persons"] == "45"
    assert {one["share_percent"] for one in found.values() if one["table"] == "quartier"} == {""}
    assert "/processes/rives/participation" in client.get("/processes/rives").text


@both_databases
def test_shares_have_one_base_that_is_said_and_that_the_file_lets_anyone_compute(app):
    with writing(app) as session:
        town = build(session)
        [other] = make_quartiers(session, ("gare", "La Gare"))
        figures = RIGHT + "gare;100;100;100;100;50;50\n"
        import_figures(session, SYSTEM, figures.encode(), source="Insee", year=2023, at=AT)
        space_of(session, town).whole_town = False
        session.add_all(SpaceQuartier(space_id=town.space, quartier_id=one) for one in (town.centre, town.meadows))
        session.flush()
        crowd(session, town, 16, town.centre, YEAR - 40)
        crowd(session, town, 10, town.meadows, YEAR - 20)
        crowd(session, town, 49, other, YEAR - 40)
    client = app.test_client()
    page = client.get(PAGE).text
    assert "Shares are counted among the 26 people who live in the quartiers this process is about." in page
    assert "Share in these quartiers" in page
    assert "Share in the town" not in page
    found = [one for one in lines_of(client).values() if one["table"] == "quartier"]
    assert [one["share_percent"] for one in found] == ["62", "38", "", ""]
    for one in found[:2]:
        assert int(one["share_percent"]) == round(100 * int(one["persons"]) / int(one["counted_among"]))
        population = round(100 * int(one["inhabitants"]) / int(one["inhabitants_among"]))
        assert int(one["inhabitants_share_percent"]) == population == 50
    assert sum(int(one["persons"]) for one in found[:2]) == int(found[0]["counted_among"])


def test_what_concerns_the_whole_town_is_said_of_the_town(app):
    with writing(app) as session:
        town = build(session)
        crowd(session, town, 30, town.centre, YEAR - 40)
        crowd(session, town, 10, town.meadows, YEAR - 40)
    page = app.test_client().get(PAGE).text
    assert "Shares are counted among the 40 people whose quartier is known." in page
    assert "Share in the town" in page
    assert "Share in these quartiers" not in page


@both_databases
def test_below_five_nothing_is_said(app):
    with writing(app) as session:
        town = build(session)
        crowd(session, town, 4, town.centre, YEAR - 40)
    client = app.test_client()
    assert "Fewer than 5 people so far" in client.get(PAGE).text
    assert {(one["persons"], one["published"]) for one in lines_of(client).values()} == {("", "withheld"), ("", "few")}


def test_names_are_no_markup_and_no_formula(app):
    with writing(app) as session:
        town = build(session)
        session.get_one(Quartier, town.centre).name = {"fr": "=HYPERLINK(1)<script>"}
        crowd(session, town, 10, town.centre, YEAR - 40)
        crowd(session, town, 10, town.meadows, YEAR - 40)
    client = app.test_client()
    assert "<script>alert" not in client.get(PAGE).text
    assert "=HYPERLINK(1)&lt;script&gt;" in client.get(PAGE).text
    assert ("quartier", "'=HYPERLINK(1)<script>") in lines_of(client)


def test_former_addresses_redirect_and_what_one_may_not_see_is_absent(app):
    with writing(app) as session:
        town = build(session)
        session.add(OldSlug(slug="berges", space_id=town.space))
        hidden = make_process(session, at=AT, slug="secret", visibility="preview")
        hidden.preview_token = "jeton"
    client = app.test_client()
    moved = client.get("/processes/berges/participation.csv")
    assert (moved.status_code, moved.location) == (301, FILE)
    for tail in ("participation", "participation.csv"):
        assert client.get(f"/processes/secret/{tail}").status_code == 404
        assert client.get(f"/processes/absent/{tail}").status_code == 404
        seen = client.get(f"/processes/secret/{tail}?preview=jeton")
        assert (seen.status_code, seen.headers["Cache-Control"]) == (200, "no-store")


@both_databases
def test_who_is_missing_and_where_to_meet_them(app):
    with writing(app) as session:
        town = build(session)
        crowd(session, town, 36, town.centre, YEAR - 40)
        crowd(session, town, 9, town.meadows, YEAR - 65)
    client = PortalUnderTest(app).browser("clerk")
    address = f"/en/desk/processes/{town.space}/participation"
    page = client.get(address).text
    assert "A meeting in Les Prés" in page
    assert "20% of those who take part, 50% of the inhabitants" in page
    assert "Fewer than 5 people take part; 30% of the inhabitants are of this age." in page
    assert "live there" not in page
    assert "At the senior club" not in page.partition("75 and over")[0]
    assert "At school: half an hour in class" in page
    assert "A meeting in Le Centre" not in page
    assert client.get(f"/desk/processes/{town.space}").text.count("/participation") == 1
    with queries(app) as sent:
        client.get(address)
    assert len(sent) < 20


@both_databases
def test_nothing_is_advised_from_few_people_or_without_the_towns_figures(app):
    with writing(app) as session:
        town = build(session)
        crowd(session, town, 25, town.centre, YEAR - 40)
        space = space_of(session, town)
        assert not advise(participation_of(session, space, now()), {}).is_enough
        crowd(session, town, 10, None, None)  # 35 people, but the quartier of 25 only is known
        told = advise(participation_of(session, space, now()), {})
        assert told.is_enough
        assert told.quartiers == ()


@both_databases
def test_a_quartier_asked_often_is_told(app):
    with writing(app) as session:
        town = build(session)
        crowd(session, town, 45, town.centre, YEAR - 40)
        at = now()
        for place, (begins, ends, own, state, seen_by) in enumerate(
            (
                (-400, -300, None, "closed", "public"),
                (-30, 30, None, "open", "public"),
                (-30, 30, town.meadows, "open", "public"),
                (-500, -400, None, "closed", "public"),  # over before
                (5, 30, None, "open", "public"),  # not begun
                (-30, 30, None, "preparing", "public"),
                (-30, 30, None, "open", "staff"),
            )
        ):
            other = make_process(session, at=at, slug=f"autre-{place}", visibility=seen_by)
            with state_may_change():
                session.get_one(Item, other.id).state = state
            days = {"opens_at": at + timedelta(days=begins), "closes_at": at + timedelta(days=ends)}
            session.add(Phase(space_id=other.id, title={"fr": "Avis"}, **days))
            if own:
                other.whole_town = False
                session.add(SpaceQuartier(space_id=other.id, quartier_id=own))
        session.flush()
        clerk = Actor(grants=(Grant("clerk", None, None, None),))
        asked = processes_by_quartier(session, clerk, [town.centre, town.meadows], at)
        assert {quartier: len(found) for quartier, found in asked.items()} == {town.centre: 3, town.meadows: 4}
        [missing] = advise(participation_of(session, space_of(session, town), at), asked).quartiers
        assert (missing.row.key, missing.asked) == ("pres", 4)
    page = PortalUnderTest(app).browser("clerk").get(f"/en/desk/processes/{town.space}/participation").text
    assert "asked often" in page
    assert "A meeting in Les Prés" not in page


@both_databases
def test_figures_are_imported_at_the_desk(app):
    with writing(app) as session:
        build(session, figures=False)
    client = PortalUnderTest(app).browser("administrator")
    address = "/en/desk/town-figures"
    assert "No figures yet" in client.get(address).text

    def send(text, **fields):
        file = (io.BytesIO(text.encode()), "figures.csv")
        return client.send(address, **{"source": "Insee", "year": "2023", "file": file} | fields)

    wrong = send(RIGHT.replace("Les Prés", "<b>Ailleurs"))
    assert wrong.status_code == 422
    assert "No quartier of today is called “&lt;b&gt;Ailleurs”" in wrong.text
    assert "No figures yet" in wrong.text
    assert send(RIGHT, year="1").status_code == 422
    assert send(RIGHT, year="99999999999999999999").status_code == 422
    assert send(RIGHT, file="").status_code == 422
    assert send(RIGHT).status_code == 303
    assert "Insee, 2023" in client.get(address).text
