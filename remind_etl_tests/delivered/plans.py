"""Plans for tests of the platform: changes that are written down, not worked out."""

from collections.abc import Mapping

import pyarrow as pa

from remind_etl.delivered.delivery import Changes, Plan
from remind_etl.schema.records import ACCOUNTS, CONTACT_POINTS, KINDS, Kind

Change = tuple[Kind, str, Mapping[str, str | None]]


def account(account_id: str, action: str = "create", **values: str) -> Change:
    """A change of an account of a student."""
    return ACCOUNTS, action, {"account_id": account_id, "roles": "student", **values}


def contact(value: str, account_id: str, action: str = "create") -> Change:
    """A change of an email."""
    return CONTACT_POINTS, action, {"account_id": account_id, "kind": "email", "value": value}


def plan_of(*changes: Change, base: int = 0, plan_hash: str = "h", drop_id: str = "d") -> Plan:
    """The plan of these changes, which rests on the delivery `base`."""
    rows: dict[str, list[dict[str, str | None]]] = {kind.name: [] for kind in KINDS}
    for kind, action, values in changes:
        rows[kind.name].append({**dict.fromkeys(kind.columns), **values, "action": action})
    shapes = {kind.name: pa.schema([(c, pa.string()) for c in (*kind.columns, "action")]) for kind in KINDS}
    tables = {name: Changes.of(pa.Table.from_pylist(rows, schema=shapes[name])) for name, rows in rows.items()}
    changed = pa.schema([(c, pa.string()) for c in ("kind", "id", "action", "before", "after")]).empty_table()
    return Plan(drop_id, plan_hash, base, {"students": 7}, tables, changed)
