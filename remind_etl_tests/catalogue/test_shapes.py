"""What is said of the shapes of values."""

import pytest

from remind_etl.catalogue.shapes import shape_in_words


@pytest.mark.parametrize(
    ("shape", "values", "said"),
    [
        ("999-999", 2, "Most values look like 999-999: each 9 is a digit."),
        ("99A", 1, "The value looks like 99A: each 9 is a digit and A is one letter."),
        ("AAA9", 3, "Most values look like AAA9: each 9 is a digit and AAA is a word."),
        ("AAA␣", 1, "The value looks like AAA␣: AAA is a word and ␣ is a character that cannot be seen."),
        ("/", 1, "The value looks like /."),
    ],
)
def test_a_shape_is_told_with_the_meaning_of_each_of_its_signs(shape: str, values: int, said: str) -> None:
    assert shape_in_words(shape, values) == said
