"""The state the platform should have, from the valid rows of linked schools and from whom the platform knows."""

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from remind_etl import sql
from remind_etl.warehouse import findings


def provision_accounts(db: duckdb.DuckDBPyConnection, platform: Mapping[str, pa.Table]) -> None:
    """Fill the accounts, contact points, school memberships and guardianships that should be.

    `platform` has the records that the platform holds of the district, by kind, removed ones too: who is in them keeps
    their account.
    """
    findings.forget(db, "provisioned/accounts")
    for name in ("accounts", "contact_points", "guardianships"):
        db.register(f"platform_{name}", platform[name])
    for step in ("people", "known", "claims", "identities", "accounts", "accounts_found"):
        for statement in sql.statements("provisioned", step):
            db.execute(statement)
    for name in ("accounts", "contact_points", "guardianships"):
        db.unregister(f"platform_{name}")


def provision_rosters(db: duckdb.DuckDBPyConnection) -> None:
    """Fill the classes and class seats that should be."""
    findings.forget(db, "provisioned/rosters")
    for statement in sql.statements("provisioned", "rosters"):
        db.execute(statement)
