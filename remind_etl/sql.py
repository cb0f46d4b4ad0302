"""The one way a .sql file is loaded."""

from functools import cache
from importlib.resources import files


@cache
def read(package: str, name: str) -> str:
    """The text of `name`.sql in the folder of the stage `package`.

    Raises FileNotFoundError if there is none.
    """
    return files("remind_etl").joinpath(package, f"{name}.sql").read_text(encoding="utf-8")
