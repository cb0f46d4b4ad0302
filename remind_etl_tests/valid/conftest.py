from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import duckdb
import pytest

from remind_etl_tests.warehouses import SMALL, prepared, rows

District = Callable[..., duckdb.DuckDBPyConnection]


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    """The small district with the rows of some files replaced: `district(schools=["S1,North High"])`.

    A file given as None is not sent; one given as bytes has just these.
    """
    with ExitStack() as open_warehouses:

        def begin(**files: Sequence[str] | bytes | None) -> duckdb.DuckDBPyConnection:
            sent: dict[str, str | bytes] = {**SMALL}
            for name, given in files.items():
                if given is None:
                    del sent[f"{name}.csv"]
                else:
                    sent[f"{name}.csv"] = given if isinstance(given, bytes) else rows(f"{name}.csv", *given)
            return open_warehouses.enter_context(prepared(tmp_path, sent))

        yield begin
