"""The page docs/columns.md, made from `tables.py`: `python -m remind_etl.schema.columns_page` writes it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import remind_etl
from remind_etl.schema import upload
from remind_etl.schema.tables import DECIDED, LANDED_FILES, PLATFORM, PUBLISHED, RAW, VALID, Table

PAGE: Final = Path(remind_etl.__file__).parent.parent / "docs" / "columns.md"

_HEAD: Final = """\
# Columns

Every public table and column. This page is made from `remind_etl/schema/tables.py` by
`python -m remind_etl.schema.columns_page`: change it there. Key columns are **bold**. Types are those of DuckDB.
"""
_SECTIONS: Final = (
    (
        "Published tables",
        "Parquet files in `<home>/published/<district>/`. The manifest there names the file of each table. "
        "`remind-etl export ID TABLE` writes one as CSV, JSON or Parquet.",
        PUBLISHED,
    ),
    (
        "Tables of the platform",
        "The platform's database. Every record has its district. A removed record stays, with `removed_at`. "
        "`class_members` is a view. The view `class_seats` is a former name of `class_memberships`.",
        PLATFORM,
    ),
    ("Decisions", "The database of what people decided.", DECIDED),
    ("Valid tables", "Rows that can be used, in the district's DuckDB file.", VALID),
    (
        "Raw tables",
        "The files of the drop as they were sent, in the district's DuckDB file.",
        (LANDED_FILES, *RAW),
    ),
)


def render_columns_page() -> str:
    """The page: the files that districts send, then each table with its columns."""
    return "\n".join((_HEAD, *_upload_files(), *(line for section in _SECTIONS for line in _section(*section))))


def _upload_files() -> Iterator[str]:
    yield from ("## Files of a drop", "", "The columns that a district sends. Other columns are ignored.", "")
    yield from ("| file | column | a value is required | longest value | other name |", "|---|---|---|---|---|")
    for file in upload.FILES:
        for column in file.columns:
            names = ", ".join(f"`{alias}`" for alias in column.aliases)
            required = "yes" if column.required else "no"
            yield f"| {file.file_name} | `{column.name}` | {required} | {column.limit} | {names} |"
    yield ""


def _section(title: str, text: str, tables: tuple[Table, ...]) -> Iterator[str]:
    yield from (f"## {title}", "", text, "")
    for table in tables:
        yield from (f"### {title.split()[0]}: {table.name}", "", table.grain, "")
        yield from ("| column | type | meaning | source |", "|---|---|---|---|")
        for column in table.columns:
            name = f"**`{column.name}`**" if column.name in table.key else f"`{column.name}`"
            yield f"| {name} | {column.type} | {column.meaning} | {column.source} |"
        yield ""


if __name__ == "__main__":
    PAGE.write_text(render_columns_page(), encoding="utf-8")
