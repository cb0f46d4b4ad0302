from pathlib import Path

import pytest

from remind_etl.errors import UsageError
from remind_etl.operations.platform_schools import read_platform_schools


def test_a_list_of_platform_schools_is_read_by_id_without_blanks(tmp_path: Path) -> None:
    file = tmp_path / "platform.csv"
    file.write_text("\ufeffplatform_school_id,name,city\n P-1 ,Lincoln ,Oak\nP-2,Grant,Oak\n", encoding="utf-8")
    assert read_platform_schools(file) == {"P-1": "Lincoln", "P-2": "Grant"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"id,name\nP-1,Lincoln\n", "header row"),
        (b"platform_school_id,name\nP-1,\n", "line 2"),
        (b"platform_school_id,name\nP-1,Lincoln\nP-1,Grant\n", "line 3"),
        (b"platform_school_id,name\n", "no school below its header row.* imported before stays"),
        (b"platform_school_id,name\n\n", "no school below its header row"),
        (b"platform_school_id,name\nP-1,Caf\xe9\n", "UTF-8"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_with_the_place(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "platform.csv"
    file.write_bytes(content)
    with pytest.raises(UsageError, match=says):
        read_platform_schools(file)
