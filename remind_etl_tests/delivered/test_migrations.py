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


def test_the_links_of_the_former_rule_are_found_in_the_districts_that_did_not_make_the_account(url: str) -> None:
    ids = {"teacher-of-ash": _uuid("ash:teacher:T1"), "guardian-of-elm": _uuid("elm:guardian:dee@x.org")}
    engine = migrate.engine(url)
    config = Config()
    config.set_main_option("script_location", str(files("remind_etl").joinpath("delivered", "migrations")))
    config.set_main_option("version_table", "delivered_version")
    columns = ("district_id", "account_id", "roles", "teacher_id", "first_name", "last_name")
    with engine.begin() as db:
        config.attributes["connection"] = db
        command.upgrade(config, "0006")
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
