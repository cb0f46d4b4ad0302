import pytest

from remind_etl.raw.read_csv import Counts
from remind_etl.schema.upload import CLASSES, ENROLLMENTS, STUDENTS, TEACHERS
from remind_etl_tests.raw.reading import Reader

HEADER = "school_id,school_name"
LINE_ENDS = ("\n", "\r\n", "\r")


def test_every_accepted_record_has_its_cells_and_its_line(reader: Reader) -> None:
    found = reader.read(f"{HEADER}\nS1,North High\nS2,South High\n")
    assert found.rows == [(2, "S1", "North High"), (3, "S2", "South High")]
    assert found.counts == Counts(records=2, accepted=2)
    assert found.problems == []
    assert reader.db.sql("from raw.files").fetchall() == [("schools.csv", 2, 2, 0, 0, None, None)]


def test_cells_are_trimmed_and_blank_ones_are_null(reader: Reader) -> None:
    found = reader.read(f'{HEADER}\n S1\t,"\u00a0North  High "\n"",  x\n')
    assert found.rows == [(2, "S1", "North  High"), (3, None, "x")]


@pytest.mark.parametrize("blank", [" ", "\t", "\u00a0", " \t "])
@pytest.mark.parametrize("cell", ["{0}North", "North{0}", '"{0}North"', '"North{0}"'])
def test_one_untidy_cell_is_trimmed(reader: Reader, blank: str, cell: str) -> None:
    found = reader.read(f"{HEADER}\nS0,West\nS1,{cell.format(blank)}\n")
    assert found.rows == [(2, "S0", "West"), (3, "S1", "North")]


def test_line_breaks_at_the_ends_of_a_quoted_cell_are_trimmed(reader: Reader) -> None:
    assert reader.read(f'{HEADER}\nS1,"\r\nNorth\n"\n').rows == [(2, "S1", "North")]


def test_ids_are_text(reader: Reader) -> None:
    found = reader.read(f"{HEADER}\n007,1\n1e5,NULL\nNA,true\n0x1F,2012-01-01\n")
    assert [row[1:] for row in found.rows] == [("007", "1"), ("1e5", "NULL"), ("NA", "true"), ("0x1F", "2012-01-01")]


def test_columns_are_taken_by_their_names_not_by_their_places(reader: Reader) -> None:
    found = reader.read("Notes,school_name,SCHOOL ID\nnew,North High,S1\n")
    assert found.rows == [(2, "S1", "North High")]
    assert found.codes == ["extra_column", "header_spelling"]


def test_an_optional_column_that_is_not_sent_is_blank(reader: Reader) -> None:
    found = reader.read("school_id,student_id,student_first_name,student_last_name\nS1,P1,Cy,Fox\n", STUDENTS)
    not_sent = [None] * (len(STUDENTS.columns) - 4)
    assert found.rows == [(2, "S1", "P1", "Cy", "Fox", *not_sent)]


def test_another_delimiter_is_read_and_noted(reader: Reader) -> None:
    found = reader.read('school_id;school_name\nS1;"North; High, old"\n')
    assert found.rows == [(2, "S1", "North; High, old")]
    assert [(code, message) for code, *_, message in found.problems] == [
        ("delimiter", "schools.csv has semicolons between its values. It was read that way.")
    ]


@pytest.mark.parametrize("end", LINE_ENDS)
@pytest.mark.parametrize("last", ["", "end"])
def test_any_line_end_will_do_and_none_at_the_end(reader: Reader, end: str, last: str) -> None:
    found = reader.read(end.join((HEADER, "S1,North", "S2", "S3,East")) + (end if last else ""))
    assert found.rows == [(2, "S1", "North"), (4, "S3", "East")]
    assert found.rejects == [(3, "wrong_cell_count")]


def test_line_ends_may_be_mixed(reader: Reader) -> None:
    found = reader.read(f"{HEADER}\r\nS1,North\nS2,South\rS3,East\r\n")
    assert found.rows == [(2, "S1", "North"), (3, "S2", "South"), (4, "S3", "East")]


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8-sig", "UTF-8 with a byte order mark"),
        ("utf-16", "UTF-16"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_other_encodings_are_read_and_noted(reader: Reader, encoding: str, told: str) -> None:
    found = reader.read(f"{HEADER}\nS1,Zoë’s École\n".encode(encoding))
    assert found.rows == [(2, "S1", "Zoë’s École")]
    assert [(code, message) for code, *_, message in found.problems] == [
        ("encoding", f"schools.csv has the encoding {told}. It was read that way.")
    ]


@pytest.mark.parametrize("last", ['S3,"East,K', 'S3,East,K"', 'S3, East",K'])
def test_rows_between_two_stray_quotes_are_no_cell_with_line_breaks(reader: Reader, last: str) -> None:
    found = reader.read(f'{HEADER},grade\nS1,"North, High,\nS2, South,K\n{last}\nS4,West,\n')
    assert [row[:2] for row in found.rows] == [(3, "S2"), (5, "S4")]
    assert found.rejects == [(2, "stray_quote"), (4, "stray_quote")]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (HEADER, 'S1,"North, High\nSchool"'),
        (HEADER, 'S1,"North, High\nEast Wing, old"'),
        (HEADER, 'S1,"North,High\nEast,old"'),
        (f"{HEADER},address", 'S1,"North, High\nEast Wing, old","12 High St,\nApt 4, Springfield, OR"'),
        (f"{HEADER},address", 'S1,North,"12 High St,\nApt 4, Springfield"'),
        (f"{HEADER},address", 'S1,North,"12 High St\nApt 4, Springfield, OR\nc/o Ann, Bob, Cy"'),
        (f"{HEADER},address", 'S1,North,"12 High St,Apt 4\nSpringfield,OR,97477"'),
        ("address,school_name,school_id", '"12 High St,\nApt 4, Springfield",North,S1'),
    ],
)
def test_a_cell_may_have_line_breaks_and_delimiters(reader: Reader, header: str, row: str) -> None:
    found = reader.read(f"{header}\n{row}\n{header.replace('school', 'x')}\n")
    assert found.rejects == []
    assert [line for line, *_ in found.rows] == [2, 3 + row.count("\n")]


def test_an_id_has_no_line_break_and_all_that_may_be_one_is_kept(reader: Reader) -> None:
    found = reader.read('school_id,class_id,user_id\nS1,C1,"P1\nC1,P2"\n"S1\n","\nC1",P3\n', ENROLLMENTS)
    assert found.rows == [(4, "S1", "C1", "P3")]
    assert [row[:4] for row in found.problems] == [
        ("line_break_in_id", 2, None, None),
        ("line_break_in_value", 4, "class_id", None),
    ]
    ((cells,),) = reader.db.sql("select cells from raw.rejects").fetchall()
    assert {"S1", "C1", "P1", "P2"} <= set(cells)


def test_blank_lines_are_counted_and_keep_their_lines(reader: Reader) -> None:
    found = reader.read(f"{HEADER}\n\nS1,North\n\n\nS2,South\n\n")
    assert found.rows == [(3, "S1", "North"), (6, "S2", "South")]
    assert found.counts == Counts(records=6, accepted=2, blank=4)
    assert [(code, message) for code, *_, message in found.problems] == [
        ("blank_line", "schools.csv has blank lines. They were skipped: 4.")
    ]


@pytest.mark.parametrize("line", ["", "   ", ",", " , ", ",,,,", "\t,\u00a0,", '"",""', '"\n", '])
def test_a_line_without_a_value_is_blank(reader: Reader, line: str) -> None:
    found = reader.read(f"{HEADER}\nS1,North\n{line}\nS2\n")
    assert found.rows == [(2, "S1", "North")]
    assert found.rejects == [(4 + line.count("\n"), "wrong_cell_count")]
    assert found.counts == Counts(records=3, accepted=1, rejected=1, blank=1)


def test_a_row_that_has_a_value_in_an_extra_column_only_is_not_blank(reader: Reader) -> None:
    found = reader.read(f"{HEADER},Notes\nS1,North,x\n,,y\n,, \n")
    assert found.rows == [(2, "S1", "North"), (3, None, None)]
    assert found.counts == Counts(records=3, accepted=2, blank=1)


def test_a_quoted_cell_may_have_line_breaks_and_the_next_record_its_true_line(reader: Reader) -> None:
    found = reader.read(f'{HEADER}\nS1,"North\nHigh"\nS2\n"S3","a ""b"", c"\n')
    assert found.rows == [(2, "S1", "North\nHigh"), (5, "S3", 'a "b", c')]
    assert found.rejects == [(4, "wrong_cell_count")]


def test_a_line_break_in_the_header_does_not_move_the_lines(reader: Reader) -> None:
    found = reader.read('school_id,"Notes\n(old)",school_name\nS1,,North\n')
    assert found.rows == [(3, "S1", "North")]


def test_rejected_records_are_reported_with_line_and_counts_only(reader: Reader) -> None:
    found = reader.read(f"{HEADER}\nS1,North\nS2,South,secret\nS3\nS4,East\n")
    assert found.rows == [(2, "S1", "North"), (5, "S4", "East")]
    assert found.counts == Counts(records=4, accepted=2, rejected=2)
    assert found.problems == [
        ("wrong_cell_count", 3, None, None, "The row has 3 values, but the header has 2."),
        ("wrong_cell_count", 4, None, None, "The row has 1 value, but the header has 2."),
    ]


def test_the_cells_of_a_rejected_record_are_kept_to_protect_its_ids(reader: Reader) -> None:
    reader.read(f'{HEADER}\nS1 ,North,"x, y"\n"S2,South\n"S3"x,East\n="S4",West\n"S5\nS6\nS7"\n')
    cells = reader.db.sql("select cells from raw.rejects order by line").fetchall()
    assert [set(found) - {""} for (found,) in cells] == [
        {"S1", "North", "x, y"},
        {"S2", "South"},
        {'S3"x', "S3", "x", "East"},
        {'="S4', "=", "S4", "West"},
        {"S5\nS6\nS7", "S5", "S6", "S7"},
    ]


def test_after_an_unclosed_quote_reading_goes_on_at_the_next_line(reader: Reader) -> None:
    found = reader.read(f'{HEADER}\n"S1,North\nS2,"South"\nS3,"East\nS4,West\n')
    assert found.rows == [(3, "S2", "South"), (5, "S4", "West")]
    assert found.rejects == [(2, "stray_quote"), (4, "stray_quote")]


def test_a_row_cut_short_within_a_quoted_cell_swallows_no_row_after_it(reader: Reader) -> None:
    found = reader.read(f'{HEADER},Notes\nS1,"Nor\nS2,South,\nS3,East,\nth",x\nS4,"West\n(old, new\n)",x\n')
    assert [row[:2] for row in found.rows] == [(3, "S2"), (4, "S3"), (6, "S4")]
    assert found.rejects == [(2, "stray_quote"), (5, "stray_quote")]


@pytest.mark.parametrize(
    "row",
    [
        'S1,a"b', 'S1,x"', 'S1,x""', 'S1,""x', 'S1, "Lee, Ann"', 'S1,"Lee" ', '"S1" ,Lee', 'S1,"a" "b"', 'S1,"a" b', 'S1,"""',
        'S1,\t"Lee"', 'S"1"', '",x', '"S1"x,Lee',
    ],
)  # fmt: skip
@pytest.mark.parametrize("rest", ["", 'S3,"East ""Side"""\n', "\n", 'S3,"a\nb"\n'])
def test_a_quote_where_none_may_stand_is_astray(reader: Reader, row: str, rest: str) -> None:
    found = reader.read(f"{HEADER}\n{row}\nS2,South\n{rest}")
    assert found.rejects == [(2, "stray_quote")]
    assert found.rows[0] == (3, "S2", "South")


def test_after_a_stray_quote_in_a_record_of_several_lines_reading_goes_on_at_the_next_line(reader: Reader) -> None:
    found = reader.read(f'{HEADER},Notes\nS1,5" pipe,"two\nlines"\nS2,South,\n')
    assert found.rows == [(4, "S2", "South")]
    assert found.rejects == [(2, "stray_quote"), (3, "stray_quote")]


def test_an_unclosed_quote_costs_its_line_only_however_much_follows(reader: Reader) -> None:
    found = reader.read(f'{HEADER}\n"S1,North\n' + "S2,South\n" * 20_000 + 'S3,"East\n')
    assert found.counts == Counts(records=20_002, accepted=20_000, rejected=2)
    assert found.rejects == [(2, "stray_quote"), (20_003, "stray_quote")]


def test_a_record_may_have_so_many_lines_that_it_is_taken_for_an_unclosed_quote(reader: Reader) -> None:
    notes = ",".join(f"Notes {n}" for n in range(12))
    long = ("x" * 1_000 + "\n") * 100
    cells = ",".join([f'"{long}"'] * 12)
    found = reader.read(f"{HEADER},{notes}\nS1,North,{cells}\nS2,South{',' * 12}\n")
    assert [row[1] for row in found.rows] == ["S2"]
    assert found.rejects[0] == (2, "stray_quote")


def test_lines_are_true_in_a_large_file_of_which_one_cell_is_trimmed(reader: Reader) -> None:
    rows = [f"S1,C{n // 25},{n}\n" for n in range(2, 300_000)]
    for end in ("", "\n"):  # read by the fast path, and by the fallback reader
        reader.read(f"school_id,class_id,user_id\n{''.join(rows)}S1,C1, 300000 \n{end}", ENROLLMENTS)
        ((count, wrong),) = reader.db.sql(
            "select count(*), count(*) filter (where line <> user_id::bigint or user_id <> trim(user_id)) from raw.enrollments"
        ).fetchall()
        assert (count, wrong) == (299_999, 0)


def test_thousands_of_unclosed_quotes_are_as_many_rejects(reader: Reader) -> None:
    found = reader.read(f"{HEADER}\n" + 'S1,"North\n' * 3_000)
    assert found.counts == Counts(records=3_000, rejected=3_000)


def test_bytes_that_are_no_text_cost_their_row_only(reader: Reader) -> None:
    nul = reader.read(f"{HEADER}\nS1,No\0rth\nS2,South\n")
    assert (nul.rows, nul.rejects) == ([(3, "S2", "South")], [(2, "unreadable_row")])
    undecodable = reader.read(f"\ufeff{HEADER}\nS1,".encode() + b"\xff\nS2,South\n")
    assert (undecodable.rows, undecodable.rejects) == ([(3, "S2", "South")], [(2, "unreadable_row")])


def test_a_windows_1252_file_may_have_a_byte_that_is_none_near_its_beginning(reader: Reader) -> None:
    found = reader.read(f"{HEADER}\nS1,".encode() + b"\xe9\nS2,\x81\n")
    assert (found.rows, found.rejects) == ([(2, "S1", "é")], [(3, "unreadable_row")])


def test_an_endless_cell_is_too_long(reader: Reader) -> None:
    found = reader.read(f"{HEADER}\nS1,{'x' * 3_000_000}\nS2,South\n")
    assert found.rows == [(3, "S2", "South")]
    assert found.problems == [("value_too_long", 2, None, None, "A value is longer than 1000 characters.")]


def test_a_cell_longer_than_the_exact_path_reads_is_too_long_on_both(reader: Reader) -> None:
    for end in ("\n", "\n\n"):
        found = reader.read(f'{HEADER}\n"S1",{"x" * 131_073}\nS2,South\nS3,{"y" * 131_072}{end}')
        assert [row[0] for row in found.rows] == [3, 4]
        assert found.rejects == [(2, "value_too_long")]


def test_a_file_with_a_line_that_does_not_end_is_unreadable(reader: Reader) -> None:
    found = reader.read(f"{HEADER}\nS1,{'x' * 20_000_000}\nS2,South\n")
    assert found.problems == [
        ("unreadable_file", None, None, None, "schools.csv cannot be read: one of its lines is too long for a table.")
    ]


def test_a_long_line_with_the_wrong_number_of_cells_is_a_reject(reader: Reader) -> None:
    found = reader.read(f"{HEADER}\r\nS1,{'x' * 100_000},y\r\nS2,South\r\n")
    assert (found.rows, found.rejects) == ([(3, "S2", "South")], [(2, "wrong_cell_count")])


def test_an_empty_cell_too_many_is_one_too_many(reader: Reader) -> None:
    found = reader.read(f'{HEADER}\nS1,North,\nS2,"South, East"\nS3,,\nS4,West,')
    assert found.rows == [(3, "S2", "South, East")]
    assert found.rejects == [(2, "wrong_cell_count"), (4, "wrong_cell_count"), (5, "wrong_cell_count")]


def test_a_comma_that_shifts_the_cells_does_not_hide_behind_a_blank_last_one(reader: Reader) -> None:
    header = "school_id,teacher_id,teacher_first_name,teacher_last_name,teacher_email,teacher_mobile_phone"
    found = reader.read(f"{header}\nS1,T1,Ann,Lee, PhD,ann@example.org,\nS1,T2,Bob,Ray,bob@example.org,\n", TEACHERS)
    assert found.rows == [(3, "S1", "T2", "Bob", "Ray", "bob@example.org", None)]
    assert found.rejects == [(2, "wrong_cell_count")]


def test_commas_in_cells_and_in_rejected_records_are_no_cells_too_many(reader: Reader) -> None:
    found = reader.read(f'{HEADER},"Notes, old"\n"S,1","North, High","x, y"\nS2,South,,,\nS3,East,\n')
    assert found.rows == [(2, "S,1", "North, High"), (4, "S3", "East")]
    assert found.rejects == [(3, "wrong_cell_count")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "schools.csv cannot be read: it is empty."),
        (b"\xef\xbb\xbf", "schools.csv cannot be read: it is empty."),
        (
            b"PK\x03\x04\x00\x00\xff" * 50_000,
            "schools.csv cannot be read: it is a workbook or an archive, not a text file.",
        ),
        (
            "school_id,school_name\nS1,North\n".encode("utf-16-le"),
            "schools.csv cannot be read: it is UTF-16 without a byte order mark.",
        ),
        (b"GIF89a\x00" * 50_000, "schools.csv cannot be read: it is not a text file."),
        (b"<html>school_id,school_name</html>", "schools.csv cannot be read: it is a web page."),
        (
            "“school_id”,“school_name”".encode(),
            "schools.csv cannot be read: its column names are in curly quotes.",
        ),
        (
            b'school_id,"school_name\nS1,North High\n',
            "schools.csv cannot be read: a double quote in its first row is not closed or is inside a name.",
        ),
        (b"x" * 300_000, "schools.csv cannot be read: its first row is longer than 65,536 characters."),
        (
            f"school_id,school_name,{'x' * 70_000},grade\nS1,North,y,\n".encode(),
            "schools.csv cannot be read: its first row is longer than 65,536 characters.",
        ),
        (
            f"school_id,school_name{',' * 1_000}\nS1,North{',' * 1_000}\n".encode(),
            "schools.csv cannot be read: it has more than 1,000 columns.",
        ),
        (b"S1,North High\n", "schools.csv cannot be read: its first row does not have the column names."),
        (
            b"School Code;School\nS1;North\n",
            "schools.csv cannot be read: its first row does not have the column names: School Code may be school_id, "
            "School may be school_name.",
        ),
        (
            b"Schools\r\n\r\nschool_id,school_name\r\n",
            "schools.csv cannot be read: its first row does not have the column names, but row 3 does.",
        ),
    ],
)
def test_a_file_without_a_header_is_unreadable(reader: Reader, content: bytes, message: str) -> None:
    found = reader.read(content)
    assert found.counts is None
    assert found.problems == [("unreadable_file", None, None, None, message)]
    assert found.rows == []
    assert reader.db.sql("from raw.files").fetchall() == []


def test_a_file_without_a_required_column_is_not_read(reader: Reader) -> None:
    found = reader.read("school_id,class_id,class_name\nS1,C1,Algebra\n", CLASSES)
    assert found.counts is None
    assert found.problems == [("missing_column", 1, "teacher_id", None, "classes.csv has no column teacher_id.")]


def test_where_a_required_column_is_missing_the_header_that_may_be_meant_is_named(reader: Reader) -> None:
    found = reader.read("school_id,class_id,Staff Number,Title\nS1,C1,T1,Algebra\n", CLASSES)
    assert [message for code, *_, message in found.problems if code == "missing_column"] == [
        "classes.csv has no column class_name: Title may be this column.",
        "classes.csv has no column teacher_id: Staff Number may be this column.",
    ]


def test_a_file_with_a_column_twice_is_not_read(reader: Reader) -> None:
    found = reader.read(f"{HEADER},school_name\nS1,North,South\n")
    assert found.counts is None
    assert found.codes == ["duplicate_column"]


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_header_alone_is_readable(reader: Reader, end: str) -> None:
    found = reader.read(f"{HEADER}{end}")
    assert (found.counts, found.problems) == (Counts(), [])
    rosters = reader.read(f"school_id,class_id,user_id{end}", ENROLLMENTS)
    assert (rosters.counts, rosters.codes) == (Counts(), ["blank_optional_file"])


def test_reading_once_more_forgets_what_was_read_before(reader: Reader) -> None:
    content = f'{HEADER}\nS1\nS2,South\n\n"S3,East\n'
    before = reader.read(content)
    assert reader.also(content) == before
    assert reader.also(f"{HEADER}\nS1,North\n").rows == [(2, "S1", "North")]
    assert reader.also(f"{HEADER}\nS1,North\n").problems == []


def test_files_do_not_move_the_lines_of_one_another(reader: Reader) -> None:
    schools = reader.read(f"{HEADER}\nS1\nS2,South\n")
    classes = reader.also("school_id,class_id,teacher_id,class_name\nS1,C1,T1,Algebra\nC2\nS1,C3,T1,Art\n", CLASSES)
    assert [row[0] for row in classes.rows] == [2, 4]
    assert reader.db.sql("select line, school_id, school_name from raw.schools").fetchall() == schools.rows


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ('"S1,North"', "North"),
        ('"S1,""North, K"""', "North, K"),
        ('"S1,North",', "North"),
        ('"S1;North"', "North"),
    ],
)
def test_a_row_in_one_pair_of_quotes_is_read_without_them_and_told(reader: Reader, row: str, name: str) -> None:
    for rest in ("", "S3,\n"):
        found = reader.read(f"{HEADER}\nS0,East\n{row}\n{rest}")
        assert found.rows[1] == (3, "S1", name)
        assert (found.rejects, found.codes) == ([], ["quoted_row"])
    told = reader.db.sql("select record_id, school_id, record_type from valid.findings").fetchall()
    assert told == [("S1", "S1", "school")]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize("row", ["S1;North", "S1;North,", 'S1;"North"', '"S1";North'])
def test_a_row_with_another_delimiter_than_its_file_is_read_with_it_and_told(
    reader: Reader, row: str, delimiter: str
) -> None:
    found = reader.read(f"{HEADER}\nS0,East\n{row.replace(';', delimiter)}\n")
    assert found.rows[1] == (3, "S1", "North")
    assert (found.rejects, found.codes) == ([], ["delimiter_in_row"])


def test_a_row_with_tabs_may_end_with_blank_cells(reader: Reader) -> None:
    found = reader.read(f"{HEADER},Notes,More\nS1\tNorth\t\t\n S2\tSouth\t\tx\nS3\tEast\t\n")
    assert found.rows == [(2, "S1", "North"), (3, "S2", "South")]
    assert found.codes.count("delimiter_in_row") == 2


def test_a_row_without_quotes_in_a_file_in_quotes_may_be_pasted_into_its_first_cell(reader: Reader) -> None:
    found = reader.read(f"{HEADER},Notes,More\nS1;North;;,,,\nS2,South,,\nS3;East,,,\n")
    assert found.rows == [(2, "S1", "North"), (3, "S2", "South"), (4, "S3;East", None)]
    assert found.codes.count("delimiter_in_row") == 1


@pytest.mark.parametrize(
    "row",
    ['"Total, 5"', "Total", "S1;North,x", '";North"', "S1;North;x", '"S1"', '"S1,"North"', '"S1\0,North"', "S1; North"],
)
def test_a_row_that_reads_cleanly_in_no_way_is_not_mended(reader: Reader, row: str) -> None:
    found = reader.read(f"{HEADER}\nS0,East\n{row}\n")
    assert set(found.codes) & {"quoted_row", "delimiter_in_row"} == set()


def test_a_file_in_which_each_line_stands_in_quotes_has_one_notice(reader: Reader) -> None:
    found = reader.read('"school_id,school_name"\n"S1,North"\n"S2,""South, K"""\nS3,East\n')
    assert found.rows == [(2, "S1", "North"), (3, "S2", "South, K"), (4, "S3", "East")]
    assert (found.rejects, found.codes) == ([], ["quoted_header"])
