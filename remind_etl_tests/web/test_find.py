"""The page that answers a parent."""

import re

import pytest

from remind_etl.explain.of_record import rows_of_record
from remind_etl.operations.people import find_named, find_people
from remind_etl.web.site import Site
from remind_etl_tests.ids import OAK
from remind_etl_tests.web.conftest import ADMIN, Pages


def test_a_record_is_explained_and_stands_in_no_address(delivered: Pages) -> None:
    browser = delivered.browser(ADMIN)
    browser.get("/d/oak/find")

    found = browser.post("/d/oak/find", {"record": "S1"})

    assert found.path == "/d/oak/find"
    assert "student S1" in found.text
    assert "students.csv has them at school 01: line 2." in found.text
    for shown in ("Lia Park", "Min Park", "min.park@example.com", "Grade 5 Homeroom", "Lincoln Elementary School"):
        assert shown in found.text
    assert not re.search("[0-9a-f]{8}-[0-9a-f]{4}-", found.text.split("Where it comes from")[1])
    for like, name in (
        ("  PÁRK ", "Theo Park"),
        ("min.park@EXAMPLE.com", "Min Park"),
        ("(212) 555-0160", "Li, Jr. Wei"),
    ):
        answer = browser.post("/d/oak/find", {"record": like})
        assert name in answer.text
        assert answer.path == "/d/oak/find"
    assert "Ana Ortiz" not in answer.text
    of_class = browser.post("/d/oak/find", {"record": "C1"}).text
    assert "Noa Dubois" in of_class
    assert "guardian of S3" in of_class
    assert "Band" in browser.post("/d/oak/find", {"record": "band"}).text
    unknown = browser.post("/d/oak/find", {"record": "s1"}).text
    assert "have this" in unknown
    assert "student S1" in unknown


def test_a_name_is_found_from_each_of_its_words_on_and_a_contact_by_what_it_is(delivered: Pages) -> None:
    browser = delivered.browser(ADMIN)
    browser.get("/d/oak/find")

    def found(text: str) -> str:
        answer = browser.post("/d/oak/find", {"record": text}).text
        return answer.split("With such a name")[1] if "With such a name" in answer else ""

    for text in ("lia", "Lia Park", "park lia", "PARK, Lia", "par"):
        assert "Lia Park" in found(text), text
    assert "Lia Park" not in found("ark")
    assert "Grade 5 Homeroom" in found("homeroom")
    assert "Min Park" in found("min.park@")
    assert "Wei" in found("555-0160")
    assert found("...") == ""


@pytest.mark.usefixtures("delivered")
def test_a_publication_of_an_earlier_version_is_searched_too() -> None:
    published = Site.of_settings().published
    manifest = published.manifest(OAK)
    assert manifest is not None
    tables = {
        name: path for name, path in published.files(manifest).items() if name not in ("search_terms", "sent_ids")
    }

    with rows_of_record(tables, "park") as rows:
        assert not find_people(rows).people

    assert {row["first_name"] for row in find_named(tables, "park").people} >= {"Lia", "Min", "Theo"}
