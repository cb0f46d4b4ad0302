from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from remind_etl.schema import upload
from remind_etl.valid.validate import validate_file
from remind_etl.warehouse.connection import empty_warehouse
from remind_etl_tests.valid.conftest import District
from remind_etl_tests.warehouses import problems


@pytest.fixture(scope="module")
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        empty_warehouse(connection)
        for file in (upload.SCHOOLS, upload.TEACHERS):
            validate_file(connection, file, "US")
        yield connection


def value(db: duckdb.DuckDBPyConnection, macro: str, sent: str | None) -> Any:
    return db.execute(f"select valid.{macro}($sent)", {"sent": sent}).fetchall()[0][0]


@pytest.mark.parametrize(
    ("sent", "email"),
    [
        ("ann@example.org", "ann@example.org"),
        ("Ann.Lee@Example.ORG", "ann.lee@example.org"),
        ("ann+school@mail.example.co.uk", "ann+school@mail.example.co.uk"),
        ("o'hara_1@x-y.org", "o'hara_1@x-y.org"),
        *((bad, None) for bad in ("ann", "ann@", "@example.org", "ann@example", "ann lee@example.org")),
        *((bad, None) for bad in ("ann@exa mple.org", "ann@@example.org", "ann@-x.org", "ann@x-.org", "ann@x..org")),
        *(
            (wrapped, "ann@example.org")
            for wrapped in ("“ann@example.org”", "mailto:Ann@example.org", "<ann@example.org>,")
        ),
        *((unseen, "ann@example.org") for unseen in ("ann\u200b@example.org", "\ufeffann@example.org\u2003")),
        *((bad, None) for bad in (".ann@example.org", "ann.@example.org", "a..n@example.org", "ann@example.1")),
        *((bad, None) for bad in ("mailto:", "<>", f"{'a' * 243}@example.org", "mailto:ann@example.org?subject=x")),
        *((bad, None) for bad in ("ann@example.org;bob@example.org", "Ann <ann@example.org>", "zoë@example.org", None)),
    ],
)
def test_an_email_is_one_address_in_lower_case(db: duckdb.DuckDBPyConnection, sent: str, email: str | None) -> None:
    assert value(db, "email", sent) == email


def test_an_address_with_a_domain_of_other_letters_is_read_as_mail_servers_write_it(district: District) -> None:
    db = district(
        teachers=[
            "S1,T1,Ann,Lee,Ann@Schüle.example.org,",
            "S1,T2,Bob,Ray,<bob@学校.example>,",
            "S1,T3,Cy,Fox,zoë@schüle.example.org,",
            "S1,T4,Dee,Orr,dee@-ü.example.org,",
            "S1,T5,Eve,Orr,eve@schüle.example.org@mail,",
        ]
    )
    assert db.sql("select teacher_id, email from valid.teachers order by line").fetchall() == [
        ("T1", f"ann@xn--{'schüle'.encode('punycode').decode()}.example.org"),
        ("T2", f"bob@xn--{'学校'.encode('punycode').decode()}.example"),
        ("T3", None),
        ("T4", None),
        ("T5", None),
    ]


def test_a_toll_free_number_is_used_and_told(district: District) -> None:
    db = district(
        teachers=[
            "S1,T1,Ann,Lee,ann@example.org,800 234 5678",
            "S1,T2,Bob,Ray,bob@example.org,+1-888-234-5678 (school)",
        ]
    )
    assert db.sql("select phone from valid.teachers order by line").fetchall() == [("+18002345678",), ("+18882345678",)]
    told = [(code, line) for code, line in problems(db, "code", "line") if code == "toll_free_phone"]
    assert told == [("toll_free_phone", 2), ("toll_free_phone", 3)]


@pytest.mark.parametrize(
    ("sent", "dob"),
    [
        *((good, "2012-01-05") for good in ("2012-01-05", "1/5/2012", "01/05/2012", "20120105")),
        ("2/29/2012", "2012-02-29"),
        ("12/31/1999", "1999-12-31"),
        *((f"2012-01-05{time}", "2012-01-05") for time in (" 00:00", " 00:00:00", "T00:00:00.000Z", " 12:00:00 AM")),
        ("1/5/2012 0:00", "2012-01-05"),
        *((bad, None) for bad in ("2011-02-29", "31/1/2012", "2012-13-01", "1/5/12", "01-05-2012", "5 Jan 2012")),
        *((bad, None) for bad in ("0012-01-05", "20121301", "40913", "2012-01-05 08:30", "soon", None)),
    ],
)
def test_a_date_of_birth_is_a_day_in_one_of_three_forms(
    db: duckdb.DuckDBPyConnection, sent: str, dob: str | None
) -> None:
    found = value(db, "birthday", sent)
    assert (found and found.isoformat()) == dob


@pytest.mark.parametrize(
    ("sent", "latest", "is_one"),
    [
        ("1900-01-01", None, True),
        ("1899-12-31", None, False),
        ("2024-08-20", "2024-08-20", True),
        ("2024-08-21", "2024-08-20", False),
        ("2999-01-01", None, True),
    ],
)
def test_a_date_of_birth_lies_between_1900_and_the_landing_of_the_drop(
    db: duckdb.DuckDBPyConnection, sent: str, latest: str | None, is_one: bool
) -> None:
    ((found,),) = db.execute("select valid.birthday($sent, $latest::date)", {"sent": sent, "latest": latest}).fetchall()
    assert (found is not None) is is_one


@pytest.mark.parametrize(
    ("sent", "grade"),
    [
        *((str(n), str(n)) for n in range(1, 13)),
        *((f"{n:02}", str(n)) for n in range(1, 13)),
        *((nine, "9") for nine in ("G9", "g09", "Grade 9", "GRADE 09", "Grade9", "9th", "9th grade", "Gr. 9", "Gr 9")),
        *((twelve, "12") for twelve in ("12th", "Grade 12", "G12")),
        *((kindergarten, "K") for kindergarten in ("K", "k", "KG", "Kindergarten", "kinder")),
        *((before, "PK") for before in ("PK", "Pre-K", "PreK", "pre k", "Pre-Kindergarten", "Preschool")),
        *((transitional, "TK") for transitional in ("TK", "Transitional Kindergarten")),
        *((ungraded, "Ungraded") for ungraded in ("Ungraded", "UNGRADED", "UG")),
        *((number, "7") for number in ("07.0", "7.0", "Seventh Grade", "seventh")),
        *(("Freshman", "9"), ("Senior", "12"), ("0", "K"), ("Kdg", "K"), ("K5", "K"), ("-1", "PK"), ("PK3", "PK")),
        *((after, "Ungraded") for after in ("13", "PG", "AE")),
        *((bad, None) for bad in ("14", "99", "-3", "1.5", "9 or 10", "Grade", "Senior Grade 9", "G", None)),
    ],
)
def test_a_grade_is_read_in_the_usual_spellings(db: duckdb.DuckDBPyConnection, sent: str, grade: str | None) -> None:
    assert value(db, "grade_level", sent) == grade


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Zoë", "ZOE", True),
        ("van  Dyk", "Van Dyk", True),
        ("Muñoz", "munoz", True),
        ("Ann", "Anne", False),
        ("Lee-Ray", "Lee Ray", True),
        ("O’Hara", "O'Hara", True),
        ("Jose\u0301", "José", True),
        ("Lee-Ray", "LeeRay", False),
    ],
)
def test_names_are_compared_without_case_accents_doubled_blanks_hyphens_and_curly_apostrophes(
    db: duckdb.DuckDBPyConnection, one: str, other: str, same: bool
) -> None:
    assert (value(db, "name_key", one) == value(db, "name_key", other)) is same


GOOD = {
    "school_id": "S1",
    "school_name": "North",
    "teacher_id": "T1",
    "class_id": "C1",
    "class_name": "Art",
    "user_id": "P1",
    "student_id": "P8",
    "teacher_email": "di@example.org",
}


@pytest.mark.parametrize("file", upload.FILES, ids=lambda file: file.name)
def test_a_value_may_be_as_long_as_its_column_allows_and_no_longer(district: District, file: upload.File) -> None:
    """One row a column, whose value is one character too long; then one row a column, whose value just fits."""
    lines = []
    for excess in (1, 0):
        for n, long in enumerate(file.columns):
            cells = {c.name: GOOD.get(c.name, "x") for c in file.columns} | {file.id_column: f"N{excess}{n}"}
            cells[long.name] = "x" * (long.limit + excess)
            lines.append(",".join(cells.values()))
    db = district(**{file.name: lines})
    too_long = db.execute(
        """select line, "column", "value", message from valid.problems where code = 'value_too_long' order by line"""
    ).fetchall()
    assert too_long == [
        (n, c.name, "x" * (c.limit + 1), f"{c.name} is longer than {c.limit} characters.")
        for n, c in enumerate(file.columns, start=2)
    ]


def test_a_value_that_is_too_long_is_no_bad_email_phone_date_or_grade_besides(district: District) -> None:
    long = "x" * 1_001
    db = district(students=[f"S1,P1,Cy,Fox,{long},{long},{long},{long},Dee,Fox,{long},{long}"])
    assert {code for (code,) in problems(db, "code") if code != "unknown_user"} == {"value_too_long"}


@pytest.mark.parametrize("word", ["NULL", "(null)", "null", "None", "nan", "N/A", "-", "#N/A"])
def test_a_word_for_no_value_is_no_id_and_no_name(district: District, word: str) -> None:
    db = district(
        teachers=[
            f"S1,{word},Ann,Lee,ann@example.org,",
            f"S1,{word},Bob,Ray,bob@example.org,",
            "S2,T2,Bob,Ray,b@example.org,",
        ],
        students=[f"S1,P1,{word},Dorn,,7,,,,,,", "S2,P2,Eve,Null,,K,,,,,,"],
        classes=["S2,C2,T2,Biology"],
        enrollments=["S2,C2,P2"],
    )
    assert db.sql("select teacher_id from valid.teachers").fetchall() == [("T2",)]
    assert db.sql("select student_id, last_name from valid.students").fetchall() == [("P2", "Null")]
    assert problems(db, "code", "line", "column") == [
        ("missing_value", 2, "student_first_name"),
        ("missing_id", 2, "teacher_id"),
        ("missing_id", 3, "teacher_id"),
    ]


@pytest.mark.parametrize("number", ["1.0E5", "1e+05", "1.234568e+11", "1.23E+11", "1,23E+11", "2.12555015E9"])
def test_a_number_that_lost_its_digits_is_no_phone_and_tells_its_cause(district: District, number: str) -> None:
    db = district(teachers=[f'S1,T1,Ann,Lee,ann@example.org,"{number}"', "S2,T2,Bob,Ray,bob@example.org,"])
    assert db.sql("select phone from valid.teachers").fetchall() == [(None,), (None,)]
    assert problems(db, "code", "value") == [("invalid_phone", number)]
    assert db.execute("select valid.is_rounded($1)", [number]).fetchall() == [(True,)]


@pytest.mark.parametrize("number", ["3E2", "12E3", "1e5", "E5", "2.5", "100000"])
def test_an_id_with_an_e_in_it_lost_no_digits(district: District, number: str) -> None:
    assert district().execute("select valid.is_rounded($1)", [number]).fetchall() == [(False,)]


@pytest.mark.parametrize("word", ["NULL", "(null)", "none", "nan", "N/A", "-", "<NA>"])
def test_words_for_no_value_in_optional_cells_are_blank_with_one_notice_a_column(district: District, word: str) -> None:
    db = district(
        teachers=[f"S1,T1,Ann,Lee,ann@example.org,{word}", f"S2,T2,Bob,Ray,bob@example.org,{word}"],
        students=[f"S1,P1,Cy,Fox,{','.join([word] * 8)}", f"S2,P2,Eve,Orr,{','.join([word] * 8)}"],
    )
    optional = ["dob", "grade", "student_email", "student_phone"]
    optional += ["guardian_email", "guardian_first_name", "guardian_last_name", "guardian_phone"]
    assert problems(db, "severity", "code", "column", "line") == sorted(
        ("notice", "word_for_no_value", column, 2) for column in [*optional, "teacher_mobile_phone"]
    )
    assert db.sql("select distinct dob, grade, email, phone, has_guardian from valid.students").fetchall() == [
        (None, None, None, None, False)
    ]


def test_a_spreadsheets_error_is_no_name_of_a_guardian(district: District) -> None:
    db = district(students=["S1,P1,Cy,Fox,,,,,#N/A,#REF!,dee@example.org,", "S2,P2,Eve,Orr,,,,,,,,"])
    assert db.sql("select guardian_first_name, guardian_last_name, guardian_email from valid.students").fetchall()[
        0
    ] == (
        None,
        None,
        "dee@example.org",
    )
    assert {code for (code,) in problems(db, "code")} == {"word_for_no_value"}


@pytest.mark.parametrize(
    "sent",
    [
        *("212 555 0142 or 212 555 0143", "2125550142/2125550143", "2125550142;2125550143", "2125550142 2125550143"),
        *("212 555 0142 (mother)", "2125550142 mother", "2125550142m", "212 555 0142 ext", "212 555 0142 x5"),
        "home: 212 555 0142 cell: 212 555 0143",
    ],
)
def test_of_two_numbers_or_a_number_with_words_the_first_valid_number_counts_with_an_alert(
    district: District, sent: str
) -> None:
    db = district(teachers=[f"S1,T1,Ann,Lee,ann@example.org,{sent}", "S2,T2,Bob,Ray,bob@example.org,"])
    assert db.sql("select phone from valid.teachers order by line").fetchall() == [("+12125550142",), (None,)]
    assert problems(db, "severity", "code", "value") == [("alert", "phone_extension", sent)]


@pytest.mark.parametrize("sent", ["212 555 01422", "ann2125550142@example.org", "2012-01-31", "555-0142"])
def test_digits_that_are_no_number_of_their_own_are_no_phone(district: District, sent: str) -> None:
    db = district(teachers=[f"S1,T1,Ann,Lee,ann@example.org,{sent}", "S2,T2,Bob,Ray,bob@example.org,"])
    assert problems(db, "code", "value") == [("invalid_phone", sent)]
