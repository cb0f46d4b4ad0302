import pytest

from remind_etl.raw.header import Header, read_header
from remind_etl.schema import upload
from remind_etl.schema.upload import CLASSES, ENROLLMENTS, SCHOOLS, STUDENTS, TEACHERS


def header(text: str, file: upload.File = SCHOOLS) -> Header:
    found = read_header(file, text)
    assert found is not None
    return found


def facts(found: Header) -> list[tuple[str, str | None, str | None]]:
    return [(f.code, f.column, f.value) for f in found.findings]


def test_the_template_header_is_as_it_should_be() -> None:
    for file in upload.FILES:
        names = tuple(column.name for column in file.columns)
        found = header(",".join(names) + "\n", file)
        assert found == Header(",", names, ())
        assert found.is_usable


def test_columns_may_stand_in_any_order() -> None:
    assert header("school_name,school_id\n").names == ("school_name", "school_id")


@pytest.mark.parametrize(
    "sent",
    [
        "School ID",
        "SCHOOLID",
        "school-id",
        '"School\nID"',
        " school_id ",
        "School_Id",
        '"school id"',
        "\u200bschool\u00a0id\ufeff",
    ],
)
def test_case_blanks_hyphens_and_underscores_count_for_nothing_and_are_noted(sent: str) -> None:
    found = header(f"{sent},school_name\n")
    assert found.names == ("school_id", "school_name")
    noted = sent.strip('"').strip()
    assert facts(found) == ([("header_spelling", "school_id", noted)] if noted != "school_id" else [])


def test_student_id_is_another_name_of_user_id_in_enrollments() -> None:
    found = header("school_id,class_id,student_id\n", ENROLLMENTS)
    assert found.names == ("school_id", "class_id", "user_id")
    assert found.findings == ()


def test_an_extra_column_is_noted_and_named_by_its_place() -> None:
    found = header("school_id,Notes,school_name\n")
    assert found.names == ("school_id", "extra 1", "school_name")
    assert facts(found) == [("extra_column", "Notes", None)]


def test_header_cells_without_a_name_are_noted_once() -> None:
    found = header("school_id,school_name,,\n")
    assert found.names == ("school_id", "school_name", "extra 2", "extra 3")
    assert [(f.code, f.column, f.detail) for f in found.findings] == [("extra_column", None, " (2 without a name)")]


def test_a_required_column_that_is_missing_makes_the_header_unusable() -> None:
    found = header("school_id,class_id,class_name\n", CLASSES)
    assert facts(found) == [("missing_column", "teacher_id", None)]
    assert not found.is_usable


@pytest.mark.parametrize(
    ("file", "sent", "meant"),
    [
        (STUDENTS, "school_id,Stu ID,First Name,LastName", ("Stu ID", "First Name", "LastName")),
        (STUDENTS, "school_id,STUID,fname,Surname", ("STUID", "fname", "Surname")),
        (STUDENTS, "school_id,Student Number,Middle Name,Given Name,Frist Name,Family Name", ("Student Number", "Given Name", "Family Name")),
        (STUDENTS, "school_id,student_id,Homeroom,Counselor", (None, None)),
        (TEACHERS, "Campus,teacher_id,teacher_first_name,teacher_last_name,Email Address", ("Campus", "Email Address")),
        (TEACHERS, "Room,teacher_id,teacher_first_name,teacher_last_name,Emial", (None, "Emial")),
        (CLASSES, "school_id,Section ID,Teacher,Name,Name 2", ("Section ID", "Teacher", "Name")),
        (ENROLLMENTS, "school_id,class_id,Pupil No.", ("Pupil No.",)),
    ],
)  # fmt: skip
def test_the_header_that_may_be_meant_for_a_missing_column_is_named(
    file: upload.File, sent: str, meant: tuple[str | None, ...]
) -> None:
    missing = [f.detail for f in header(sent, file).findings if f.code == "missing_column"]
    assert missing == [name and f": {name} may be this column" for name in meant]


@pytest.mark.parametrize(
    ("file", "extra", "meant"),
    [
        (STUDENTS, "parent_email,Parent Phone", {"guardian_email": "parent_email", "guardian_phone": "Parent Phone"}),
        (STUDENTS, "Email,Cell,Date of Birth,Grade Level", {"student_email": "Email", "student_phone": "Cell", "dob": "Date of Birth", "grade": "Grade Level"}),
        (STUDENTS, "dob,Birthdate,Start Date,Gender,Homeroom,Address", {}),
        (TEACHERS, "Mobile,Subject", {"teacher_mobile_phone": "Mobile"}),
        (TEACHERS, "teacher_mobile_phone,Mobile", {}),
    ],
)  # fmt: skip
def test_an_optional_column_that_is_missing_under_its_name_but_may_be_meant_is_told(
    file: upload.File, extra: str, meant: dict[str, str]
) -> None:
    required = [column.name for column in file.columns if column.required]
    found = header(",".join(required) + f",{extra}\n", file)
    assert found.is_usable
    told = {f.column: f.detail for f in found.findings if f.code == "misnamed_column"}
    assert told == {column: f": {sent} may be this column" for column, sent in meant.items()}
    assert {f.column for f in found.findings if f.code == "extra_column"}.isdisjoint(meant.values())


def test_cells_of_a_first_row_that_is_no_header_are_not_named() -> None:
    found = header("S1,P1,Ann,Lee,2012-01-01,Grade\n", STUDENTS)
    assert [f.detail for f in found.findings if f.code == "missing_column"] == [None] * 4


def test_an_optional_column_may_be_missing() -> None:
    found = header("school_id,student_id,student_first_name,student_last_name\n", STUDENTS)
    assert found.findings == ()


def test_a_column_that_stands_twice_makes_the_header_unusable() -> None:
    found = header("school_id,school_name,School Name\n")
    assert ("duplicate_column", "school_name", None) in facts(found)
    assert not found.is_usable
    assert not header("school_id,class_id,user_id,student_id\n", ENROLLMENTS).is_usable


@pytest.mark.parametrize(("delimiter", "word"), [("\t", "tabs"), (";", "semicolons"), ("|", "vertical bars")])
def test_another_delimiter_is_taken_and_noted_where_it_makes_the_cells_ours(delimiter: str, word: str) -> None:
    found = header(f"school_id{delimiter}school_name\n")
    assert (found.delimiter, found.names) == (delimiter, ("school_id", "school_name"))
    assert [(f.code, f.detail) for f in found.findings] == [("delimiter", word)]


def test_a_header_cell_may_have_a_line_break() -> None:
    found = header('school_id,"Notes\n(internal)",school_name\nS1,,North\n')
    assert found.names == ("school_id", "extra 1", "school_name")


@pytest.mark.parametrize(
    "text", ["", "\n", "S1,North High\n", '"school_id,school_name\n', "PK\x03\x04\0\0", "x" * 200_000]
)
def test_a_first_row_that_names_no_column_is_no_header(text: str) -> None:
    assert read_header(SCHOOLS, text) is None
