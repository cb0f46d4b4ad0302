"""The state the platform should have, from the valid rows of linked schools and from whom the platform knows."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import duckdb
import pyarrow as pa

from remind_etl.schema.records import ACCOUNTS, CLASS_MEMBERSHIPS, CLASSES, CONTACT_POINTS, GUARDIANSHIPS, Kind
from remind_etl.warehouse import findings
from remind_etl.warehouse.pipeline import StepTime, clear_steps, run_steps

KNOWN_PEOPLE: Final = (ACCOUNTS, CONTACT_POINTS, GUARDIANSHIPS)
"""The platform's records by which people are recognised."""

KNOWN_ROSTERS: Final = (CLASSES, CLASS_MEMBERSHIPS)
"""The platform's records to which classes are compared."""

REUSED: Final = pa.schema([("class_id", pa.string()), ("detail", pa.string())])


def provision_accounts(
    db: duckdb.DuckDBPyConnection, platform: Mapping[str, pa.Table], held_elsewhere: Callable[[pa.Table], pa.Table]
) -> list[StepTime]:
    """Fill the accounts, contact points, school memberships and guardianships that should be. Returns the steps' times.

    `platform` has KNOWN_PEOPLE of the district by kind, removed records too: who is in them keeps their account.
    `held_elsewhere` takes contact points (kind, value) of those whom the platform does not know of the district, and
    gives those (value, account_id) that accounts outside of the district hold.
    """
    findings.forget(db, "provisioned/accounts")
    clear_steps(db, "provisioned")
    with _registered(db, platform, KNOWN_PEOPLE):
        times = run_steps(db, "provisioned", "people", "guardians", "known", "claims", "persons", "recognised")
    db.register("held_elsewhere", held_elsewhere(db.view("unknown_contacts").to_arrow_table()))
    times += run_steps(db, "provisioned", "identities", "accounts", "accounts_found", "shared_contact_reasons")
    db.unregister("held_elsewhere")
    return times


def provision_rosters(
    db: duckdb.DuckDBPyConnection, platform: Mapping[str, pa.Table], reused: Mapping[str, str] | None = None
) -> list[StepTime]:
    """Fill the classes and class memberships that should be. Returns the steps' times.

    `platform` has KNOWN_ROSTERS, removed records too.

    `reused` are the class ids, with the detail, of which the drop made other classes when it was delivered: beside what
    was delivered they are the same class by now.
    """
    findings.forget(db, "provisioned/rosters")
    before = [{"class_id": class_id, "detail": detail} for class_id, detail in (reused or {}).items()]
    db.register("reused_before", pa.Table.from_pylist(before, REUSED))
    with _registered(db, platform, KNOWN_ROSTERS):
        times = run_steps(db, "provisioned", "rosters", "rosters_found", "class_reasons", "enrollment_reasons")
    db.unregister("reused_before")
    return times


@contextmanager
def _registered(
    db: duckdb.DuckDBPyConnection, platform: Mapping[str, pa.Table], kinds: tuple[Kind, ...]
) -> Iterator[None]:
    for kind in kinds:
        db.register(f"platform_{kind.name}", platform[kind.name])
    yield
    for kind in kinds:
        db.unregister(f"platform_{kind.name}")
