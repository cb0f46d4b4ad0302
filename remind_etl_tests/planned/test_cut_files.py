"""A file that may be cut off removes nobody: the last line end, and the bytes of earlier drops, are the evidence."""

from pathlib import Path
from typing import Final

import pytest

from remind_etl.files.cut import Cut
from remind_etl.landed.cut_files import NO_LINE_END, OLD_END, cut_files
from remind_etl.schema.limits import Limits
from remind_etl.schema.records import KINDS
from remind_etl_tests.districts import Day, District, accounts_only, contradictions, files

TEACHERS: Final = ["S1,T1,Ann,Lee,ann@example.org,2125550142", "S2,T2,Bob,Ray,bob@example.org,"]
STUDENTS: Final = [
    "S1,P1,Cy,Fox,2012-01-31,7,cy@example.org,,Dee,Fox,dee@example.org,",
    "S2,P2,Eve,Orr,,K,,,Gil,Orr,gil@example.org,2125550199",
]
WHOLE: Final = files(teachers=TEACHERS, students=STUDENTS, enrollments=["S1,C1,P1", "S2,C2,P2"])


def _cut(file: str, by: int, begins: str = "") -> dict[str, str]:
    """The whole drop, of which one file lacks so many characters at its end and may begin otherwise."""
    header, rows = WHOLE[file].split("\n", 1)
    rows = begins + rows[len(begins) :]
    return {**WHOLE, "enrollments.csv": files(enrollments=[])["enrollments.csv"], file: f"{header}\n{rows}"[:-by]}


def _lost(day: Day) -> set[str]:
    return {kind for kind, action, _ in day.changes() if action == "remove"}


@pytest.mark.parametrize("grade", ["9", "10"])
@pytest.mark.parametrize("share", [0.91, 0.97, 0.99])
def test_a_file_of_a_thousand_students_that_is_cut_behind_a_row_removes_nobody(
    district: District, share: float, grade: str
) -> None:
    """Without the cut row, the beginning of the earlier file or the number of removals is the evidence."""
    rows = [f"S1,P{n:04},Kid,Fox{n},,9,,,Mo,Fox{n},mo{n}@example.org," for n in range(1000)]
    whole = accounts_only(files(students=rows))
    district.deliver(whole)
    left = [row.replace(",9,", f",{grade},") for row in rows[: int(len(rows) * share)]]
    with district.day(accounts_only(files(students=left))) as day:
        day.plan(limits=Limits())
        assert _lost(day) == set()
        gone = [record for kind, action, record in day.changes("held") if (kind, action) == ("guardianships", "remove")]
        assert len(gone) == len(rows) - len(left)


@pytest.mark.parametrize("by", [1, 2, len("2125550199\n"), len(STUDENTS[1]) + 1, len(STUDENTS[1]) + 2])
def test_a_file_without_the_line_end_of_the_file_before_it_removes_nothing_and_waits(
    district: District, by: int
) -> None:
    district.deliver(WHOLE)
    sent = _cut("students.csv", by, "S1,P1,Ci,")
    sent["enrollments.csv"] = WHOLE["enrollments.csv"][:-1]
    with district.day(sent) as day:
        day.plan_and_deliver()
        assert _lost(day) == set()
        again = day.plan_and_deliver()
        assert sum(again.actions.values()) == 0
    people = {account["first_name"] for account in district.active("accounts")}
    assert people >= {"Ann", "Bob", "Dee", "Eve", "Gil"}
    assert {"gil@example.org", "+12125550199"} <= set(district.contacts())


def test_the_last_cell_of_a_file_without_the_line_end_of_the_file_before_it_says_nothing_yet(
    district: District,
) -> None:
    students = [f"S1,P{n},Kid,Fox,,7,,,,,," for n in (1, 12)]
    classes = ["S2,C2,T2,Biology", "S1,C1,T1,Algebra 2"]
    whole = files(students=students, classes=classes, enrollments=["S1,C1,P12"])
    district.deliver(whole)
    sent = {name: text[:-2] if name in ("classes.csv", "enrollments.csv") else text for name, text in whole.items()}
    with district.day(sent) as day:
        planned = day.plan()
        assert (planned.holds, day.changes()) == (("cut_files",), [])
        assert {(kind, action) for kind, action, _ in day.changes("held")} == {
            ("class_memberships", "create"),
            ("class_memberships", "remove"),
            ("classes", "update"),
        }
        assert day.plan_and_deliver({str(planned.hold_hash): ["cut_files"]}).holds == ()


LAST_CELLS: Final = {
    "guardian_email": ("students.csv", "hal@example.org", "hal@example.or"),
    "student_email": ("students.csv", "kit@example.org", "kit@example.or"),
    "guardian_phone": ("students.csv", "+49 30 1234567", "+49 30 123456"),
    "student_last_name": ("students.csv", "Foxworth", "Foxwort"),
    "student_id": ("students.csv", "P12", "P1"),
    "teacher_email": ("teachers.csv", "bob@example.org", "bob@example.or"),
    "teacher_last_name": ("teachers.csv", "Raymond", "Raymon"),
}
"""Columns that may be the last one, with their file, the last cell, and what a cut leaves of it."""


def _with_last(column: str, text: str) -> str:
    """The file with that column as the last one."""
    lines = [line.split(",") for line in text.splitlines()]
    place = lines[0].index(column)
    return "".join(",".join([*cells[:place], *cells[place + 1 :], cells[place]]) + "\n" for cells in lines)


@pytest.mark.parametrize("column", LAST_CELLS)
def test_the_person_of_the_last_row_of_a_file_without_the_line_end_of_the_file_before_it_stays_as_delivered(
    district: District, column: str
) -> None:
    file, whole_cell, cut_cell = LAST_CELLS[column]
    kit = "S1,P12,Kit,Foxworth,2012-01-31,7,kit@example.org,,Hal,Foxworth,hal@example.org,+49 30 1234567"
    teachers = [TEACHERS[0], "S1,T2,Bob,Raymond,bob@example.org,2125550155"]
    whole = files(teachers=teachers, students=["S1,P3,Eve,Orr,,K,,,,,,", kit], enrollments=["S1,C1,P12"])
    whole[file] = _with_last(column, whole[file])
    assert whole[file].endswith(f"{whole_cell}\n")
    district.deliver(whole)
    before = [district.active(kind.name) for kind in KINDS]
    cut = whole[file].removesuffix(f"{whole_cell}\n") + cut_cell
    with district.day({**whole, file: cut.replace("Eve", "Eva").replace("Ann,", "Anna,")}) as day:
        planned = day.plan_and_deliver()
        assert [change for change in day.changes() if change[:2] != ("accounts", "update")] == []
        assert len(day.changes()) == 1
        assert planned.holds == ("cut_files",)
        assert sum(day.plan().actions.values()) == 0
        assert contradictions(district) == []
    changed = {"Eva": "Eve", "Anna": "Ann"}
    for records, kind in zip(before, KINDS, strict=True):
        now = [{k: changed.get(str(v), v) for k, v in record.items()} for record in district.active(kind.name)]
        assert sorted(now, key=str) == sorted(records, key=str)


def test_a_file_that_is_cut_between_the_two_characters_of_its_last_line_end_removes_nothing(
    district: District,
) -> None:
    district.deliver({**WHOLE, "students.csv": WHOLE["students.csv"].replace("\n", "\r\n")})
    header, rows = WHOLE["students.csv"].split("\n", 1)
    cut = f"{header}\n{rows.replace('Cy', 'Ci').split(chr(10))[0]}\n".replace("\n", "\r\n").removesuffix("\n")
    with district.day({**WHOLE, "students.csv": cut, "enrollments.csv": "school_id,class_id,user_id\n"}) as day:
        assert day.plan_and_deliver().holds == ("cut_files",)
        assert _lost(day) & {"accounts", "guardianships", "contact_points"} == set()


def test_the_same_file_still_waits_in_the_next_drop(district: District) -> None:
    district.deliver(WHOLE)
    sent = _cut("students.csv", len(STUDENTS[1]) + 2)
    for teacher in ("Ann", "Anna"):
        with district.day(sent | {"teachers.csv": WHOLE["teachers.csv"].replace("Ann", teacher)}) as day:
            held = day.plan_and_deliver()
            assert held.holds == ("cut_files",)
            assert _lost(day) == set()
            assert "file_may_be_cut" in dict(day.problems())


def test_an_approval_removes_what_is_absent_from_a_file_that_may_be_cut(district: District) -> None:
    district.deliver(WHOLE)
    with district.day(_cut("students.csv", len(STUDENTS[1]) + 2)) as day:
        held = day.plan_and_deliver()
        assert held.holds == ("cut_files",)
        day.plan_and_deliver({str(held.hold_hash): ["cut_files"]})
    assert "Eve" not in {account["first_name"] for account in district.active("accounts")}


def test_a_file_that_is_the_beginning_of_the_file_before_it_removes_nothing(district: District) -> None:
    district.deliver(WHOLE)
    before = [district.active(kind.name) for kind in KINDS]
    for file, row in (("students.csv", STUDENTS[1]), ("teachers.csv", TEACHERS[1]), ("enrollments.csv", "S2,C2,P2")):
        sent = _cut(file, len(row) + 1) if file != "enrollments.csv" else {**WHOLE, file: WHOLE[file][: -len(row) - 1]}
        with district.day(sent) as day:
            assert day.plan_and_deliver().holds == ("cut_files",)
            assert [kind for kind in _lost(day) if kind != "class_memberships"] == []
    assert [district.active(kind.name) for kind in KINDS[:5]] == before[:5]


def test_a_new_head_with_the_old_tail_removes_nothing(district: District) -> None:
    old = ["S1,P3,Kit,Fox,,,,,Hal,Fox,hal@example.org,", "S1,P5,Abcd,Fox,,,,,,,,"]
    new = ["S1,P4,Kitt,Fox,,,,,Hal,Foy,hol@example.org,", "S1,P6,Abc,Fox,,,,,,,,"]
    district.deliver(WHOLE | files(students=[*old, *STUDENTS], enrollments=[]))
    with district.day(WHOLE | files(students=[*new, *STUDENTS], enrollments=[])) as day:
        assert day.plan_and_deliver().holds == ("cut_files",)
        assert _lost(day) == set()
    assert {"Kit", "Kitt", "Abcd"} <= {account["first_name"] for account in district.active("accounts")}


FAMILIES: Final = [
    "S1,P1,Bob,Raymond,,9,bob@example.org,,Mo,Raymond,mo@example.org,2125550150",
    "S1,P2,Cem,Foxwort,,9,cem@example.org,,Al,Foxwort,al@example.org,2125550151",
    "S1,P3,Dee,Orrmann,,9,dee@example.org,,Jo,Orrmann,jo@example.org,2125550152",
    "S1,P4,Eve,Kaymann,,9,eve@example.org,,Lu,Kaymann,lu@example.org,2125550153",
    "S1,P5,Gil,Leemann,,9,gil@example.org,,Bo,Leemann,bo@example.org,2125550154",
]
"""Students whose rows have one length, and whose cells begin at the same places."""


def _overwritten(old: str, new: str, length: int) -> str:
    """An old file of which a new one has overwritten so many characters."""
    return new[:length] + old[length:]


@pytest.mark.parametrize(
    "newcomers",
    [
        [FAMILIES[0].replace("P1", "P9").replace("bob@", "kidney@").replace("15015", "16014")],
        [FAMILIES[0].replace("P1", f"P{n}").replace("bob@", f"k{n}d@").replace("15015", "16014") for n in (7, 8)],
    ],
    ids=["a longer row", "two rows of the same length"],
)
def test_the_row_in_which_a_new_beginning_meets_the_old_end_changes_nothing_that_was_delivered(
    district: District, newcomers: list[str]
) -> None:
    """A student's cells and the guardian of another student would be one row."""
    old, new = (files(students=rows)["students.csv"] for rows in (FAMILIES, [*newcomers, *FAMILIES]))
    sent = files(students=FAMILIES, enrollments=[])
    district.deliver(sent)
    row = len(FAMILIES[-1]) + 1
    for length in range(len(old) - row * 2, len(old) - row, 7):
        with district.day(sent | {"students.csv": _overwritten(old, new, length)}) as day:
            day.plan()
            assert [change for change in day.changes() if change[1] != "create"] == []
            ties = day.rows_where("planned.guardianship_changes", "state = 'go'", "new_student_id")
            assert {student for (student,) in ties} <= {"P7", "P8", "P9"}


def test_a_new_class_of_the_row_in_which_a_new_beginning_meets_the_old_end_waits_with_its_members(
    district: District,
) -> None:
    """The id is of the new half, and the teacher of the old one."""
    rows = {n: f"S2,C{n},T{1 + n % 2},Biology" for n in (2, 3, 4, 5, 6, 7, 8, 9)}
    before = [rows[n] for n in (2, 3, 4, 5, 6)]
    whole = files(teachers=["S2,T1,Ann,Lee,ann@example.org,", TEACHERS[1]], students=STUDENTS, classes=before)
    district.deliver(whole)
    after = [f"{rows[7]} One", rows[8].removesuffix("logy"), rows[2], rows[9]]
    old, new = (files(classes=of)["classes.csv"] for of in (before, after))
    classes = _overwritten(old, new, len(new) - len(rows[9]) - 1 + len("S2,C9,"))
    assert "\nS2,C9,T2,Biology\nS2,C6," in classes
    enrollments = files(enrollments=["S2,C7,P2", "S2,C9,P2"])["enrollments.csv"]
    with district.day({**whole, "classes.csv": classes, "enrollments.csv": enrollments}) as day:
        planned = day.plan_and_deliver()
        waiting = [change for change in day.changes("held") if change[1] == "create"]
        assert [kind for kind, _, _ in waiting] == ["class_memberships", "class_memberships", "classes"]
        assert planned.holds == ("cut_files",)
        assert {c["class_id"] for c in district.active("classes")} == {f"C{n}" for n in range(2, 9)}
        assert sum(day.plan().actions.values()) == 0
        assert day.plan_and_deliver({str(planned.hold_hash): ["cut_files"]}).holds == ()


NAMING: Final = files(
    teachers=TEACHERS,
    students=STUDENTS,
    classes=["S1,C1,T1,Algebra", "S2,C2,T1,Biology", "S2,C3,T2,Chemistry"],
    enrollments=["S1,C1,P1", "S2,C2,P2", "S2,C2,T2", "S2,C3,P1"],
)


@pytest.mark.parametrize(
    ("absent", "cut"),
    [
        ("students.csv", {"enrollments.csv": "S2,C2,P2"}),
        ("teachers.csv", {"enrollments.csv": "S2,C2,T2", "classes.csv": "S2,C3,T2,Chemistry"}),
        ("classes.csv", {"enrollments.csv": "S2,C3,P1"}),
    ],
)
def test_who_may_be_named_in_the_lost_part_of_another_file_is_not_removed(
    district: District, absent: str, cut: dict[str, str]
) -> None:
    district.deliver(NAMING)
    shorter = NAMING[absent].removesuffix("\n").rsplit("\n", 1)[0] + "\n"
    short = {name: NAMING[name][: NAMING[name].index(f"{line}\n")] for name, line in cut.items()}
    with district.day({**NAMING, absent: shorter, **short}) as day:
        assert day.plan().holds == ("cut_files",)
        assert _lost(day) == set()
    with district.day({**NAMING, absent: shorter}) as day:
        assert not day.plan().holds
        assert "accounts" not in _lost(day)


BOB_TEACHES: Final = ["S1,T2,Bob,Ray,bob@example.org,", "S1,T1,Ann,Lee,ann@example.org,"]
BOBS_PHONE: Final = "S2,T2,Bob,Ray,bob@example.org,2125550172"


@pytest.mark.parametrize(
    "student",
    ["S1,P1,Bob,Ray,2007-01-31,12,,2125550172,,,,", "S1,P1,Kit,Ray,,7,,,Bob,Ray,,2125550172"],
    ids=["student", "guardian"],
)
@pytest.mark.parametrize("cut_is_before", [False, True], ids=["parted", "joined"])
def test_whom_a_file_that_may_be_cut_parts_or_joins_loses_no_role_and_keeps_the_account_of_each_id(
    district: District, student: str, cut_is_before: bool
) -> None:
    """A phone in a row of a teacher makes a student, or a guardian, of the same name the same person."""
    people = {"students": [student, STUDENTS[1]], "enrollments": ["S1,C1,P1"]}
    parted = files(teachers=BOB_TEACHES, **people)
    joined = files(teachers=[BOB_TEACHES[0], BOBS_PHONE, BOB_TEACHES[1]], **people)
    before, now = (parted, joined) if cut_is_before else (joined, parted)
    district.deliver(before)
    delivered = district.active("accounts")
    sent = {**now, "teachers.csv": now["teachers.csv"].replace("Ann,", "Anna,").removesuffix("\n")}
    with district.day(sent) as day:
        day.plan_and_deliver()
        assert contradictions(district) == []
        assert _lost(day) == set()
        assert sum(day.plan().actions.values()) == 0
    after = {account["account_id"]: account for account in district.active("accounts")}
    assert len(after) == len(delivered)
    for account in delivered:
        assert account["student_id"] == after[account["account_id"]]["student_id"]
        roles, roles_now = (str(of["roles"]).split("+") for of in (account, after[account["account_id"]]))
        assert set(roles) <= set(roles_now)


def test_a_guardian_whose_phone_a_lost_row_of_teachers_may_claim_is_not_removed(district: District) -> None:
    """The free phone makes another guardian of the row, who would take the place of the guardian of before."""
    student = "S1,P1,Bob,Ray,,9,,2125550140,,,{},2125550140"
    teachers = [TEACHERS[0], "S1,T3,Cem,Tan,cem@example.org,2125550140"]
    people = {"students": [student.format("")], "enrollments": ["S1,C1,P1"]}
    whole = files(teachers=teachers, **people)
    before = files(teachers=teachers, **people | {"students": [student.format("gil@example.org"), student.format("")]})
    district.deliver(before)
    with district.day(whole) as day:
        assert not day.plan().holds
        assert _lost(day) == set()
    with district.day({**whole, "teachers.csv": files(teachers=teachers[:1])["teachers.csv"]}) as day:
        assert day.plan().holds == ("cut_files",)
        assert _lost(day) == set()


def test_a_new_phone_of_the_same_length_does_not_wait(district: District) -> None:
    district.deliver(WHOLE)
    with district.day(WHOLE | {"teachers.csv": WHOLE["teachers.csv"].replace("0142", "0143")}) as day:
        assert day.plan_and_deliver().holds == ()
    assert "+12125550143" in district.contacts()


def test_a_district_that_never_writes_a_last_line_end_is_not_held(district: District) -> None:
    district.deliver({name: text.removesuffix("\n") for name, text in WHOLE.items()})
    sent = files(students=["S1,P1,Cyd,Fox,2012-01-31,7,,,,,,"], enrollments=["S1,C2,P1", "S1,C1,P1"])
    with district.day({name: text.removesuffix("\n") for name, text in sent.items()}) as day:
        assert day.plan_and_deliver().holds == ()


@pytest.mark.parametrize(
    ("before", "now", "reason"),
    [
        (b"a\nb\n\x1a", b"x\nb", {"f": Cut(NO_LINE_END)}),
        (b"a\nb\n\x1a", b"x\nb\n", {}),
        (b"a\nb\n", b"x\nb\n\x1a\x1a", {}),
        (b"a\nb\n", b"x\nb\x1a", {"f": Cut(NO_LINE_END)}),
        (b"a\r\nb\r\n", b"x\r\nb\r", {"f": Cut(NO_LINE_END)}),
        (b"a\r\nb\r\n", b"x\rb\r", {}),
    ],
)
def test_the_sign_of_the_end_of_a_file_is_no_line_end_and_hides_none(
    tmp_path: Path, before: bytes, now: bytes, reason: dict[str, Cut]
) -> None:
    (tmp_path / "before").write_bytes(before)
    (tmp_path / "now").write_bytes(now)
    assert cut_files({"f": tmp_path / "now"}, [{"f": tmp_path / "before"}]) == reason


SEATS: Final = [f"S1,C{n // 5},P{n:03}" for n in range(30)]
"""Enrollments of one length."""


def _evidence(folder: Path, before: str, now: str) -> Cut | None:
    (folder / "before").write_text(before)
    (folder / "now").write_text(now)
    return cut_files({"f": folder / "now"}, [{"f": folder / "before"}]).get("f")


def _lines(rows: list[str]) -> str:
    return "".join(f"{row}\n" for row in ["school_id,class_id,user_id", *rows])


@pytest.mark.parametrize("added", [2, 3, 5])
def test_a_new_head_before_the_old_tail_is_found_also_if_all_rows_have_one_length(tmp_path: Path, added: int) -> None:
    old, new = _lines(SEATS), _lines([f"S1,C9,P{n:03}" for n in range(900, 900 + added)] + SEATS)
    rows = len(SEATS[0]) + 1
    for length in range(len(new) - rows * (added + 20), len(old) - rows):
        cut = _evidence(tmp_path, old, _overwritten(old, new, length))
        assert cut
        assert cut.reason_code == OLD_END
        assert cut.joint_line
        assert abs(cut.joint_line - old[:length].count("\n")) <= 1


def test_a_row_made_of_two_is_found_also_if_one_row_is_new(tmp_path: Path) -> None:
    old, new = _lines(SEATS), _lines(["S1,C9,P900", *SEATS])
    length = old.index("S1,C2,P010") + len("S1,C1")
    mixed = _overwritten(old, new, length)
    assert "S1,C1,P010" in mixed
    assert _evidence(tmp_path, old, mixed) == Cut(OLD_END, mixed[: mixed.index("S1,C1,P010")].count("\n") + 1)


@pytest.mark.parametrize(
    "now",
    [
        [*SEATS[:9], "S1,C7,P009", *SEATS[10:]],
        ["S1,C0,P014", *SEATS[:14], *SEATS[15:]],
        [*SEATS[:3], *SEATS[4:14], "S1,C2,P003", *SEATS[14:]],
        [*SEATS[:3], "S1,C0,P025", *SEATS[3:14], *SEATS[15:20], "S1,C3,P014", *SEATS[20:25], *SEATS[26:]],
        [*SEATS[:4], "S1,C0,P900", "S1,C0,P901", *SEATS[4:11], *SEATS[12:20], *SEATS[21:]],
        [*reversed(SEATS[:20]), *SEATS[20:]],
    ],
    ids=["one edited", "one moves up", "one moves down", "two move", "two new, two removed", "another order"],
)
def test_ordinary_changes_of_rows_of_one_length_are_no_evidence(tmp_path: Path, now: list[str]) -> None:
    assert len(_lines(now)) == len(_lines(SEATS))
    assert _evidence(tmp_path, _lines(SEATS), _lines(now)) is None


def test_seats_that_an_interrupted_upload_has_overwritten_wait(district: District) -> None:
    students = [f"S1,P{n:03},Kid{n},Fox{n},,7,,,,,," for n in range(30)]
    classes = [f"S1,C{n},T1,Algebra {n}" for n in range(6)]
    whole = files(teachers=TEACHERS, students=students, classes=classes, enrollments=SEATS)
    district.deliver(whole)
    new = files(enrollments=[f"S1,C5,P{n:03}" for n in range(5)] + SEATS)["enrollments.csv"]
    old = whole["enrollments.csv"]
    with district.day({**whole, "enrollments.csv": _overwritten(old, new, old.index("S1,C3,P015") + 5)}) as day:
        assert day.plan().holds == ("cut_files",)
        assert _lost(day) == set()
        assert [record for kind, action, record in day.changes() if action != "create"] == []


def test_a_new_teacher_of_a_row_that_may_be_cut_waits_with_the_classes(district: District) -> None:
    district.deliver(WHOLE)
    sent = files(
        teachers=[*TEACHERS, "S1,T3,Cem,Tan,cem@example.org,2125550140"],
        students=STUDENTS,
        classes=["S1,C1,T1,Algebra", "S2,C2,T2,Biology", "S1,C3,T3,Chemistry"],
        enrollments=["S1,C1,P1", "S2,C2,P2", "S1,C3,P1"],
    )
    with district.day({**sent, "teachers.csv": sent["teachers.csv"].removesuffix("\n")}) as day:
        assert day.plan_and_deliver().holds == ("cut_files",)
        assert day.changes() == []
        assert contradictions(district) == []
        assert sum(day.plan().actions.values()) == 0


def test_that_a_file_is_whole_lets_no_teachers_exchange_their_emails(district: District) -> None:
    before = ["S1,T1,Ann,Lee,ann@example.org,", "S2,T2,Bob,Ray,bob@example.org,"]
    district.deliver(files(teachers=before))
    contacts = district.contacts()
    now = files(teachers=["S1,T1,Ann,Lee,bob@example.org,", "S2,T2,Bob,Ray,ann@example.org,"])
    with district.day(now | {"teachers.csv": now["teachers.csv"].removesuffix("\n")}) as day:
        held = day.plan()
        assert {*held.holds} == {"cut_files", "contact points"}
        day.plan_and_deliver({str(held.hold_hash): ["cut_files"]})
        assert district.contacts() == contacts


def test_a_class_waits_while_the_row_of_its_co_teacher_may_be_cut(district: District) -> None:
    teachers = ["S1,T1,Ann,Lee,ann@example.org,", "S2,T2,Bob,Ray,bob@example.org,", "S1,T3,Cem,Tan,cem@example.org,"]
    district.deliver(files(teachers=teachers))
    rows = ["S2,C2,P2", "S1,C3,P1", "S1,C3,T3"]
    new = ["S1,C1,T1,Algebra", "S2,C2,T2,Biology", "S1,C3,T9,Chess"]
    sent = files(teachers=teachers, classes=new, enrollments=["S1,C1,P1", *rows])
    with district.day(sent | {"enrollments.csv": sent["enrollments.csv"].removesuffix("\n")}) as day:
        held = day.plan_and_deliver()
        assert held.holds == ("cut_files",)
        assert contradictions(district) == []
        assert "C3" not in {row["class_id"] for row in district.active("classes")}
        day.plan_and_deliver({str(held.hold_hash): ["cut_files"]})
    owners = {row["class_id"]: row["owner_teacher_id"] for row in district.active("classes")}
    assert owners["C3"] == "T3"
    assert contradictions(district) == []


OF_TWO: Final = ["S1,T1,Ann,Lee,ann@example.org,", "S1,T12,Bob,Ray,bob@example.org,", "S1,T3,Ida,Moss,ida@example.org,"]


def _classes(owner: str, first: str = "Algebra") -> dict[str, str]:
    """A drop whose classes.csv ends with the teacher_id of C2, without a line end."""
    rows = f"class_id,school_id,class_name,teacher_id\nC1,S1,{first},T3\nC2,S1,Biology,{owner}"
    sent = files(teachers=OF_TWO, students=STUDENTS, enrollments=["S1,C1,P1", "S1,C2,P1"])
    return {**sent, "classes.csv": rows}


def test_the_class_of_a_last_row_waits_if_its_last_id_may_be_cut_also_in_the_first_drop(district: District) -> None:
    with district.day(_classes("T1")) as day:
        held = day.plan_and_deliver()
        assert held.holds == ("cut_files",)
        assert "file_may_be_cut" in dict(day.problems())
        assert [c["class_id"] for c in district.active("classes")] == ["C1"]
        assert day.plan().hold_hash == held.hold_hash
        assert contradictions(district) == []
    assert district.deliver({**_classes("T1"), "classes.csv": _classes("T1")["classes.csv"] + "\n"}).holds == ()


def test_a_class_keeps_its_teacher_if_the_last_id_may_be_cut_in_a_file_that_never_has_a_last_line_end(
    district: District,
) -> None:
    district.deliver(_classes("T12"))
    owner = district.account(teacher_id="T12")["account_id"]
    with district.day(_classes("T1", first="Algebra 1")) as day:
        assert day.plan_and_deliver().holds == ("cut_files",)
        assert [(kind, action) for kind, action, _ in day.changes()] == [("classes", "update")]
        assert sum(day.plan().actions.values()) == 0
    assert {c["class_name"]: c["owner_account_id"] for c in district.active("classes")}["Biology"] == owner
    assert "Algebra 1" in {c["class_name"] for c in district.active("classes")}


@pytest.mark.parametrize("owner", ["T12", "T3"])
def test_a_last_row_without_a_line_end_does_not_wait_if_its_last_id_is_the_beginning_of_no_other(
    district: District, owner: str
) -> None:
    assert district.deliver(_classes(owner)).holds == ()
    assert district.deliver(_classes(owner, first="Algebra 1")).holds == ()
