"""Words of a district in Markdown reach a browser as words."""

import duckdb
import pytest
from markdown_it import MarkdownIt

from remind_etl.catalogue.markdown import code_span, escaped_sentence, markdown_table
from remind_etl.planned import tell

HOSTILE = (
    "![x](https://example.org/x.png)",
    "[x](javascript:alert)",
    "<img src=x>",
    "<b>x",
    "`![x](y)`",
    "``",
    "a|b",
    "https://example.org/?x=1",
    "www.example.org",
    "ann@example.org",
    "![x][y]",
    "&lt;img&gt;",
    "a\n\n# b",
    "*x* ~~x~~",
    "\\",
)


def _rendered(markdown: str) -> str:
    return str(MarkdownIt().enable(["table", "strikethrough"]).render(markdown))


def _without_code(html: str) -> str:
    return "".join(part.split("</code>")[-1] for part in html.split("<code>"))


@pytest.mark.parametrize("words", HOSTILE)
def test_words_of_a_district_make_no_image_link_or_html(words: str) -> None:
    lines = "\n".join(
        markdown_table(("id", "n"), [(code_span(words), 1), (escaped_sentence(f"The value {words} is wrong."), 2)])
    )
    html = _rendered(lines)

    assert not [tag for tag in ("<img", "<a ", "<b>", "<h1", "<em", "<s>", "<del") if tag in html]
    assert html.count("<tr>") == 3
    # What a browser's Markdown would make a link by itself stands in code.
    assert not [sign for sign in ("://", "www.", "@") if sign in _without_code(html)]


@pytest.mark.parametrize("words", HOSTILE)
def test_the_plan_shows_an_id_as_code(words: str) -> None:
    db = duckdb.connect()
    db.execute("create schema planned")
    db.execute(
        "create table planned.changes as select 'classes' as kind, $id as id, 1 as change_id, 'remove' as action, "
        "'held' as state, null as reason, $id as school, null as before, null as after",
        {"id": words},
    )
    db.execute(
        "create table planned.contact_point_changes (change_id integer, kind text, new_account_id text, "
        "old_account_id text)"
    )

    for markdown in (tell.first_changes(db), tell.changes_by_school(db)):
        html = _rendered(markdown)
        assert not [tag for tag in ("<img", "<a ", "<b>", "<h1", "<em", "<s>") if tag in html]
        assert not [sign for sign in ("://", "www.", "@") if sign in _without_code(html)]


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("Write one address, such as name@example.org.", "Write one address, such as `name@example.org`."),
        ("Is it ann@example.org? Ask.", "Is it `ann@example.org`? Ask."),
        (
            "See https://example.org/?x=1, then www.example.org...",
            "See `https://example.org/?x=1`, then `www.example.org`...",
        ),
    ],
)
def test_the_end_of_a_sentence_stands_outside_of_the_code(sentence: str, shown: str) -> None:
    assert escaped_sentence(sentence) == shown
