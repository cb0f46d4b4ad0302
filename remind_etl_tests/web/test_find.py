"""The page that answers a parent."""

import re
from dataclasses import replace

import pytest

from remind_etl.catalogue import page_texts
from remind_etl.catalogue import pages as texts
from remind_etl.decided.links import SchoolLink
from remind_etl.explain.of_record import rows_of_record
from remind_etl.operations.people import find_named, find_people
from remind_etl.web.app import create_app
from remind_etl.web.serving import serving
from remind_etl.web.site import Site
from remind_etl_tests.ids import ELM, OAK
from remind_etl_tests.web.browser import Browser
from remind_etl_tests.web.conftest import ADMIN, OPERATOR, SECRET, Pages, pages_of_world
from remind_etl_tests.worlds import World, last_student_alone, scenario


def test_a_record_is_explained_and_stands_in_no_address(delivered: Pages) -> None:
    browser = delivered.browser(ADMIN)
    browser.get("/d/oak/find")

    found = browser.post("/d/oak/find", {"record": "S1"})

    assert re.fullmatch(r"/d/oak/find\?asked=[0-9a-f]{48}", found.path)
    assert "student S1" in found.text
    assert "The newest upload was taken " in found.text
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
        assert answer.path.startswith("/d/oak/find?asked=")
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


def test_a_search_of_signs_alone_says_what_to_enter_and_signs_beside_a_name_are_ignored(delivered: Pages) -> None:
    browser = delivered.browser(ADMIN)
    browser.get("/d/oak/find")

    for signs in ("😀", "😀😀😀", "❤️❤️❤️", "%%%", "..."):
        answer = browser.post("/d/oak/find", {"record": signs}).text
        assert f"{texts.WITHOUT_LETTERS} {page_texts.HOW_TO_FIND.format(shortest=3)}" in answer
    assert texts.WITHOUT_LETTERS not in browser.post("/d/oak/find", {"record": "zzz"}).text
    for text in ("😀 lia", "lia❤️", "👩🏽‍🏫 lia"):
        assert "Lia Park" in browser.post("/d/oak/find", {"record": text}).text


def test_a_name_of_two_letters_is_found_if_it_is_written_whole(world: World, delivered: Pages) -> None:
    files = scenario("clean")
    rows = "01,S77,An,L\u00ea,2016-01-01,1,,,,,,\n01,S78,Bo,Lewis,2016-01-01,1,,,,,,\n".encode()
    assert world.deliver({**files, "students.csv": files["students.csv"] + rows}).success
    browser = delivered.browser(ADMIN)
    browser.get("/d/oak/find")

    for text in ("L\u00ea", "le", "LE.", "an"):
        answer = browser.post("/d/oak/find", {"record": text}).text
        assert 'name="record" value="S77"' in answer, text
        assert "Lewis" not in answer, text
    assert "Li, Jr. Wei" in browser.post("/d/oak/find", {"record": "li"}).text
    unknown = browser.post("/d/oak/find", {"record": "zz"}).text
    assert (page_texts.HOW_TO_FIND.format(shortest=3) in unknown, texts.NOT_FOUND_ANYWHERE in unknown) == (True, False)
    assert texts.NOT_FOUND_ANYWHERE in browser.post("/d/oak/find", {"record": "zzz"}).text


def test_a_phone_is_found_with_the_extension_that_files_have_too(world: World, delivered: Pages) -> None:
    files = scenario("clean")
    row = b"01,S77,An,Poe,2016-01-01,1,,(646) 555-0303 ext 9,,,,\n"
    assert world.deliver({**files, "students.csv": files["students.csv"] + row}).success
    browser = delivered.browser(ADMIN)
    browser.get("/d/oak/find")

    for text in ("(646) 555-0303 ext 9", "646-555-0303 x9", "+1 646 555 0303 ext. 77", "(646) 555-0303"):
        answer = browser.post("/d/oak/find", {"record": text}).text
        assert "With such a name, email or phone" in answer, text
        assert "An Poe" in answer, text
    assert "An Poe" not in browser.post("/d/oak/find", {"record": "(646) 555-0304 ext 9"}).text

    blocked = {**files, "schools.csv": b"school_id\n01\n", "students.csv": files["students.csv"] + row}
    world.deliver({**blocked, "students.csv": blocked["students.csv"].replace(b"S77,An,Poe", b"S78,Bo,Roe")})
    assert "Bo Roe" in browser.post("/d/oak/find", {"record": "(646) 555-0303 ext 9"}).text


def test_a_school_is_found_by_a_part_of_its_name(delivered: Pages) -> None:
    browser = delivered.browser(ADMIN)
    browser.get("/d/oak/find")

    answer = browser.post("/d/oak/find", {"record": "LINCOLN elem"}).text

    assert "Lincoln Elementary School (01)" in answer
    assert 'name="record" value="01"' in answer
    assert "Lincoln" not in browser.post("/d/oak/find", {"record": "li"}).text


def test_the_removal_of_a_record_is_told_in_the_time_zone_of_the_district(world: World, delivered: Pages) -> None:
    without = {
        name: b"".join(line for line in content.splitlines(keepends=True) if b"S1" not in line)
        for name, content in scenario("clean").items()
    }
    assert world.deliver(without).success
    delivered.decisions.set_district(OAK, {"time_zone": "America/Phoenix"})
    browser = delivered.browser(ADMIN)
    browser.get("/d/oak/find")

    answer = browser.post("/d/oak/find", {"record": "S1"}).text

    assert re.search(r"was removed on [A-Z][a-z]+ \d+, \d{4}, \d+:\d\d [AP]M MST[.]", answer)


def test_what_waits_of_a_person_is_told_with_names_and_not_with_ids_of_accounts(world: World, delivered: Pages) -> None:
    assert world.deliver(last_student_alone()).success
    browser = delivered.browser(ADMIN)
    browser.get("/d/oak/find")

    known = browser.post("/d/oak/find", {"record": "S1"}).text.split("Where it comes from")[1]

    tie = texts.GUARDIAN_OF.format(guardian="Min Park", student="Lia Park")
    place = texts.AT_SCHOOL.format(person="Lia Park", role="student", school_id="01")
    for what in (tie, place):
        assert f"The removal of {what} waits for a person" in known
    assert not re.search("[0-9a-f]{8}", known)


@pytest.mark.usefixtures("delivered")
def test_a_publication_of_an_earlier_version_is_searched_too() -> None:
    published = Site.of_settings().published
    manifest = published.manifest(OAK)
    assert manifest is not None
    tables = {
        name: path for name, path in published.files(manifest).items() if name not in ("search_terms", "sent_ids")
    }

    with rows_of_record(tables, "park") as rows:
        assert not find_people(rows, tables, "park").people

    assert {row["first_name"] for row in find_named(tables, "park", "US").people} >= {"Lia", "Min", "Theo"}


def _found_in_files(browser: Browser, text: str) -> str:
    """What the page shows of the newest files."""
    answer = browser.post("/d/oak/find", {"record": text}).text
    return answer.split("In your newest files")[1] if "In your newest files</h3>" in answer else ""


def test_a_person_of_a_school_that_waits_is_found_by_name_email_and_phone_and_the_page_says_why(waiting: Pages) -> None:
    browser = waiting.browser(ADMIN)
    browser.get("/d/oak/find")

    for text, name in (
        ("una", "Una Waits"),
        ("waits una", "Una Waits"),
        ("ned@harbor", "Ned Waits"),
        ("olga waits", "Olga Waits"),
        ("212 555 0160", "Li, Jr. Wei"),
        ("+1 212 555 0160", "Li, Jr. Wei"),
        ("12125550160", "Li, Jr. Wei"),
        ("555-0151", "Joon Park"),
    ):
        assert name in _found_in_files(browser, text), text
    assert "guardian of S9" in _found_in_files(browser, "olga")
    assert "Line 8 of students.csv" in _found_in_files(browser, "una")
    assert 'name="record" value="S9"' in _found_in_files(browser, "una")
    assert "It is not created while school 03 waits to be linked." in browser.post("/d/oak/find", {"record": "S9"}).text
    assert _found_in_files(browser, "zzz") == ""


def test_the_page_of_a_child_of_an_ignored_school_has_the_name_and_guardians_of_the_newest_files(world: World) -> None:
    world.link("clean")
    world.store.link_schools(OAK, [SchoolLink("03", None, "ignored")])
    files = scenario("clean")
    rows = b"03,S9,Una,Waits,,,,,Ivo,Waits,,212 555 0177\n03,S8,,,,,,,Eda,Noname,eda@example.com,\n03,S10,Alone,Waits,,,,,,,,\n"
    assert world.deliver({**files, "students.csv": files["students.csv"] + rows}).success
    with pages_of_world() as pages:
        browser = pages.browser(ADMIN)
        browser.get("/d/oak/find")

        answer = browser.post("/d/oak/find", {"record": "S9"})

        for shown in (
            "Una Waits <small>student",
            "Olga Waits, olga@example.com",
            "(line 8 of students.csv)",
            "Ivo Waits, ",
            "(line 9 of students.csv)",
            "because school 03 is ignored",
        ):
            assert shown in answer.text, shown
        assert "Waits" not in answer.path
        assert "Waits" not in answer.text.split("<title>")[1].split("</title>")[0]
        assert "Eda" not in answer.text
        nameless = browser.post("/d/oak/find", {"record": "S8"}).text
        assert "S8 <small>student" in nameless
        assert "Eda Noname, eda@example.com" in nameless
        assert "<h3>Guardians</h3>" in nameless
        for other, name in (("S10", "Alone Waits <small>student"), ("T9", "Ned Waits <small>teacher")):
            without_guardians = browser.post("/d/oak/find", {"record": other}).text
            assert name in without_guardians
            assert "<h3>Guardians</h3>" not in without_guardians
        assert "(line" not in browser.post("/d/oak/find", {"record": "S1"}).text


def test_a_person_with_an_account_is_found_once_and_under_another_name_of_the_files_too(
    world: World, delivered: Pages
) -> None:
    browser = delivered.browser(ADMIN)
    browser.get("/d/oak/find")
    for text in ("lia", "min park", "noa", "ana ortiz", "min.park@example.com", "212 555 0150"):
        assert _found_in_files(browser, text) == "", text
    assert "Una Waits" in _found_in_files(browser, "una")
    files = scenario("clean")
    students = files["students.csv"].replace(b"S3,Noa,Dubois,20170115,K,,", b"S3,Zoe,,20170115,K,,2125550199")

    assert world.deliver({**files, "students.csv": students}).success

    for text in ("zoe", "2125550199"):
        assert 'name="record" value="S3"' in _found_in_files(browser, text), text
    assert "student_last_name" in browser.post("/d/oak/find", {"record": "S3"}).text


def test_a_row_that_could_not_be_read_or_has_no_id_is_found_with_its_line_and_a_link_to_its_errors(
    world: World, delivered: Pages
) -> None:
    files = scenario("clean")
    rows = b"01,S77,Quentin,Cut,2016-01-01,1\n01,,Xenia,Noid,2016-01-01,1,,,,,xenia@example.com,\n"
    assert world.deliver({**files, "students.csv": files["students.csv"] + rows}).success
    browser = delivered.browser(ADMIN)
    browser.get("/d/oak/find")

    for text in ("quentin cut", "quentin"):
        assert "Line 9 of students.csv" in _found_in_files(browser, text), text
        assert page_texts.UNREAD_ROW in _found_in_files(browser, text)
    for text in ("xenia", "xenia@example"):
        found = _found_in_files(browser, text)
        assert "Line 10 of students.csv" in found, text
        assert "/d/oak/problems?file=students.csv" in found


def test_a_person_of_files_that_are_blocked_is_found_in_them(world: World) -> None:
    world.begin_blocked()
    with pages_of_world() as pages:
        browser = pages.browser(ADMIN)
        browser.get("/d/oak/find")

        assert "Lia Park" in _found_in_files(browser, "lia")
        assert "Something blocks these files" in _found_in_files(browser, "lia")


def test_the_address_of_results_shows_them_again_to_the_same_person_in_the_same_district(delivered: Pages) -> None:
    delivered.decisions.add_administrator(ELM, ADMIN)
    browser, operator = delivered.browser(ADMIN), delivered.browser(OPERATOR)
    browser.get("/d/oak/find")
    path = browser.post("/d/oak/find", {"record": "S1"}).path

    assert "student S1" in browser.get(path).text
    for answer in (
        browser.get(path.replace("oak", "elm")),
        operator.get(path),
        browser.get("/d/oak/find?asked=another"),
        browser.get("/d/oak/find?asked="),
    ):
        assert answer.status == 200
        assert texts.SEARCH_AGAIN in answer.text
        assert "student S1" not in answer.text
        assert 'name="record" value=""' in answer.text


def test_the_address_of_results_says_to_search_again_at_another_process(delivered: Pages) -> None:
    browser = delivered.browser(ADMIN)
    browser.get("/d/oak/find")
    path = browser.post("/d/oak/find", {"record": "S1"}).path

    with serving(create_app(Site.of_settings(), SECRET)) as base:
        assert texts.SEARCH_AGAIN in replace(browser, base=base).get(path).text
