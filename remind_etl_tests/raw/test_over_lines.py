import pytest

from remind_etl_tests.raw.reading import Reader

HEADER = "school_id,school_name"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ('S1,"North\nHigh",', "school_name"),
        ('S1,"\nNorth",', "school_name"),
        ('S1,"S2, North, K\n",', "school_name"),
        ('S1,"North \n",', None),
        ('S1,North,"12 High St\nApt 4, Springfield"', None),
        ('"S1\n",North,', None),
        ('"\nS1",North,', "school_id"),
    ],
)
def test_a_line_break_within_a_column_of_ours_is_told(reader: Reader, row: str, column: str | None) -> None:
    found = reader.read(f"{HEADER},address\nS0,East,\n{row}\n")
    assert (len(found.rows), found.rejects) == (2, [])
    told = [(line, where) for code, line, where, *_ in found.problems if code == "line_break_in_value"]
    assert told == ([(3, column)] if column else [])
