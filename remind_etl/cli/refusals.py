"""Why an argument is refused, in plain words: the library that parses arguments speaks to programmers."""

from typing import Any, Final

from typer.exceptions import TyperException

SENTENCES: Final = {
    "int_parsing": "{text} is not a whole number.",
    "int_from_float": "{text} is not a whole number.",
    "float_parsing": "{text} is not a number.",
    "greater_than_equal": "{text} is too small. Give {ge} or more.",
    "less_than_equal": "{text} is too large. Give {le} or less.",
}
"""The sentence of each kind of fault that the library names."""


def in_plain_words(refused: TyperException) -> str:
    """What is wrong with an argument, as the library says it or, if it only quotes a validator, in our words."""
    faults: Any = getattr(refused.__cause__, "errors", None)
    if faults is None:
        return refused.message
    first = faults(include_url=False)[0]
    context = first.get("ctx", {})
    if "error" in context:
        return str(context["error"])
    return SENTENCES.get(first["type"], "{text} cannot be used here.").format(text=repr(first["input"]), **context)
