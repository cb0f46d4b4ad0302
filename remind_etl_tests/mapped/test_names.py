"""What schools are called: which names are one school's, and which never are."""

from collections.abc import Iterator, Mapping

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remind_etl.mapped.link import link_schools
from remind_etl.warehouse.connection import empty_warehouse
from remind_etl_tests.examples import examples

SAME = [
    ("Lincoln Elem", "Lincoln Elementary School"),
    ("Lincoln ES", "Lincoln Elementary"),
    ("Harbor MS", "Harbor Middle School"),
    ("Central HS", "Central High School"),
    ("Central High", "Central Highschool"),
    ("Jefferson JHS", "Jefferson Junior High School"),
    ("Jefferson Jr. High", "Jefferson Junior High"),
    ("Jefferson Jr HS", "Jefferson Junior High School"),
    ("St. Mary's Academy", "Saint Marys Acad"),
    ("Mt. Pleasant High School", "Mount Pleasant HS"),
    ("Ft. Hill Elementary", "Fort Hill Elem."),
    ("P.S. 012", "PS 12"),
    ("P.S. 12", "Public School 12"),
    ("PS012", "P S 12"),
    ("I.S. 5", "Intermediate School 5"),
    ("M.S. 51", "Middle School 51"),
    ("School No. 9", "School #9"),
    ("School Number Nine", "School 9"),
    ("Tenth Street Elementary", "10th Street ES"),
    ("First Ward School", "1st Ward"),
    ("Park View II", "Park View 2"),
    ("Arts & Sciences Academy", "Arts and Sciences Acad."),
    ("École Élémentaire Hugo", "Ecole Elementaire Hugo"),
    ("N. Lincoln Elem", "North Lincoln Elementary"),
    ("O'Neil Middle", "ONeil Middle School"),
    ("The Oak School", "Oak"),
    ("Washington Int'l", "Washington International School"),
    ("DeWitt Prep", "Dewitt Preparatory School"),
    ("State St. Elementary", "State Street School Elementary"),
    ("42nd St School", "42nd Street School"),
    ("St. Paul St. ES", "Saint Paul Street Elementary"),
    ("Mount St. Mary Academy", "Mount Saint Mary Acad."),
    ("Park Dr Elem", "Park Drive Elementary"),
    ("Dr. King Elem", "Doctor King Elementary"),
    ("Ste. Anne School", "Sainte Anne"),
    ("Sts. Peter & Paul", "Saints Peter and Paul School"),
    ("José Martí ES", "Jose Marti Elementary"),
    ("P.S. No. 5", "Public School #5"),
    ("Pt. Pleasant HS", "Point Pleasant High School"),
    ("North View Elem", "Northview Elementary"),
    ("High Land Park School", "Highland Park"),
    ("Oak Land HS", "Oakland High School"),
]
SIMILAR = [
    ("Harbor Midle School", "Harbor Middle School"),
    ("Washingtn Elementary", "Washington Elementary School"),
    ("Roosvelt High", "Roosevelt High School"),
    ("Lincoln", "Lincoln Elementary"),
    ("Lincoln K-8", "Lincoln K-8 School Annex"),
    ("Clarke Elementary", "Clark Elem"),
    ("Harry S. Truman High", "Harry Truman HS"),
    ("Elementary Lincoln", "Lincoln Elementary"),
    ("Lincoln Charter Elementary", "Lincoln Elementary School"),
    ("St Mary", "Saint Mary's"),
    ("Martin Luther King Jr. Elementary", "Martin Luther King Elementary"),
]
OTHERS = [
    ("Lincoln Elementary", "Lincoln Middle"),
    ("Lincoln Junior High", "Lincoln High"),
    ("Lincoln Jr High", "Lincoln Middle"),
    ("Lincoln Intermediate", "Lincoln Middle School"),
    ("PS 12X", "PS 12"),
    ("PS 12 Bronx", "PS 12 Brooklyn"),
    ("State St Elementary", "State Saint Elementary"),
    ("Roosevelt Middle School", "Roosevelt High School"),
    ("PS 12", "PS 112"),
    ("School 1 21", "School 12 1"),
    ("PS 12", "MS 12"),
    ("School 1", "School 2"),
    ("North High School", "South High School"),
    ("Lincoln Elementary", "North Lincoln Elementary"),
    ("Lincoln Upper School", "Lincoln Lower School"),
    ("Saint Mary Elementary", "Saint Mark Elementary"),
    ("Washington Elementary", "Jefferson Elementary"),
    ("Dover High School", "Denver High School"),
    ("Oak Academy for Boys", "Oak Academy for Girls"),
    ("Public School", "High School"),
    ("The School", "School"),
    ("Jackson Middle School", "Johnson Middle School"),
    ("Valley View Elementary", "Mountain View Elementary"),
    ("Green Valley High School", "Green Hill High School"),
]

Schools = Mapping[str, str]
Proposals = dict[str, tuple[str, float, str]]


@pytest.fixture(scope="module")
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        empty_warehouse(connection)
        connection.execute("create table valid.schools (line bigint, school_id varchar, school_name varchar)")
        connection.execute("create table valid.teachers (teacher_id varchar, school_id varchar)")
        connection.execute("create table valid.students (student_id varchar, school_id varchar)")
        yield connection


def _proposed(db: duckdb.DuckDBPyConnection, files: Schools, platform: Schools) -> Proposals:
    """The proposals, school_id to platform_school_id, score and reason."""
    sent = [{"line": n, "school_id": i, "school_name": name} for n, (i, name) in enumerate(files.items(), 2)]
    shape = pa.schema([("line", pa.int64()), ("school_id", pa.string()), ("school_name", pa.string())])
    db.execute("delete from valid.schools")
    db.from_arrow(pa.Table.from_pylist(sent, shape)).insert_into("valid.schools")
    link_schools(db, platform, [], "ask")
    found = db.table("mapped.schools").filter("link = 'proposed'")
    rows = found.project("school_id, platform_school_id, score, reason").fetchall()
    return {
        school_id: (platform_school_id, float(score), reason) for school_id, platform_school_id, score, reason in rows
    }


def _normal_forms(db: duckdb.DuckDBPyConnection, *names: str) -> list[str]:
    _proposed(db, {f"{n:06}": name for n, name in enumerate(names)}, {})
    found = db.table("mapped_steps.normal_names").order("id").project("normal_form").fetchall()
    return [form for (form,) in found]


@pytest.mark.parametrize(("name", "other"), SAME)
def test_names_that_differ_in_how_schools_are_called_have_one_normal_form(
    db: duckdb.DuckDBPyConnection, name: str, other: str
) -> None:
    form, same = (form.replace(" ", "") for form in _normal_forms(db, name, other))
    assert form == same
    ((_, score, reason),) = _proposed(db, {"1": name}, {"P": other}).values()
    assert score in (0.95, 0.99)
    assert reason.startswith("same name")


@pytest.mark.parametrize(("name", "other"), SIMILAR)
def test_similar_names_are_proposed_with_a_lower_score_and_what_differs(
    db: duckdb.DuckDBPyConnection, name: str, other: str
) -> None:
    for files, platform in ((name, other), (other, name)):
        ((_, score, reason),) = _proposed(db, {"1": files}, {"P": platform}).values()
        assert 0.7 < score < 0.95
        assert reason.startswith("similar name, ")


@pytest.mark.parametrize(("name", "other"), OTHERS)
def test_schools_of_another_level_side_number_or_name_are_not_proposed(
    db: duckdb.DuckDBPyConnection, name: str, other: str
) -> None:
    assert _proposed(db, {"1": name}, {"P": other}) == {}
    assert _proposed(db, {"1": other}, {"P": name}) == {}


def test_the_reason_names_the_words_in_which_two_names_differ(db: duckdb.DuckDBPyConnection) -> None:
    files = {"1": "Lincoln Elem", "2": "P.S. 012", "3": "Oak", "4": "O'Neil High", "5": "Harbor Midle"}
    platform = {
        "A": "Lincoln Elementary School",
        "B": "PS 12",
        "C": "The Oak School",
        "D": "O'Neil HS",
        "E": "Harbor Middle",
    }

    assert {s: (p, reason) for s, (p, _, reason) in _proposed(db, files, platform).items()} == {
        "1": ("A", 'same name, with "Elem" for "Elementary School"'),
        "2": ("B", 'same name, with "P.S. 012" for "PS 12"'),
        "3": ("C", 'same name, without "The School"'),
        "4": ("D", 'same name, with "High" for "HS"'),
        "5": ("E", 'similar name, with "Midle" for "Middle"'),
    }


def test_of_a_district_like_others_each_school_finds_its_own(db: duckdb.DuckDBPyConnection) -> None:
    files = {
        "1": "Lincoln Elem", "2": "Lincoln MS", "3": "Lincoln HS", "4": "North Lincoln Elem", "5": "PS 1", "6": "PS 11",
        "7": "PS 101", "8": "St Mary Elem", "9": "St Mark Elem",
    }  # fmt: skip
    platform = {
        "1p": "Lincoln Elementary School", "2p": "Lincoln Middle School", "3p": "Lincoln High School",
        "4p": "North Lincoln Elementary School", "5p": "Public School 1", "6p": "P.S. 011", "7p": "P.S. 101",
        "8p": "Saint Mary Elementary School", "9p": "Saint Mark Elementary School",
    }  # fmt: skip

    assert {s: p for s, (p, _, _) in _proposed(db, files, platform).items()} == {s: f"{s}p" for s in files}


def test_where_a_name_fits_two_schools_none_is_proposed(db: duckdb.DuckDBPyConnection) -> None:
    assert _proposed(db, {"1": "Lincoln"}, {"A": "Lincoln Elementary", "B": "Lincoln Middle"}) == {}
    assert _proposed(db, {"1": "Lincoln Elem", "2": "Lincoln ES"}, {"A": "Lincoln Elementary"}) == {}


WORDS = st.sampled_from(
    [
        "Lincoln", "Lincon", "St.", "Saint", "Mary", "Marys", "P.S.", "PS", "P", "S", "12", "012",
        "12th", "Elem", "Elementary", "ES", "Middle", "MS", "High", "HS", "Junior", "Jr", "JHS", "School",
        "No.", "&", "and", "North", "N.", "South", "Two", "II", "O'Neil", "Éluard", "the", "of",
        "K-8", "E", "A.B.", "W", "first", "1st",
    ]
)  # fmt: skip
NAMES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
TABLES = st.dictionaries(st.sampled_from([f"{n}" for n in range(8)]), NAMES, min_size=1, max_size=6)


@examples(12)
@given(names=st.lists(st.one_of(NAMES, st.text(min_size=1, max_size=12)), min_size=1, max_size=100))
def test_a_normal_form_is_its_own_normal_form(db: duckdb.DuckDBPyConnection, names: list[str]) -> None:
    forms = _normal_forms(db, *names)

    assert _normal_forms(db, *forms) == forms


@examples(40)
@given(files=TABLES, platform=TABLES, data=st.data())
def test_a_platform_school_is_proposed_once_and_the_order_of_rows_changes_nothing(
    db: duckdb.DuckDBPyConnection, files: dict[str, str], platform: dict[str, str], data: st.DataObject
) -> None:
    proposed = _proposed(db, files, platform)
    fed = [platform_school_id for platform_school_id, _, _ in proposed.values()]
    assert len(fed) == len(set(fed))

    shuffled = [dict(data.draw(st.permutations(list(schools.items())))) for schools in (files, platform)]
    assert _proposed(db, *shuffled) == proposed
