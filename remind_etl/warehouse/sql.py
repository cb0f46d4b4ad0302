"""The one way a .sql file is loaded."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from remind_etl.schema.upload import File

_NAME: Final = re.compile(r"\$\{(\w+)\}")


@cache
def sql_text(package: str, name: str) -> str:
    """The text of `name`.sql in the folder of the stage `package`.

    Raises FileNotFoundError if there is none.
    """
    return files("remind_etl").joinpath(package, f"{name}.sql").read_text(encoding="utf-8")


@cache
def statements(package: str, name: str) -> tuple[str, ...]:
    """The statements of that file, which end in a semicolon at the end of a line.

    DuckDB binds parameters in the last statement of a text only, so each is executed by itself.
    """
    return split_statements(sql_text(package, name))


def split_statements(text: str) -> tuple[str, ...]:
    """The statements of a text, without what is blank or has comments alone."""
    return tuple(part.strip() for part in text.split(";\n") if any(map(_is_code, part.splitlines())))


def _is_code(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("--")


@cache
def filled_statements(package: str, name: str, **names: str) -> tuple[str, ...]:
    """The statements of that file, with these names of tables or columns in the places of `${...}`."""
    return split_statements(fill_names(sql_text(package, name), names))


def fill_names(text: str, names: Mapping[str, str]) -> str:
    """The text with these names in the places of `${...}`."""
    return _NAME.sub(lambda found: names[found[1]], text)


def statements_of_file(package: str, name: str, file: File) -> tuple[str, ...]:
    """The statements of a .sql file that serves each upload file: `${table}` and `${id_column}` are those of `file`."""
    return filled_statements(package, name, table=file.name, id_column=file.id_column)
