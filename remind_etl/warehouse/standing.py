"""How many records stood at each school before a drop, so that its own additions never let it remove more there."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

import duckdb

_AT: Final = " at "


def school_parameters(standing: Mapping[str, int]) -> dict[str, list[str] | list[int]]:
    """The parameters of `standing_schools.sql`, from what a receipt keeps."""
    named = {key: records for key, records in standing.items() if _AT in key}
    return {
        "kinds": [key.split(_AT, 1)[0] for key in named],
        "schools": [key.split(_AT, 1)[1] for key in named],
        "records": list(named.values()),
    }


def standing_of_plan(db: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """The records that stood before the drop, by hold and by hold and school, for the receipt."""
    holds = db.execute("select kind, delivered from planned.holds").fetchall()
    schools = db.execute("select kind, school_id, records from planned.standing_schools order by all").fetchall()
    return dict(holds) | {f"{kind}{_AT}{school_id}": records for kind, school_id, records in schools}


def standing_after_return(
    standing: Mapping[str, int], returned: Iterable[tuple[str, str | None, int]]
) -> dict[str, int]:
    """The records that stood before the drop, and those that come back: their number by hold, or by hold and school.

    A hold or school without a number in `standing` gets none, so that all that is delivered counts there.
    """
    more = Counter({hold if school is None else f"{hold}{_AT}{school}": records for hold, school, records in returned})
    return {key: records + more[key] for key, records in standing.items()}
