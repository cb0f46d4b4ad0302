import csv
from collections import Counter
from collections.abc import Callable
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path

import pytest

from remind_etl.sample.generate import write_sample
from remind_etl.schema import upload
from remind_etl_tests.sample.districts import SEED, STUDENTS, UNTIDY, Row, Sample, read


def test_about_the_share_that_was_asked_for_is_wrong(tidy: Sample, untidy: Sample) -> None:
    for file in upload.FILES[1:]:
        rows = Counter(tuple(row[c.name] for c in file.columns) for row in tidy[file.name])
        sent = Counter(tuple(row[c.name] for c in file.columns) for row in untidy[file.name] if "beyond" not in row)
        # A row sent twice counts once: as one too many.
        wrong = max((sent - rows).total(), (rows - sent).total()) / rows.total()
        assert 0.5 * UNTIDY < wrong < 1.5 * UNTIDY


def test_an_untidy_file_has_its_header_and_readable_rows(untidy_folder: Path, untidy: Sample) -> None:
    for file in upload.FILES:
        with (untidy_folder / file.file_name).open(encoding="utf-8", newline="") as text:
            header, *rows = csv.reader(text, strict=True)
        extra = ["Notes"] if file is upload.STUDENTS else []
        assert header == [*(column.name for column in file.columns), *extra]
        odd = [row for row in rows if len(row) != len(header)]
        assert len(odd) == (5 if file is upload.ENROLLMENTS else 0)
        assert all(len(row) == len(header) + 1 for row in odd)


def test_schools_are_never_worse_than_padded(tidy: Sample, tmp_path: Path) -> None:
    write_sample(tmp_path, STUDENTS, SEED, 1.0)
    sent = read(tmp_path)["schools"]
    assert sent != tidy["schools"]
    assert [{key: cell.strip() for key, cell in row.items()} for row in sent] == tidy["schools"]


def strangers(sample: Sample, file: str, column: str, other: str, key: str) -> set[str]:
    return {row[column].strip() for row in sample[file]} - {row[key].strip() for row in sample[other]} - {""}


def by_phone(sample: Sample) -> dict[str, list[Row]]:
    rows = sorted((row for row in sample["students"] if row["guardian_phone"]), key=itemgetter("guardian_phone"))
    return {phone: list(group) for phone, group in groupby(rows, key=itemgetter("guardian_phone"))}


FLAWS: dict[str, Callable[[Sample], bool]] = {
    "a required value is blank": lambda s: any(not row["student_last_name"] for row in s["students"]),
    "a teacher has no email": lambda s: any(not row["teacher_email"] for row in s["teachers"]),
    "an email has no host": lambda s: any(row["student_email"].endswith("@") for row in s["students"]),
    "an email has a blank": lambda s: any(" " in row["guardian_email"] for row in s["students"]),
    "an email is upper-case": lambda s: any(row["guardian_email"].isupper() for row in s["students"]),
    "a phone has an extension": lambda s: any("x" in row["guardian_phone"] for row in s["students"]),
    "a phone is too short": lambda s: any(len(row["guardian_phone"]) == 8 for row in s["students"]),
    "a date is none": lambda s: any(row["dob"].endswith("x") for row in s["students"]),
    "a grade is unknown": lambda s: any(row["grade"] == "99" for row in s["students"]),
    "a cell is padded": lambda s: any(row["student_id"].startswith(" ") for row in s["students"]),
    "a school is unknown": lambda s: bool(strangers(s, "students", "school_id", "schools", "school_id")),
    "a teacher is unknown": lambda s: bool(strangers(s, "classes", "teacher_id", "teachers", "teacher_id")),
    "a class is unknown": lambda s: bool(strangers(s, "enrollments", "class_id", "classes", "class_id")),
    "a class id stands twice": lambda s: len({r["class_id"] for r in s["classes"]}) < len(s["classes"]),
    "an enrollment stands twice": lambda s: any(a == b for a, b in pairwise(s["enrollments"])),
    "a phone has two owners": lambda s: any(
        len({row["guardian_first_name"] for row in rows}) > 1 for rows in by_phone(s).values()
    ),
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_the_untidy_sample_has_each_flaw_and_the_tidy_one_none(tidy: Sample, untidy: Sample, flaw: str) -> None:
    assert FLAWS[flaw](untidy)
    assert not FLAWS[flaw](tidy)
