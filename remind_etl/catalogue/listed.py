"""Words in a row within a sentence."""

from collections.abc import Sequence


def listed_in_words(parts: Sequence[str]) -> str:
    """`a, b and c`; a blank text if there is nothing to list."""
    return " and ".join([", ".join(parts[:-1]), *parts[-1:]] if len(parts) > 1 else parts)
