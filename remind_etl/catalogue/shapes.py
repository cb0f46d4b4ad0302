"""The shape of values in words for people who have not met shapes."""

from typing import Final

from remind_etl.catalogue.listed import listed_in_words

LIKE: Final = "{values} like {shape}: {signs}."
ONE, MANY = "The value looks", "Most values look"
SIGNS: Final = {
    "9": "each 9 is a digit",
    "AAA": "AAA is a word",
    "A": "A is one letter",
    "␣": "␣ is a character that cannot be seen",
}
"""The meaning of each sign of a shape, as `valid.masked` makes it."""


def shape_in_words(shape: str, values: int) -> str:
    """A sentence about the shape of so many values; without signs to explain, such as `@`, the shape alone."""
    rest, signs = shape, []
    for sign, meaning in SIGNS.items():
        if sign in rest:
            signs.append(meaning)
            rest = rest.replace(sign, "")
    text = LIKE if signs else LIKE.partition(":")[0] + "."
    return text.format(values=ONE if values == 1 else MANY, shape=shape, signs=listed_in_words(signs))
