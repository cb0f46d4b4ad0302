"""The page that answers a parent."""

import re

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
