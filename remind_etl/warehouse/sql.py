"""The one way a .sql file is loaded."""

from functools import cache
from importlib.resources import files


@cache
def read(package: str, name: str) -> str:
    """The text of `name`.sql in the folder of the stage `package`.

    Raises FileNotFoundError if there is none.
    """
    return files("remind_etl").joinpath(package, f"{name}.sql").read_text(encoding="utf-8")


@cache
def statements(package: str, name: str) -> tuple[str, ...]:
    """The statements of that file, which end in a semicolon at the end of a line.

    DuckDB binds parameters in the last statement of a text only, so each is executed by itself.
    """
    return tuple(part.strip() for part in read(package, name).split(";\n") if part.strip())
