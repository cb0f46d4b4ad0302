"""A reader who knows a sentence's name knows the sentence."""

import ast
from collections import Counter
from pathlib import Path

from remind_etl import catalogue


def _names_of_sentences(module: Path) -> list[str]:
    """The public names that a module gives to texts and to texts by key."""
    given = [node for node in ast.parse(module.read_text()).body if isinstance(node, ast.AnnAssign)]
    texts = [node for node in given if isinstance(node.value, ast.Constant | ast.Dict | ast.JoinedStr)]
    names = [node.target.id for node in texts if isinstance(node.target, ast.Name)]
    return [name for name in names if not name.startswith("_")]


def test_each_name_of_a_sentence_stands_once_in_the_catalogue() -> None:
    names = Counter(name for module in Path(catalogue.__path__[0]).glob("*.py") for name in _names_of_sentences(module))

    assert len(names) > 200
    assert [name for name, count in names.items() if count > 1] == []
