"""The language lint: sentences of at most 25 words, and no forbidden phrase (docs/style.md).

`python -m remind_etl_tests.language` prints each fault as `file:line: fault` and exits 1 if there is one. It reads the Markdown
of the repository, the texts of `remind_etl/catalogue/`, the labels of pages and the help of every command. A sentence in a template
of a page is a fault. Code, links and ids count as one word.
"""

import ast
import csv
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias

from typer.main import get_command

import remind_etl
from remind_etl.catalogue.problems import CATALOGUE
from remind_etl.catalogue.remedies import REMEDIES
from remind_etl.cli.commands import app

CODE: Final = Path(remind_etl.__file__).parent
REPOSITORY: Final = CODE.parent
MOST_WORDS: Final = 25
MOST_OF_HEADING: Final = 4
"""Words of a label that is no sentence, such as "What to do next"."""

Block: TypeAlias = tuple[str, int, str]
"""A paragraph, list item, table cell or text of the program: where it stands, its first line, and its text."""

FORBIDDEN: Final = {
    re.compile(pattern, 0 if pattern.startswith("^") else re.IGNORECASE): advice
    for pattern, advice in {
        r"^(Who|Whom|Whose|What|Whoever|Whatever)\b[^?]*$": "name the subject; a relative clause is none",
        r"\b(so|because|if|but|unless|of|by|from) whom?\b": "name the person",
        r"\bwhom\b": "name the person",
        r"^Of (?!course)": "begin with the subject",
        r"\b(is|are|was|were|be|been|being|it) (told|said)\b": "name who reports it, or write 'is reported'",
        r"\b(is|are|was|were|be) (none|nobody|nobody's)\b": "write 'no' or 'not' with the noun",
        r"\bnone (it|they) (is|are)\b": "write 'no' or 'not' with the noun",
        r"\b(by|to|for) nobody\b": "write 'no one' as the subject, or turn the sentence round",
        r"\bof (ours|theirs)\b": "name the thing",
        r"\b(but|save) for\b": "write 'except'",
        r"\bin (the place|its stead|their stead|place) of which\b": "write 'instead of'",
        r"\bits stead\b": "write 'instead'",
        r"\b(the|all|each) (kept|held|told|waiting|rejected|delivered|paused)(?=[.,;:)]|$| (is|are|was|and|or|stays?)\b)": (
            "put the noun after the participle: 'held changes'"
        ),
        r"\bwhere (there is none|it is none|that is so|they do not|they are none)\b": "write 'if', with the noun",
        r"\b(e\.g|i\.e|etc)\.": "write it out",
    }.items()
}
OLD_TERMS: Final = {
    re.compile(pattern): new
    for pattern, new in {
        r"\b[Ww]alk(s|ed|ing)?\b(?!\(|\.md)": "pipeline",
        r"\b([Ss]tray|[Aa]stray)\b(?!_)": "malformed quote",
        r"\b([Pp]lain|[Ee]xact) (path|reader)\b": "fast path, fallback reader",
        r"\b[Ss]eats?\b": "class membership",
        r"\b([Ww]inners?|[Rr]ivals?)\b": "contact claims, canonical person, person identity",
        r"\b(planned\.kept|kept records?|records kept)\b": "protected records",
        r"\bDesk\b": "HoldService",
        r"`Word`": "ApprovalConfig",
        r"`upon`": "previous_delivery",
    }.items()
}


def faults(text: str) -> Iterator[str]:
    """What is wrong with a text of one block, in words that say what to write instead."""
    for sentence in sentences(text):
        words = re.findall(r"[^\W_][\w'’./@-]*", sentence)
        if len(words) > MOST_WORDS:
            yield f"{len(words)} words in a sentence, at most {MOST_WORDS}: {sentence[:60]}…"
        for pattern, advice in FORBIDDEN.items():
            if found := pattern.search(sentence):
                yield f"'{found[0][:40]}': {advice}"
    for pattern, new in OLD_TERMS.items():
        if found := pattern.search(text):
            yield f"'{found[0]}' is an old term: {new}"


def sentences(text: str) -> list[str]:
    """The sentences of a block. Code, links and placeholders become one word."""
    plain = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", re.sub(r"`[^`]+`", "Code", text))
    plain = re.sub(r"\{[^{}]*\}|\[(bold|dim|/)[^\]]*\]", "Value", plain).replace("**", "")
    return [s for s in re.split(r"(?<=[.!?])[)\"”]?\s+|:\s*$", plain.strip()) if s]


def markdown(path: Path) -> Iterator[Block]:
    """The blocks of a Markdown file: paragraphs, list items and table cells; neither code nor headings."""
    name, block, start, fenced = path.relative_to(REPOSITORY).as_posix(), "", 0, False
    for number, line in enumerate([*path.read_text(encoding="utf-8").splitlines(), ""], 1):
        text = line.strip()
        fence = text.startswith("```")
        opens = re.match(r"([-*]|\d+\.) +", text)
        if block and (fence or fenced or not text or opens or text.startswith(("|", "#", ">", "<"))):
            yield name, start, block
            block = ""
        fenced ^= fence
        if fence or fenced or not text or text.startswith(("#", "<", "|--")):
            continue
        if text.startswith("|"):
            yield from ((name, number, cell.strip()) for cell in re.split(r"(?<!\\)\|", text.strip("|")))
            continue
        block, start = (f"{block} {text}", start) if block else (text[opens.end() if opens else 0 :], number)


def catalogue() -> Iterator[Block]:
    """The texts of the catalogue: problems and remedies as people read them, its strings, the cells of its CSV files."""
    yield from ((f"problem {p.code}", 0, text) for p in CATALOGUE for text in (p.message, p.fix))
    yield from ((f"remedy {name}", 0, fix) for name, fix in REMEDIES.items())
    for path in sorted((CODE / "catalogue").rglob("*.py")):
        name, tree = path.relative_to(REPOSITORY).as_posix(), ast.parse(path.read_text(encoding="utf-8"))
        parts = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                texts = [p.value if isinstance(p, ast.Constant) else "Value" for p in node.values]
                yield name, node.lineno, " ".join("".join(map(str, texts)).split())
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in parts:
                for paragraph in re.split(r"\n{2,}", node.value):
                    yield name, node.lineno, " ".join(paragraph.split())
    for path in sorted((CODE / "catalogue").rglob("*.csv")):
        rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
        yield from ((path.relative_to(REPOSITORY).as_posix(), n, cell) for n, row in enumerate(rows, 1) for cell in row)


def command_help() -> Iterator[Block]:
    """The help of every command, argument and option."""

    def of(command: Any, path: str) -> Iterator[Block]:
        texts = (command.help, command.epilog, *(getattr(parameter, "help", None) for parameter in command.params))
        for paragraph in (p for text in texts if text for p in re.split(r"\n{2,}", text)):
            yield path, 0, " ".join(paragraph.split())
        for name, sub in getattr(command, "commands", {}).items():
            yield from of(sub, f"{path} {name}")

    yield from of(get_command(app), "remind-etl")


def labels() -> Iterator[Block]:
    """What the templates of pages show: headings, labels and buttons, and words in attributes and expressions."""
    for path in sorted((CODE / "web" / "templates").rglob("*.html")):
        name = path.relative_to(REPOSITORY).as_posix()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            yield from ((name, number, text) for text in labels_of(line))


def labels_of(line: str) -> Iterator[str]:
    """The texts that a line of a template shows."""
    for expression in re.findall(r"\{\{.*?\}\}|\{%.*?%\}", line):
        yield from (
            text for pair in re.findall(r"\"([^\"]*)\"|'([^']*)'", expression) for text in pair if " " in text.strip()
        )
    shown = re.sub(r"\{%.*?%\}", "", re.sub(r"\{\{.*?\}\}", "{value}", line))
    yield from re.findall(r"\b(?:aria-label|title|placeholder|alt)=\"([^\"]+)\"", shown)
    yield from (
        text.strip() for text in re.split(r"<[^>]*>", shown) if re.search(r"[a-z]{2}", text.replace("{value}", ""))
    )


def misplaced(text: str) -> Iterator[str]:
    """A sentence in a template. A heading may ask a question."""
    if re.search(r"[a-z]{2}[^.]*\.(\s|$)", text.replace("{value}", "")):
        yield f"write this sentence into catalogue/page_texts.py: {text[:60]}"


def documents() -> Iterator[Block]:
    """The blocks of all Markdown of the repository."""
    folders = ("docs", "remind_etl", "remind_etl_tests", "bench", "deploy")
    paths = [*REPOSITORY.glob("*.md"), *(path for folder in folders for path in (REPOSITORY / folder).rglob("*.md"))]
    paths = [path for path in paths if REPOSITORY / "bench" / "made" not in path.parents]
    for path in sorted(paths):
        yield from markdown(path)


def lint() -> list[str]:
    """Every fault of all texts, each once, as `file:line: fault`."""
    blocks = [block for texts in (documents, catalogue, command_help) for block in texts()]
    blocks += [block for block in labels() if len(block[2].split()) > MOST_OF_HEADING]
    found = [(name, line, fault) for name, line, text in blocks for fault in faults(text)]
    found += [(name, line, fault) for name, line, text in labels() for fault in misplaced(text)]
    return list(dict.fromkeys(f"{name}:{line}: {fault}" for name, line, fault in found))


if __name__ == "__main__":
    found = lint()
    print(*found, sep="\n", end="\n" if found else "")  # noqa: T201
    sys.exit(bool(found))
