"""The language lint finds what it should; each word of the glossary is defined once."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from remind_etl.catalogue import page_texts
from remind_etl.catalogue.problems import CATALOGUE
from remind_etl.cli.commands import app
from remind_etl_tests import language

GLOSSARY = language.REPOSITORY / "docs" / "glossary.md"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("one " * 25 + "more.", "26 words in a sentence"),
        ("Who loses keeps the account.", "'Who loses keeps the account.'"),
        ("Names are compared. What was not sent stays.", "'What was not sent stays.'"),
        ("People whom students.csv names.", "'whom'"),
        ("It is kept, so who waits gets no account.", "'so who'"),
        ("Of a paused district all changes wait.", "'Of '"),
        ("A problem is told once.", "'is told'"),
        ("The grade is none we know.", "'is none'"),
        ("A folder that is writable by nobody else.", "'by nobody'"),
        ("Where a column of ours has one.", "'of ours'"),
        ("All drops but for the newest.", "'but for'"),
        ("All of the kept are protected: the kept stay.", "'the kept'"),
        ("District data, e.g. names.", "'e.g.'"),
        ("The district's walk starts.", "'walk' is an old term"),
        ("The first quote is astray.", "'astray' is an old term"),
        ("A stray quote.", "'stray' is an old term"),
        ("The exact reader.", "'exact reader' is an old term"),
        ("Owners keep their seats.", "'seats' is an old term"),
        ("The winner has the email.", "'winner' is an old term"),
        ("See `planned.kept`.", "'planned.kept' is an old term"),
    ],
)
def test_a_forbidden_text_is_found(text: str, fault: str) -> None:
    assert any(fault in found for found in language.faults(text))


@pytest.mark.parametrize(
    "text",
    [
        "one " * 24 + "end. " + "Two " * 24 + "end.",
        "What went wrong?",
        "The code is `stray_quote`, and `Path.walk()` stays.",
        "A district, which uploads, has a login. A person who works there knows it.",
        "Of course not.",
        "The held changes wait, and all protected records stay.",
        f"Read [{'one ' * 20}](a/very/long/link.md) in `{'code ' * 30}` first.",
    ],
)
def test_plain_english_passes(text: str) -> None:
    assert list(language.faults(text)) == []


def test_code_tables_and_headings_of_markdown_are_read_as_what_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# What a heading says\n\nOne paragraph\nover two lines.\n- An item\n  goes on.\n- Another.\n\n"
        "```sh\ncode\n```\n| a | `b \\| c` |\n|---|---|\n1. Step.\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(language, "REPOSITORY", tmp_path)
    assert list(language.documents()) == [
        ("page.md", 3, "One paragraph over two lines."),
        ("page.md", 5, "An item goes on."),
        ("page.md", 7, "Another."),
        ("page.md", 12, "a"),
        ("page.md", 12, "`b \\| c`"),
        ("page.md", 14, "Step."),
    ]


def test_all_texts_of_the_catalogue_and_the_help_of_all_commands_are_read() -> None:
    read = {sentence for _, _, text in language.catalogue() for sentence in language.sentences(text)}
    texts = [text for problem in CATALOGUE for text in (problem.message, problem.fix)]
    assert [sentence for text in texts for sentence in language.sentences(text) if sentence not in read] == []
    helped = {name for name, _, _ in language.command_help()}
    assert {f"remind-etl {name}" for name in getattr(get_command(app), "commands", {})} <= helped


def test_each_word_of_the_glossary_is_defined_once_in_order() -> None:
    words = re.findall(r"^\| ([^|]+) \|", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE)[1:]
    assert words == sorted(set(words), key=str.lower)


def test_documents_catalogue_and_command_help_are_in_plain_english() -> None:
    assert language.lint() == []


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ('<h2 id="now">Your files</h2><p>{{ page_texts.NONE }}</p>', ["Your files"]),
        ('<a aria-label="Copy it" href="/d/{{ id }}">Copy<span>, now</span></a>', ["Copy it", "Copy", ", now"]),
        ('{{ "a school" if one else "many schools" }} {% if x == "on hold" %}wait{% endif %}', None),
    ],
)
def test_what_a_template_shows_is_read(line: str, texts: list[str] | None) -> None:
    expected = texts or ["a school", "many schools", "on hold", "{value} wait"]

    assert list(language.labels_of(line)) == expected


@pytest.mark.parametrize(
    "text", ["Nothing is older.", "{value} rows are left. Go on", "See the docs. Then go on.", "Nothing."]
)
def test_a_sentence_in_a_template_is_a_fault(text: str) -> None:
    assert list(language.misplaced(text))


@pytest.mark.parametrize("text", ["Confirm {value}?", "Status", ".zip", "students.csv", "{value}, {value}", "{value}."])
def test_a_label_in_a_template_is_none(text: str) -> None:
    assert list(language.misplaced(text)) == []


def test_each_sentence_of_a_page_stands_in_a_template_and_each_that_stands_there_is_known() -> None:
    templates = (language.CODE / "web" / "templates").rglob("*.html")
    used = {name for path in templates for name in re.findall(r"page_texts\.(\w+)", path.read_text(encoding="utf-8"))}

    assert used == {name for name in vars(page_texts) if name.isupper()}
