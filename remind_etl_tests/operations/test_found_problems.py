"""The rows to fix of a report."""

from pathlib import Path

from remind_etl.operations.found_problems import FoundProblems
from remind_etl.published.report.rows import BEFORE, FOLDER
from remind_etl.published.store import Manifest, Published
from remind_etl_tests.ids import ELM, OAK

NAME = "students-invalid_phone.csv"


def test_rows_to_fix_are_those_of_the_newest_report_of_their_district(tmp_path: Path) -> None:
    published = Published(tmp_path)

    def publish(manifest: Manifest, **phones: str) -> FoundProblems:
        def write_report(folder: Path, _: Manifest) -> None:
            for school, phone in phones.items():
                file = folder / FOLDER / school / NAME
                file.parent.mkdir(parents=True)
                file.write_text(f"{','.join(BEFORE)},phone\n2,invalid_phone,phone,No phone.,Correct it.,{phone}\n")

        return FoundProblems(published, published.publish(manifest, {}, write_report))

    def rows(found: FoundProblems, school: str | None = None) -> list[str]:
        return [row[-1] for row in found.rows_to_fix("students.csv", "invalid_phone", school)]

    oak, elm = (Manifest(district, "d1", "2026-01-01T00:00:00+00:00") for district in (OAK, ELM))
    assert rows(publish(oak, S1="1")) == ["phone", "1"]
    assert rows(publish(elm, S1="22")) == ["phone", "22"]
    found = publish(oak, S1="333", S2="4444", without_school="55555")
    assert rows(found) == ["phone", "333", "4444", "55555"]
    assert rows(found, "S2") == ["phone", "4444"]
    assert rows(found, "") == ["phone", "55555"]
    assert rows(found, "S3") == []
