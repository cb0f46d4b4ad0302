"""What is told of a record: where it stands in each stage, and above all why it is not there."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from remind_etl.catalogue.problems import CATALOGUE
from remind_etl.delivered.report import publish
from remind_etl.explain import explain as explaining
from remind_etl.explain.explain import Explanation, explain_record
from remind_etl.explain.look_ups import LOOK_UPS
from remind_etl.explain.of_record import rows_of_record
from remind_etl.published.report import gate
from remind_etl.published.store import Published
from remind_etl.raw import as_sent
from remind_etl.schema.limits import Limits
from remind_etl.schema.records import ACTIONS
from remind_etl.schema.tables import EXPLAINED
from remind_etl.warehouse import sql
from remind_etl_tests.districts import Day, District, files, new_district
from remind_etl_tests.warehouses import DISTRICT

ARRIVED = "2026-11-24T09:00:00+00:00"
RECORD_KINDS = {"school", "teacher", "student", "guardian", "class", "person", *ACTIONS}
SCHOOL_LINKS = {"confirmed", "ignored", "proposed", "unknown"}
DECIDED = [("S1", "ann", "2026-11-23T08:00:00+00:00")]


@pytest.fixture
def district(tmp_path: Path) -> District:
    return new_district(tmp_path)


def _published(day: Day, district: District, limits: Limits | None = None) -> Published:
    """Deliver the day's drop, and publish the result."""
    published = Published(district.folder / "published")
    day.plan_and_deliver(limits=limits)
    publish(day.db, district.platform.state(DISTRICT), ARRIVED, published, as_sent.read_as_sent)
    return published


def _explain(published: Published, record: str) -> Explanation:
    manifest = published.manifest(DISTRICT)
    assert manifest is not None
    return explain_record(manifest, published.files(manifest), lambda _: DECIDED, record)


def _told(
    district: District, sent: Mapping[str, str], *records: str, link: Mapping[str, str] | None = None
) -> list[list[str]]:
    """What is told of each record after that drop, without the drop itself, as `kind stage rule: sentence`."""
    with district.day(sent, link) as day:
        published = _published(day, district)
        # The district's warehouse is open, as while a run is going on.
        return [_lines(_explain(published, record)) for record in records]


def _lines(explanation: Explanation, stages: Collection[str] = ()) -> list[str]:
    return [
        f"{f.kind} {f.stage}{f' {f.rule}' if f.rule else ''}: {f.text}"
        for f in explanation.facts
        if f.kind != "drop" and (not stages or f.stage in stages)
    ]


def _only(lines: list[str], *stages: str) -> list[str]:
    return [line.split(": ", 1)[1] for line in lines if line.split(":")[0].split()[1] in stages]


def test_why_a_student_is_not_in_a_class_is_told_with_the_line_and_both_schools(district: District) -> None:
    enrollments = [f"02,C3,X{n}" for n in range(10)]
    sent = files(
        schools=["01,North High", "02,South High"],
        teachers=["02,T2,Bob,Ray,bob@example.org,"],
        students=["01,S7,Cy,Fox,,,,,,,,", *(f"02,X{n},A,B,,,,,,,," for n in range(10))],
        classes=["02,C3,T2,Biology"],
        enrollments=[*enrollments, "02,C3,S7"],
    )
    why = "S7 is not in class C3: line 12 of enrollments.csv puts them there, but C3 is at school 02 and S7 only at school 01."

    student, school_class, place, no_place = _told(district, sent, "S7", "C3", "C3/S7", "C3/T2")

    assert f"student provisioned school_mismatch: {why}" in student
    assert f"class provisioned school_mismatch: {why}" in school_class
    assert place == [f"place provisioned school_mismatch: {why}"]
    assert no_place == [
        "place provisioned: T2 is in class C3 as owner: line 2 of classes.csv.",
        "place planned: This upload created it.",
    ]


@pytest.mark.parametrize(
    ("enrollment", "why"),
    [
        ("S1,C9,P1", "puts them there, but classes.csv does not have the class."),
        ("S1,C1,P9", "puts them there, but neither students.csv nor teachers.csv has them."),
        ("S2,C1,P1", "says school S2, but the class is at school S1."),
        ("S1,BAD,P1", "puts them there, but the row of the class was rejected, line 5 of classes.csv."),
        ("S1,C1,BAD", "puts them there, but their row was rejected, line 4 of students.csv."),
        ("S3,C3,P3", "puts them there, but school S3 waits to be linked."),
        ("S4,C4,P4", "puts them there, but school S4 is ignored."),
        ("S1,C1,T9", "puts them there, but they have no account."),
        ("S1,C8,P1", "puts them there, but the class is not created. Explain C8 too."),
    ],
)
def test_each_reason_why_somebody_is_not_in_a_class(district: District, enrollment: str, why: str) -> None:
    sent = files(
        schools=[f"S{n},School {n}" for n in range(1, 5)],
        teachers=[
            *("S1,T1,Ann,Lee,ann@example.org,", "S1,T9,No,Mail,none,"),
            *("S3,T3,A,B,t3@example.org,", "S4,T4,A,B,t4@example.org,"),
        ],
        students=["S1,P1,Cy,Fox,,,,,,,,", "S3,P3,Eve,Orr,,,,,,,,", "S1,BAD,,Blank,,,,,,,,", "S4,P4,Di,Poe,,,,,,,,"],
        classes=["S1,C1,T1,One", "S1,C8,T9,Eight", "S3,C3,T3,Three", "S1,BAD,T1,", "S4,C4,T4,Four"],
        enrollments=[enrollment],
    )
    _, class_id, person_id = enrollment.split(",")

    (told,) = _told(district, sent, f"{class_id}/{person_id}", link={"S3": "waits", "S4": "ignored"})

    assert _only(told, "provisioned") == [f"{person_id} is not in class {class_id}: line 2 of enrollments.csv {why}"]


def test_a_record_that_is_there_is_followed_from_its_line_to_the_platform(district: District) -> None:
    (student,) = _told(district, files(), "P1")
    account = district.account(student_id="P1")["account_id"]
    guardian = district.account(roles="guardian")["account_id"]

    assert student == [
        "student raw: students.csv has them at school S1: line 2.",
        "student mapped: School S1 feeds school platform-S1 of the platform (decided by ann on 2026-11-23T08:00:00+00:00).",
        f"student provisioned: Their account is {account}, as student.",
        "student provisioned: Contact points of the account, email: 1.",
        f"student provisioned: Their guardian in line 2 of students.csv is account {guardian}.",
        "student provisioned: P1 is in class C1 as student: line 2 of enrollments.csv.",
        "student planned: This upload created it.",
        f"student delivered: The platform has it: {account}.",
        "student delivered: At school S1, as student.",
    ]


def test_schools_and_classes_tell_their_rows_links_and_people(district: District) -> None:
    school, school_class, waiting = _told(district, files(), "S1", "C1", "S2", link={"S2": "waits"})

    assert _only(school, "raw", "delivered") == [
        "schools.csv has it in line 2.",
        *(f"Rows of {f}.csv at this school: 1." for f in ("classes", "enrollments", "students", "teachers")),
        *(f"People there as {role}: 1." for role in ("guardian", "student", "teacher")),
    ]
    assert _only(school_class, "provisioned")[1:] == [
        "Class memberships as owner: 1.",
        "Class memberships as student: 1.",
    ]
    assert _only(waiting, "mapped") == [
        "School S2 waits for a person to link it (no school of the platform is like it)."
    ]


def test_who_waits_for_a_school_or_is_left_out_with_it_is_told_so(district: District) -> None:
    sent = files(
        schools=["S1,North", "S2,South", "S3,"],
        students=["S1,P1,A,B,,,,,,,,", "S2,P2,A,B,,,,,,,,", "S3,P3,A,B,,,,,,,,"],
    )
    ignored, waits, left_out = _told(district, sent, "P1", "P2", "P3", link={"S1": "ignored", "S2": "waits"})

    assert _only(ignored, "provisioned")[0] == "It is not created, because school S1 is ignored."
    assert _only(waits, "provisioned")[0] == "It is not created while school S2 waits to be linked."
    assert _only(left_out, "valid") == [
        "Line 4 of students.csv is rejected, because the row of its school S3 was rejected."
    ]
    assert {told[-1] for told in (ignored, waits, left_out)} == {"student delivered: The platform does not have it."}


def test_a_lost_contact_point_names_its_line_and_who_has_it_and_no_value(district: District) -> None:
    sent = files(
        teachers=["S1,T1,Ann,Lee,ann@example.org,212 555 0142", "S1,T2,Bob,Ray,ANN@example.org,"],
        students=["S1,P1,Cy,Fox,,,ann@example.org,,Dee,Fox,dee@example.org,212 555 0142"],
        classes=["S1,C1,T2,Algebra"],
    )
    teacher, student, school_class = _told(district, sent, "T2", "P1", "C1")

    assert _only(teacher, "provisioned") == [
        "It is not created because of line 3 of teachers.csv: The teacher's email is also that of teacher T1. "
        "No new account is created, and an existing account keeps its email. "
        "Give each teacher an email of their own.",
        "T2 does not own class C1: line 2 of classes.csv names them, but the class is not created.",
    ]
    lost = [line.split(", so")[0] for line in _only(student, "provisioned") if " is also that of " in line]
    assert lost == [
        "Line 2 of students.csv: The email is also that of teacher T1",
        "Line 2 of students.csv, for the guardian: The phone is also that of teacher T1",
    ]
    assert "class_without_teacher" in "".join(school_class)
    told = " ".join([*teacher, *student, *school_class])
    assert not re.search(r"example|555|Ann|Lee|Ray|Fox|Algebra", told)


def test_of_a_contact_point_that_is_nobodys_each_row_is_told(district: District) -> None:
    students = [f"S1,P{n:02},Kid,No{n},,,,,Dee{n},Fox,office@example.org," for n in range(21)]
    first, last = _told(district, files(students=students), "P00", "P20")

    for told, line in ((first, 2), (last, 22)):
        shared = "21 people with different names share guardian_email, so it is not used."
        assert [t for t in _only(told, "provisioned") if "share" in t] == [f"Line {line} of students.csv: {shared}"]


def test_a_class_waits_with_a_teacher_whom_the_platform_has_and_is_else_not_made(district: District) -> None:
    district.deliver(files())
    sent = files(
        teachers=["S1,T1,Ann,Lee,bob@example.org,", "S1,T9,New,Lee,none,", "S2,T2,Bob,Ray,bob@example.org,"],
        classes=["S1,C1,T1,Algebra", "S1,C5,T1,Art", "S1,C6,T9,Music", "S2,C2,T2,Biology", "S1,BAD,T2,"],
    )
    teacher, owner, kept, waits, not_made = _told(district, sent, "T1", "T2", "C1", "C5", "C6")

    assert "T1 does not own class C5: line 3 of classes.csv names them, but the class is not created." in _only(
        teacher, "provisioned"
    )
    assert "T2 does not own class BAD: line 6 of classes.csv names them, but the row was rejected." in _only(
        owner, "provisioned"
    )
    assert any("stays as delivered: one of their rows cannot give them an account." in line for line in teacher)
    assert "The class C1 stays as delivered: none of its teachers gets an account from the files." in _only(
        kept, "planned"
    )
    assert _only(waits, "provisioned") == [
        "It waits with its teacher T1, who has an account on the platform but does not get one from the files."
    ]
    assert [text.split(" because ")[0] for text in _only(not_made, "provisioned")] == ["It is not created"]


def test_an_account_id_tells_each_record_that_the_person_is(district: District) -> None:
    sent = files(
        teachers=["S1,T1,Ann,Lee,ann@example.org,"],
        students=["S1,P1,Cy,Lee,,,,,Ann,Lee,ann@example.org,"],
    )
    with district.day(sent) as day:
        published = _published(day, district)
    account = str(district.account(teacher_id="T1")["account_id"])
    lines = _lines(_explain(published, account))

    assert {line.split()[0] for line in lines} == {"teacher", "guardian"}
    assert "guardian raw: students.csv names them in line 2, for student P1 at school S1." in lines
    assert "teacher raw: teachers.csv has them at school S1: line 2." in lines
    assert "teacher provisioned: T1 is in class C1 as owner: line 2 of classes.csv." in lines


def test_an_id_of_several_kinds_tells_each(district: District) -> None:
    sent = files(
        schools=["7,North"],
        teachers=["7,7,Ann,Lee,ann@example.org,"],
        students=["7,7,Cy,Fox,,,,,,,,"],
        classes=["7,7,7,Algebra"],
        enrollments=[],
    )
    (told,) = _told(district, sent, "7")

    assert {line.split()[0] for line in told} == {"school", "teacher", "student", "class"}


def test_what_only_other_rows_name_or_could_not_be_read_is_told_with_the_line(district: District) -> None:
    sent = files(
        schools=["S1,North", "S2,South"],
        teachers=["S1,T1,Ann,Lee,ann@example.org,", "S1,T7,Gus"],
        classes=["S1,C1,T8,Algebra"],
        enrollments=["S1,C7,P8"],
    )
    teacher, unread, person, school_class = _told(district, sent, "T8", "T7", "P8", "C7")

    assert _only(teacher, "raw") == ["No row of teachers.csv has it.", "Line 2 of classes.csv is the first to name it."]
    assert _only(unread, "raw")[0].startswith("Line 3 of teachers.csv has this id, and could not be read.")
    assert _only(person, "raw") == ["No row of students.csv or teachers.csv has it; enrollments.csv names it."]
    assert "No row of classes.csv has it." in _only(school_class, "raw")


def _last_lines(text: str, count: int) -> str:
    """The header and the last lines."""
    header, *lines = text.splitlines(keepends=True)
    return "".join([header, *lines[-count:]])


def test_an_unknown_id_is_told_with_the_ids_like_it_of_the_files_of_the_platform_and_of_removed_records(
    district: District,
) -> None:
    everybody = range(1, 31)
    sent = files(
        schools=["S1,North"],
        teachers=["S1,T1,Ann,Lee,ann@example.org,"],
        students=[f"S1,{n:07},Kid,K{n},,,,,,,," for n in everybody],
        classes=["S1,C1,T1,Algebra", "S1,0C2,T1,Biology"],
        enrollments=[f"S1,C1,{n:07}" for n in everybody],
    )

    def without(*numbers: int) -> dict[str, str]:
        gone = [f"{number:07}" for number in numbers]
        return {
            name: "\n".join(line for line in text.split("\n") if not any(one in line for one in gone))
            for name, text in sent.items()
        }

    def like(published: Published, *unknown: str) -> list[tuple[tuple[str, str], ...]]:
        return [_explain(published, one).like for one in unknown]

    with district.day(sent) as day:
        published = _published(day, district)
        assert like(published, "1", "c1", "c2", "s1") == [
            *((("student", "0000001"),), (("class", "C1"),)),
            *((("class", "0C2"),), (("school", "S1"),)),
        ]
    with district.day(without(3)) as day:
        assert like(_published(day, district), "3") == [(("student", "0000003"),)], "it was removed"
    with district.day(without(*range(3, 30))) as day:
        published = _published(day, district)
        assert district.account(student_id="0000004"), "it is not in the files any more"
        assert like(published, "4", "1") == [(("student", "0000004"),), (("student", "0000001"),)]


def test_removed_kept_and_held_records_tell_why(district: District) -> None:
    many = range(30)
    sent = files(
        schools=["S1,North"],
        teachers=["S1,T1,Ann,Lee,ann@example.org,"],
        students=[f"S1,P{n},Kid,K{n},,,,,,,," for n in many],
        classes=["S1,C1,T1,Algebra"],
        enrollments=[f"S1,C1,P{n}" for n in many],
    )
    district.deliver(sent)
    lines = [line.replace("S1,P4,Kid", "S1,P4,") for line in sent["students.csv"].splitlines() if ",P3," not in line]
    places = sent["enrollments.csv"].replace("S1,C1,P3\n", "")
    drop = {**sent, "students.csv": "\n".join([*lines, ""]), "enrollments.csv": places}
    removed, kept, seat = _told(district, drop, "P3", "P4", "C1/P4")
    assert "This upload removed it." in _only(removed, "planned")
    assert re.fullmatch(r"student delivered: The platform no longer has it: \S+ was removed on 20\S+\.", removed[-1])
    assert "The account " in "".join(_only(kept, "planned"))
    assert "one of their rows was rejected" in "".join(_only(kept, "planned"))
    assert kept[-2].startswith("student delivered: The platform has it:")
    assert seat == [
        "place planned: P4 stays in class C1 as student, as delivered: a row of the enrollment was rejected "
        "(line 5 of students.csv was rejected)."
    ]

    few = {
        name: _last_lines(text, 4) if name in ("students.csv", "enrollments.csv") else text
        for name, text in sent.items()
    }
    held, seat = _told(district, few, "P9", "C1/P9")
    assert seat == [
        "place planned: P9 stays in class C1 as student, as delivered: the removal of the person or class waits."
    ]
    assert "The removal of account " in "".join(_only(held, "planned"))


@pytest.mark.parametrize(
    ("enrollment", "student", "line"),
    [
        ("S1,C1,P1,more", "S1,P1,Cy,Fox,,,,,,,,", "line 2 of enrollments.csv could not be read"),
        ("S1,,P1", "S1,P1,Cy,Fox,,,,,,,,", "line 2 of enrollments.csv was rejected"),
        ("S1,C1,P1", "S1,P1,,Fox,,,,,,,,", "line 2 of students.csv was rejected"),
        ("S1,C1,P1", "S1,P1,Cy", "line 2 of students.csv could not be read"),
    ],
)
def test_a_place_that_is_kept_names_the_line_that_was_left_out(
    district: District, enrollment: str, student: str, line: str
) -> None:
    district.deliver(files())
    sent = files(students=[student, "S2,P2,Eve,Orr,,,,,,,,"], enrollments=[enrollment, "S2,C2,P2"])

    told = _told(district, sent, "C1/P1", "P1", "C1")

    stays = f"P1 stays in class C1 as student, as delivered: a row of the enrollment was rejected ({line})."
    assert all(stays in _only(lines, "planned") for lines in told)
    assert not any(" ? " in text for lines in told for text in lines)


OF_STRANGER = "S2,C2,P2,more"
"""An enrollment of another student and class, which cannot be read."""


def test_a_rejected_row_is_the_cause_only_of_a_place_that_stays_because_of_rejected_enrollments(
    district: District,
) -> None:
    district.deliver(files())
    sent = files(classes=["S2,C2,T2,Geometry"], enrollments=[OF_STRANGER])

    with district.day(sent) as day:
        published = _published(day, district, Limits(removal_most=0))
        told = [_lines(_explain(published, record)) for record in ("C1/P1", "P1", "C1")]

    stays = "P1 stays in class C1 as student, as delivered: the removal of the person or class waits."
    assert all(stays in _only(lines, "planned") for lines in told)
    assert not any(
        "enrollments.csv was rejected" in text or "could not be read" in text for lines in told for text in lines
    )


@pytest.mark.parametrize(
    ("enrollment", "cause"),
    [
        ("S1,C1,,P1", "line 3 of enrollments.csv could not be read"),
        ("S1,C1,", "line 3 of enrollments.csv was rejected"),
        ("S1,C1,nobody,more", "line 3 of enrollments.csv could not be read"),
        ("S1,nothing,P1,more", "line 3 of enrollments.csv could not be read"),
        ("S1,,,more", "line 3 of enrollments.csv could not be read"),
    ],
)
def test_the_cause_of_a_place_that_stays_is_the_row_that_protects_it_and_no_row_of_a_stranger(
    district: District, enrollment: str, cause: str
) -> None:
    district.deliver(files())

    told = _told(district, files(enrollments=[OF_STRANGER, enrollment]), "C1/P1", "P1", "C1")

    stays = f"P1 stays in class C1 as student, as delivered: a row of the enrollment was rejected ({cause})."
    assert all(stays in _only(lines, "planned") for lines in told)


def test_an_enrollment_that_could_not_be_read_is_told_with_its_line(district: District) -> None:
    told = _told(district, files(enrollments=["S1,C1,P1,more", "S2,C2,P2"]), "C1/P1", "P1", "C1")

    why = "P1 is not in class C1: line 2 of enrollments.csv, which has both ids, could not be read."
    assert all(any(why in line for line in lines) for lines in told)


def test_a_school_that_vanished_is_told_with_its_people(district: District) -> None:
    district.deliver(files())
    school, student = _told(
        district,
        files(
            schools=["S1,North"],
            teachers=["S1,T1,Ann,Lee,ann@example.org,"],
            students=["S1,P1,Cy,Fox,,,,,,,,"],
            classes=["S1,C1,T1,Algebra"],
            enrollments=["S1,C1,P1", "S1,C1,T1"],
        ),
        "S2",
        "P2",
    )
    vanished = "School S2 is no longer in schools.csv. Its delivered records stay."
    assert _only(school, "mapped") == [vanished]
    assert _only(student, "mapped") == [vanished]
    assert "the school is not in schools.csv" in "".join(_only(student, "planned"))


def test_of_a_blocked_drop_its_files_are_told_and_what_the_platform_has(district: District) -> None:
    district.deliver(files())
    sent = {name: text for name, text in files().items() if name != "teachers.csv"}
    with district.day(sent) as day:
        published = Published(district.folder / "published")
        gate.assess_drop(day.db, ARRIVED, published, as_sent.read_as_sent)
        first = _explain(published, "P1")

    assert [f.fact for f in first.facts] == ["drop", "blocked", "row_of_student", "not_on_platform"]
    assert first.facts[1].text.startswith("This upload is not processed: teachers.csv is missing.")


def test_of_a_file_without_its_ids_it_is_not_known_whether_it_has_a_record(district: District) -> None:
    district.deliver(files())
    sent = {**files(), "students.csv": files()["students.csv"].replace("student_id", "StudentNumber", 1)}
    with district.day(sent) as day:
        published = Published(district.folder / "published")
        gate.assess_drop(day.db, ARRIVED, published, as_sent.read_as_sent)
        student, teacher = _explain(published, "P1"), _explain(published, "T1")

    reason = "because its column student_id is missing in the newest files."
    told = [fact.text for fact in student.facts if fact.stage == "raw"]
    assert told
    assert set(told) == {f"It is not known whether students.csv has it, {reason}"}
    assert {fact.fact for fact in teacher.facts if fact.stage == "raw"} == {"row_of_teacher"}


def test_an_undo_after_the_upload_is_told(district: District) -> None:
    with district.day(files()) as day:
        published = _published(day, district)
        manifest = published.manifest(DISTRICT)
        assert manifest is not None
        told = explain_record(
            replace(manifest, undone="delivery 4"), published.files(manifest), lambda _: DECIDED, "P1"
        )

    drop, undone, *_ = told.facts
    assert drop.text == f"The newest upload is {drop.id}; it was taken {manifest.arrived_at}."
    assert (drop.fact, undone.stage) == ("drop", "delivered")
    assert undone.text == (
        "After this upload, a person undid delivery 4. So the platform may differ from it until the next run."
    )


def test_after_an_undo_no_change_of_the_lapsed_plan_is_said_to_wait(district: District) -> None:
    students = [f"S1,P{number},Cy,Fox,,,,,,,," for number in range(60)]
    district.deliver(files(students=students))
    with district.day(files(students=students[:1])) as day:
        published = _published(day, district, limits=Limits())
        manifest = published.manifest(DISTRICT)
        assert manifest is not None
        tables = published.files(manifest)
        lapsed = replace(manifest, undone="delivery 4", basis={})
        before, after = (explain_record(one, tables, lambda _: DECIDED, "P59") for one in (manifest, lapsed))

    waiting = [fact for fact in before.facts if fact.stage == "planned"]
    assert {fact.fact for fact in waiting} == {"held_removal"}
    planned = [fact.text for fact in after.facts if fact.stage == "planned"]
    assert len(planned) == len(waiting)
    for text in planned:
        assert text.startswith("The removal of ")
        assert text.endswith(
            " does not wait any more, because a delivery was undone after it was planned. The next run plans again."
        )


@pytest.mark.parametrize(
    ("record", "like"),
    [("7", ("student", "007")), ("0007", ("student", "007")), ("t1", ("teacher", "T1")), (" C 1", ("class", "C1"))],
)
def test_an_id_found_nowhere_gives_those_like_it(district: District, record: str, like: tuple[str, str]) -> None:
    with district.day(files(students=["S1,007,Cy,Fox,,,,,,,,"])) as day:
        explanation = _explain(_published(day, district), record)

    assert explanation == Explanation(record, (), (like,))


def test_of_many_like_facts_twenty_are_told_and_the_rest_is_counted(district: District) -> None:
    (told,) = _told(district, files(enrollments=[f"S1,C1,X{n}" for n in range(25)]), "C1")

    missing = [line for line in _only(told, "provisioned") if "is not in class" in line]
    assert len(missing) == 20
    assert missing[-1].endswith("And 5 more like this.")


def test_every_fact_has_a_sentence_and_every_sentence_a_fact() -> None:
    steps = [step.name for step in (*explaining.OF_FILES, *explaining.PROCESSED, *explaining.OF_PLATFORM)]
    recorded = [("valid", "reasons"), ("valid", "enrollment_reasons"), ("mapped", "reasons")]
    recorded += [("provisioned", f"{name}_reasons") for name in ("shared_contact", "class", "enrollment")]
    read = [sql.sql_text("explain", step) for step in steps if step not in LOOK_UPS]
    text = " ".join([*read, *(sql.sql_text(package, name) for package, name in recorded)])
    parts = (
        set(re.findall(r"'_?(\w+)'", text))
        | {problem.code for problem in CATALOGUE}
        | {*LOOK_UPS, "drop", "blocked", "undone", "row_not_known", *explaining.LAPSED.values()}
    )
    parts |= {f"{record}_{outcome}" for record in ("class", "person") for outcome in ("left_out", "unread")}
    parts |= {f"{state}_{what}" for state in ("held", "paused") for what in ("removal", "change")}
    begun = ("row_of_", "rows_of_", "no_row_of_", "school_", "change_", "not_in_class_", "not_owner_")

    for fact in explaining.SENTENCES:
        start = next((b for b in begun if fact.startswith(b)), "")
        assert fact in parts or (start in parts and fact.removeprefix(start) in parts | RECORD_KINDS | SCHOOL_LINKS), (
            fact
        )


def test_each_table_of_an_explanation_has_columns_of_the_published_table_alone() -> None:
    made = {}
    with rows_of_record({}, "nothing") as rows:
        for table in EXPLAINED:
            (statement,) = sql.filled_statements("explain", "told_columns", table=table.name)
            made[table.name] = {name for (name,) in rows.reader.run(statement)}

    for table in EXPLAINED:
        assert made[table.name]
        assert made[table.name] <= {column.name for column in table.columns}, table.name
