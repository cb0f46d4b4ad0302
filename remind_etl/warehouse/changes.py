"""The typed tables of changes, one a kind of record, and the view `planned.changes` over all of them."""

import json
from collections.abc import Mapping
from functools import cache

import duckdb
import pyarrow as pa

from remind_etl.catalogue.reasons import REASONS
from remind_etl.schema.records import KINDS, Kind
from remind_etl.warehouse import sql
from remind_etl.warehouse.parsing import parse_once
from remind_etl.warehouse.pipeline import clear_steps


@cache
def names_of_kind(kind: Kind) -> Mapping[str, str]:
    """The names of a kind that fill in a .sql file which serves each kind."""
    values = [column for column in kind.columns if column not in kind.key]

    def record(version: str) -> str:
        sides = {column: f'"{column}"' if column in kind.key else f'"{version}_{column}"' for column in kind.columns}
        return ", ".join(f'"{column}" := {side}' for column, side in sides.items())

    def delivered(column: str) -> str:
        if column in kind.key:
            return f'"{column}"'
        return f"""if("action" = 'remove', "old_{column}", "new_{column}") as "{column}\""""

    return {
        "records": kind.name,
        "platform": f"platform_{kind.name}",
        "changes": kind.changes,
        "key": ", ".join(f'"{column}"' for column in kind.key),
        "first_key": f'"{kind.key[0]}"',
        "columns": ", ".join(f'"{column}"' for column in kind.columns),
        "old_and_new": ", ".join(f'delivered."{v}" as "old_{v}", wanted."{v}" as "new_{v}"' for v in values),
        "is_changed": " or ".join(f'wanted."{v}" is distinct from delivered."{v}"' for v in values),
        "shape": json.dumps(dict.fromkeys(kind.columns, "VARCHAR")),
        "wished": f"wished_{kind.name}",
        "otherwise": ", ".join(f'"{v}" = otherwise."{v}"' for v in values),
        "is_same": " and ".join(f'"old_{v}" is not distinct from "new_{v}"' for v in values),
        "versions": ", ".join(f'"{k}"' for k in kind.key) + "".join(f', "old_{v}", "new_{v}"' for v in values),
        "old_record": record("old"),
        "new_record": record("new"),
        "delivered_record": ", ".join(map(delivered, kind.columns)),
        **_place(kind),
    }


def _place(kind: Kind) -> dict[str, str]:
    """Where the school of a change comes from."""
    schools = "class_schools" if kind.rosters else "account_schools"
    of = {"contact_points": "coalesce(new_account_id, old_account_id)", "guardianships": "student_account_id"}
    owner_id = "class_id" if kind.rosters else "account_id"
    has_school = "school_id" in kind.key
    return {
        "schools": schools,
        "owner_id": owner_id,
        "owner": of.get(kind.name, owner_id),
        "school_id": "" if has_school else "place.school_id",
        "no_school": "" if has_school else "null::varchar as school_id",
    }


def empty_plan(db: duckdb.DuckDBPyConnection) -> None:
    """Empty the schemas of a plan, and fill the table of reasons."""
    clear_steps(db, "planned")
    for statement in sql.statements("warehouse", "changes_begin"):
        db.execute(parse_once(statement))
    reasons = {"place": range(len(REASONS)), "reason_code": list(REASONS), "sentence": list(REASONS.values())}
    db.from_arrow(pa.table(reasons)).insert_into("planned.reasons")


def run_for_kind(db: duckdb.DuckDBPyConnection, package: str, name: str, kind: Kind) -> None:
    """Execute a .sql file that serves each kind, for this one."""
    for statement in sql.filled_statements(package, name, **names_of_kind(kind)):
        db.execute(parse_once(statement))


def create_view(db: duckdb.DuckDBPyConnection) -> None:
    """Create `planned.changes` over the typed tables."""
    for kind in KINDS:
        run_for_kind(db, "warehouse", "changes_view", kind)
    for statement in sql.statements("warehouse", "all_changes"):
        db.execute(parse_once(statement))
