"""Domains of other letters as mail servers write them. Source: RFC 5891 and UTS 46, by the library `idna`."""

from collections.abc import Iterable, Mapping

import duckdb
import idna

from remind_etl.schema.upload import File
from remind_etl.valid.column_rules import names_in_steps
from remind_etl.warehouse import sql
from remind_etl.warehouse.parsing import parse_once


def set_ascii_domains(db: duckdb.DuckDBPyConnection, file: File | None = None) -> None:
    """Set the connection's variable `ascii_domains` to those of the emails of a file; without a file, to none."""
    found = (
        db.execute(*map(parse_once, sql.filled_statements("valid", "domains_sent", **names_in_steps(file)))).fetchall()
        if file
        else []
    )
    ascii_domains = _ascii_domains(domain for (domain,) in found)
    db.execute(
        parse_once("set variable ascii_domains = map($domains::varchar[], $ascii_domains::varchar[])"),
        {"domains": [*ascii_domains], "ascii_domains": [*ascii_domains.values()]},
    )


def _ascii_domains(domains: Iterable[str]) -> Mapping[str, str]:
    known = {}
    for domain in domains:
        try:
            known[domain] = idna.encode(domain, uts46=True, std3_rules=True).decode()
        except idna.IDNAError:
            continue  # it stays an address that cannot be read
    return known
