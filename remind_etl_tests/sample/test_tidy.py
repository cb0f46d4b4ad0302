"""Nothing is wrong with a tidy sample, and it looks like a district."""

import csv
from collections import Counter
from collections.abc import Iterable
from datetime import date
from importlib.resources import files
from itertools import groupby

import phonenumbers

from remind_etl.schema import upload
from remind_etl_tests.sample.districts import STUDENTS, Row, Sample


def only(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The pairs as a dict, if no key has two values."""
    pairs = set(pairs)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def test_required_values_are_there_and_no_value_is_too_long_or_padded(tidy: Sample) -> None:
    for file in upload.FILES:
        for column in file.columns:
            values = [row[column.name] for row in tidy[file.name]]
            assert all(values) or not column.required
            assert all(len(value) <= column.limit and value == value.strip() for value in values)


def test_ids_are_unique(tidy: Sample) -> None:
    for file in (upload.SCHOOLS, upload.CLASSES):
        ids = [row[file.id_column] for row in tidy[file.name]]
        assert len(set(ids)) == len(ids)
    assert not {row["teacher_id"] for row in tidy["teachers"]} & {row["student_id"] for row in tidy["students"]}
    assert not [row for row, count in Counter(tuple(r.values()) for r in tidy["enrollments"]).items() if count > 1]


def test_rows_of_one_person_agree(tidy: Sample) -> None:
    for file, key, other in ((upload.TEACHERS, "teacher_id", "school_id"), (upload.STUDENTS, "student_id", "")):
        own = [c.name for c in file.columns if c not in upload.GUARDIAN_COLUMNS and c.name not in (key, other)]
        only((row[key], "|".join(row[column] for column in own)) for row in tidy[file.name])


def test_all_references_lead_somewhere(tidy: Sample) -> None:
    schools = {row["school_id"] for row in tidy["schools"]}
    assert all(row["school_id"] in schools for rows in tidy.values() for row in rows)
    classes = {row["class_id"] for row in tidy["classes"]}
    users = {row["teacher_id"] for row in tidy["teachers"]} | {row["student_id"] for row in tidy["students"]}
    assert all(row["class_id"] in classes and row["user_id"] in users for row in tidy["enrollments"])


def test_a_class_and_its_people_are_at_one_school(tidy: Sample) -> None:
    at = {(row["teacher_id"], row["school_id"]) for row in tidy["teachers"]}
    assert all((row["teacher_id"], row["school_id"]) in at for row in tidy["classes"])
    at |= {(row["student_id"], row["school_id"]) for row in tidy["students"]}
    school_of = {row["class_id"]: row["school_id"] for row in tidy["classes"]}
    for row in tidy["enrollments"]:
        assert row["school_id"] == school_of[row["class_id"]]
        assert (row["user_id"], row["school_id"]) in at


def people(tidy: Sample) -> dict[str, Row]:
    """Each teacher, student and guardian with `first_name`, `last_name`, `email`, `phone`, in that order."""
    teacher = [c.name for c in upload.TEACHERS.columns[2:]]
    student = ["student_first_name", "student_last_name", "student_email", "student_phone"]
    guardian = [c.name for c in upload.GUARDIAN_COLUMNS]
    persons: dict[str, Row] = {}
    for rows, columns in ((tidy["teachers"], teacher), (tidy["students"], student), (tidy["students"], guardian)):
        for row in rows:
            cells = [row[column] for column in columns]
            key = row.get("teacher_id") or (row["student_id"] if columns is student else f"{cells[2]} {cells[3]}")
            named = dict(zip(("first_name", "last_name", "email", "phone"), cells, strict=True))
            assert persons.setdefault(key, named) == named
    return {key: person for key, person in persons.items() if key != " "}


def test_no_email_belongs_to_two_people(tidy: Sample) -> None:
    emails = [person["email"].lower() for person in people(tidy).values() if person["email"]]
    assert len(set(emails)) == len(emails)
    assert all(email.isascii() and email.endswith((".org", ".com", ".net")) for email in emails)
    assert all("example" in email.partition("@")[2].split(".") for email in emails)


def test_no_phone_belongs_to_two_people_and_each_is_valid(tidy: Sample) -> None:
    numbers = [phonenumbers.parse(person["phone"], "US") for person in people(tidy).values() if person["phone"]]
    assert len({number.national_number for number in numbers}) == len(numbers)
    assert all(phonenumbers.is_valid_number(number) and number.extension is None for number in numbers)


def test_every_number_that_can_be_drawn_is_valid_and_there_are_enough() -> None:
    with (files("remind_etl") / "sample" / "names.csv").open(encoding="utf-8") as text:
        areas = [row["name"] for row in csv.DictReader(text) if row["kind"] == "area_code"]
    numbers = [phonenumbers.parse(f"{area}555{line:04}", "US") for area in areas for line in range(0, 10_000, 271)]
    assert all(map(phonenumbers.is_valid_number, numbers))
    count = 3_589_991
    assert (len(areas) - 1) * 10_000 < count <= len(areas) * 10_000
    assert all(count % divisor for divisor in range(2, int(count**0.5) + 1))


def test_every_teacher_has_an_email(tidy: Sample) -> None:
    assert all(row["teacher_email"].endswith(".example.org") for row in tidy["teachers"])


def test_a_guardian_has_an_email_or_a_phone(tidy: Sample) -> None:
    for row in tidy["students"]:
        assert bool(row["guardian_first_name"]) == bool(row["guardian_email"] or row["guardian_phone"])


def test_the_date_of_birth_fits_the_grade_and_the_grade_the_school(tidy: Sample) -> None:
    label = {row["school_id"]: row["school_name"].rsplit(" ", 2)[1] for row in tidy["schools"]}
    for row in tidy["students"]:
        grade = 0 if row["grade"] == "K" else int(row["grade"])
        born = date.fromisoformat(row["dob"])
        assert date(2020 - grade, 9, 2) <= born <= date(2021 - grade, 9, 1)
        assert label[row["school_id"]] == ("Elementary" if grade <= 5 else "Middle" if grade <= 8 else "High")
        assert bool(row["student_email"]) == (grade >= 6)


def test_counts_are_those_of_a_district(tidy: Sample) -> None:
    assert len(tidy["schools"]) == STUDENTS // 500
    posts = Counter(row["teacher_id"] for row in tidy["teachers"])
    assert STUDENTS / 17 < len(posts) < STUDENTS / 15
    assert 0 < sum(count == 2 for count in posts.values()) < 0.1 * len(posts)
    guardians = Counter(row["student_id"] for row in tidy["students"] if row["guardian_first_name"])
    assert 0.02 < 1 - len(guardians) / STUDENTS < 0.06
    assert set(guardians.values()) == {1, 2}
    owned = {row["class_id"]: row["teacher_id"] for row in tidy["classes"]}
    co_taught = [row for row in tidy["enrollments"] if row["user_id"] in posts]
    assert 0.04 < len(co_taught) / len(owned) < 0.1
    assert all(owned[row["class_id"]] != row["user_id"] for row in co_taught)


def test_contacts_are_as_often_missing_as_in_a_district(tidy: Sample) -> None:
    guardians = {tuple(row[c.name] for c in upload.GUARDIAN_COLUMNS) for row in tidy["students"]} - {("",) * 4}
    assert 0.09 < sum(not email for _, _, email, _ in guardians) / len(guardians) < 0.15
    assert 0.03 < sum(not phone for _, _, _, phone in guardians) / len(guardians) < 0.07


def test_siblings_share_their_guardians(tidy: Sample) -> None:
    children = Counter(row["guardian_email"] for row in tidy["students"] if row["guardian_email"])
    assert 0.2 < sum(count > 1 for count in children.values()) / len(children) < 0.4
    assert max(children.values()) <= 4


def test_a_student_has_a_homeroom_or_six_periods(tidy: Sample) -> None:
    class_name = {row["class_id"]: row["class_name"] for row in tidy["classes"]}
    grade = {row["student_id"]: row["grade"] for row in tidy["students"]}
    members = sorted((row["user_id"], class_name[row["class_id"]]) for row in tidy["enrollments"])
    for user, rows in groupby((m for m in members if m[0] in grade), key=lambda m: m[0]):
        names = [name for _, name in rows]
        if grade[user] in {"K", *"12345"}:
            start = "Kindergarten Homeroom - " if grade[user] == "K" else f"Grade {grade[user]} Homeroom - "
            assert len(names) == 1
            assert names[0].startswith(start)
        else:
            assert sorted(name.rsplit(" - ", 1)[1] for name in names) == [f"Period {n}" for n in range(1, 7)]
            assert len({name.rsplit(" - ", 1)[0] for name in names}) == 6


def test_a_class_has_about_25_students(tidy: Sample) -> None:
    sizes = Counter(row["class_id"] for row in tidy["enrollments"])
    assert max(sizes.values()) <= 26
    assert 15 < sum(sizes.values()) / len(tidy["classes"]) <= 26


def test_names_are_of_many_kinds(tidy: Sample) -> None:
    names = " ".join(f"{row['student_first_name']} {row['student_last_name']}" for row in tidy["students"])
    assert {"'", "-", "é", "ñ"} <= set(names)
