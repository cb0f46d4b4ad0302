"""What a migration makes of the rows of an earlier version."""

import hashlib
import uuid
from importlib.resources import files
from typing import Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from remind_etl.databases import migrate
from remind_etl.delivered.platform import PlatformStore
from remind_etl.delivered.tables import NO_DISTRICT
from remind_etl.schema.district_id import DistrictId

ACCOUNTS: Final = (
    ("ash", "teacher-of-ash", "teacher", "T1", "Ann", "Lee"),
    ("elm", "teacher-of-ash", "teacher", "X9", "Ann", "Lee"),
    ("ash", "guardian-of-elm", "guardian", None, "Dee", "Fox"),
    ("elm", "guardian-of-elm", "guardian", None, "Dee", "Fox"),
    ("elm", "unknown", "guardian", None, "Eve", "Fox"),
    ("oak", "unknown", "guardian", None, "Eve", "Fox"),
    (NO_DISTRICT, "own", "", None, "Cem", "Tan"),
    ("ash", "own", "teacher", "T7", "Cem", "Tan"),
    ("ash", "alone", "student", None, "Kid", "Fox"),
)


def _uuid(name: str) -> str:
    namespace = uuid.UUID("f3a1c6d2-b95e-4c0f-8a7d-1e2b6c9f5d04")
    return str(uuid.UUID(bytes=hashlib.sha1(namespace.bytes + name.encode()).digest()[:16], version=5))  # noqa: S324


def _upgraded(url: str, revision: str) -> sa.Engine:
    """The database at that revision."""
    engine = migrate.open_engine(url)
    config = Config()
    config.set_main_option("script_location", str(files("remind_etl").joinpath("delivered", "migrations")))
    config.set_main_option("version_table", "delivered_version")
    with engine.begin() as db:
        config.attributes["connection"] = db
        command.upgrade(config, revision)
    return engine


def test_the_links_of_the_former_rule_are_found_in_the_districts_that_did_not_make_the_account(url: str) -> None:
    ids = {"teacher-of-ash": _uuid("ash:teacher:T1"), "guardian-of-elm": _uuid("elm:guardian:dee@x.org")}
    columns = ("district_id", "account_id", "roles", "teacher_id", "first_name", "last_name")
    with _upgraded(url, "0006").begin() as db:
        for district, account, *values in ACCOUNTS:
            row = dict(zip(columns, (district, ids.get(account, account), *values), strict=True))
            db.execute(sa.insert(sa.table("accounts", *map(sa.column, columns))).values(row))
        contact = {"district_id": "elm", "account_id": ids["guardian-of-elm"], "kind": "email", "value": "dee@x.org"}
        db.execute(sa.insert(sa.table("contact_points", *map(sa.column, contact))).values(contact))

    store = PlatformStore(url)

    found = {d: {link.account_id for link in store.links(DistrictId(d))} for d in ("ash", "elm", "oak")}
    assert found == {
        "ash": {ids["guardian-of-elm"], "own"},
        "elm": {ids["teacher-of-ash"]},
        "oak": {"unknown"},
    }
    assert {link.rule for link in store.links(DistrictId("ash"))} == {"former_rule"}


def test_tables_in_the_order_of_their_key_keep_each_record_and_the_views_over_them(url: str) -> None:
    contacts = [("oak", "b", "phone", "+1", None, "2026-01-01"), ("oak", "a", "email", "a@x.org", "2026-02-02", None)]
    contact = ("district_id", "account_id", "kind", "value", "removed_at", "verified_at")
    seats = [("oak", "C2", "b", "student", "S1"), ("oak", "C1", "b", "owner", "T1")]
    seat = ("district_id", "class_id", "account_id", "role", "record_id")
    account = {"district_id": "oak", "account_id": "b", "roles": "student"}
    old_contacts, old_seats = (
        sa.table(t, *map(sa.column, c)) for t, c in (("contact_points", contact), ("class_memberships", seat))
    )
    with _upgraded(url, "0007").begin() as db:
        db.execute(sa.insert(sa.table("accounts", *map(sa.column, account))).values(account))
        for table, rows in ((old_contacts, contacts), (old_seats, seats)):
            db.execute(sa.insert(table), [dict(zip(table.c.keys(), row, strict=True)) for row in rows])

    engine = PlatformStore(url).engine

    with engine.connect() as db:
        assert sorted(map(tuple, db.execute(sa.select(old_contacts))), key=str) == sorted(contacts, key=str)
        for name in ("class_memberships", "class_seats", "class_members"):
            assert sorted(map(tuple, db.execute(sa.select(sa.table(name, *map(sa.column, seat)))))) == sorted(seats)
        of_tables = [index for name in ("accounts", "contact_points") for index in sa.inspect(db).get_indexes(name)]
        assert {index["name"] for index in of_tables} == {"accounts_by_id", "contact_points_by_value"}
