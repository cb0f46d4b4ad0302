import shutil
from pathlib import Path

from remind_etl.operations.check_files import Rules, rehearse_files
from remind_etl.sample.templates import write_templates
from remind_etl.schema import upload


def test_the_templates_are_the_headers_of_the_contract(tmp_path: Path) -> None:
    paths = write_templates(tmp_path / "templates")
    with_parents = tmp_path / "templates" / "with_parents" / "students.csv"
    assert sorted(paths) == sorted((tmp_path / "templates").rglob("*.csv"))
    for file in upload.FILES:
        path = tmp_path / "templates" / file.file_name if file is not upload.STUDENTS else with_parents
        assert path.read_bytes().decode() == ",".join(column.name for column in file.columns) + "\n"


def test_the_plain_template_of_students_asks_for_no_guardians(tmp_path: Path) -> None:
    write_templates(tmp_path)
    header = (tmp_path / "students.csv").read_text().strip().split(",")
    guardian = [column.name for column in upload.GUARDIAN_COLUMNS]
    assert [*header, *guardian] == [column.name for column in upload.STUDENTS.columns]


def test_the_example_rows_together_are_a_drop_without_a_fault(tmp_path: Path) -> None:
    write_templates(tmp_path, with_example=True)
    for _ in ("without parents", "with parents"):
        with rehearse_files(tmp_path, Rules(), lambda _: None) as done:
            assert done.counts == {"blocker": 0, "error": 0, "alert": 0, "notice": 0}
            assert [(file["accepted"], file["used"]) for file in done.files] == [(1, 1)] * len(upload.FILES)
        shutil.copy(tmp_path / "with_parents" / "students.csv", tmp_path / "students.csv")


def test_templates_can_be_written_again(tmp_path: Path) -> None:
    assert write_templates(tmp_path) == write_templates(tmp_path)
