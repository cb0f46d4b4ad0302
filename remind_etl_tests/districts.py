"""A district day by day: the real rules take its files to the platform."""

import hashlib
import json
import pickle
import sqlite3
import tempfile
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import duckdb
import sqlalchemy as sa

from remind_etl import suites
from remind_etl.catalogue.rule import IN_SET, NOT_NULL, UNIQUE
from remind_etl.delivered.deliver import deliver
from remind_etl.delivered.delivery import Receipt
from remind_etl.delivered.platform import PlatformStore
from remind_etl.delivered.tables import TABLES
from remind_etl.landed.copy import LandingStore
from remind_etl.mapped.link import link_schools
from remind_etl.planned.plan import Before, Pause, Planned, plan_changes
from remind_etl.provisioned.provision import Outside, provision_accounts, provision_rosters
from remind_etl.schema.limits import Limits
from remind_etl.schema.records import KINDS
from remind_etl.warehouse.platform_records import load_records
from remind_etl_tests.warehouses import DISTRICT, SMALL, prepared, rows

HEADERS: Final = {name: text.split("\n", 1)[0].split(",") for name, text in SMALL.items()}

PLATFORM: Final = "platform.db"
ROOMY: Final = Limits(removal_most=1, usual_count=1_000_000, school_share=1)
"""Limits for tests of other rules: a small district may lose all of a kind."""

Row = tuple[Any, ...]
Check = Callable[[duckdb.DuckDBPyConnection], None]


def files(**tables: list[str]) -> dict[str, str]:
    """A drop with these lines, `teachers=["S1,T1,…"]`; files not named are as in SMALL."""
    return SMALL | {f"{name}.csv": rows(f"{name}.csv", *lines) for name, lines in tables.items()}


def accounts_only(sent: Mapping[str, str]) -> dict[str, str]:
    """The drop without the files that roster classes."""
    return {name: text for name, text in sent.items() if name not in ("classes.csv", "enrollments.csv")}


@dataclass
class Day:
    """A drop that was read; `plan_and_deliver` takes it to the platform, as often as it is called."""

    db: duckdb.DuckDBPyConnection
    platform: PlatformStore
    landing: LandingStore
    link: Mapping[str, str] = field(default_factory=dict)
    """What people decided of schools, where it is not `confirmed`: by school_id `ignored`, or `waits`."""
    taken_back: Collection[str] = ()
    """The accounts of links that people took back."""

    def provision(self) -> None:
        """Fill mapped and provisioned."""
        schools = [school_id for (school_id,) in self.db.sql("select school_id from valid.schools").fetchall()]
        decided = {school_id: self.link.get(school_id, "confirmed") for school_id in schools}
        links = [
            (s, f"platform-{s}" if how == "confirmed" else None, how) for s, how in decided.items() if how != "waits"
        ]
        link_schools(self.db, {f"platform-{s}": f"The school {s}" for s in schools}, links, "ask")
        state = self.platform.state(DISTRICT)
        ((drop_id,),) = self.db.sql("select drop_id from landed.drops").fetchall()
        outside = Outside(
            lambda contacts: self.platform.held_elsewhere(DISTRICT, contacts),
            state.linked,
            self.taken_back,
            self.platform.links_anywhere(),
        )
        provision_accounts(self.db, state.records, outside)
        provision_rosters(self.db, state.records, state.reused(drop_id))

    def plan(
        self,
        approve: Mapping[str, Collection[str]] | None = None,
        limits: Limits | None = None,
        pause: Pause | None = None,
        approve_always: Collection[str] = (),
        check: Check = lambda _: None,
    ) -> Planned:
        """Fill planned; `approve` are the kinds that a person approved, by hash, `approve_always` those of any hash.

        `check` looks at the provisioned tables before, as the suites of the job do: a plan clears problems.
        """
        self.provision()
        check(self.db)
        state = self.platform.state(DISTRICT)
        ((drop_id,),) = self.db.sql("select drop_id from landed.drops").fetchall()
        history = self.platform.history(DISTRICT, drop_id)
        before = Before(
            state.records,
            state.base,
            self.platform.previous_delivery(DISTRICT, drop_id),
            state.standing(drop_id),
            history.usual,
            self.landing.cut_files(DISTRICT, drop_id, history.earlier_drops),
        )
        return plan_changes(self.db, before, lambda h: (approve or {}).get(h, approve_always), limits or ROOMY, pause)

    def plan_and_deliver(
        self,
        approve: Mapping[str, Collection[str]] | None = None,
        limits: Limits | None = None,
        pause: Pause | None = None,
        check: Check = lambda _: None,
    ) -> Planned:
        """Plan what the drop changes, and deliver it."""
        planned = self.plan(approve, limits, pause, check=check)
        self.deliver()
        return planned

    def deliver(self, force_older: bool = False) -> None:
        """Deliver what was planned; in force is the newest of this drop and those that were delivered."""
        ((drop_id,),) = self.db.sql("select drop_id from landed.drops").fetchall()
        in_force = max(drop_id, *(past.drop_id for past in self.platform.deliveries(DISTRICT)), "")
        self.receipt = deliver(self.db, self.platform, in_force, force_older)

    receipt: Receipt | None = None

    def rows(self, table: str, *columns: str) -> list[Row]:
        """Those columns of a table, all without any named, sorted."""
        names = ", ".join(f'"{column}"' for column in columns) or "*"
        return self.db.table(table).project(names).order("all").fetchall()

    def rows_where(self, table: str, where: str, *columns: str) -> list[Row]:
        """Those columns of the rows of a table for which the condition holds, sorted."""
        names = ", ".join(f'"{column}"' for column in columns)
        return self.db.table(table).filter(where).project(names).order("all").fetchall()

    def one(self, table: str, where: str) -> dict[str, Any]:
        """The one row of a table for which the condition holds, by column."""
        found = self.db.table(table).filter(where)
        (row,) = found.fetchall()
        return dict(zip(found.columns, row, strict=True))

    def changes(self, state: str = "go") -> list[tuple[str, str, str]]:
        """Kind, action and id of the changes that go through, or of those held."""
        found = self.db.table("planned.changes").filter(
            duckdb.ColumnExpression("state") == duckdb.ConstantExpression(state)
        )
        return found.project('kind, "action", id').order("all").fetchall()

    def protected(self) -> dict[tuple[str, str], str]:
        """The reasons of protected records, by kind and id."""
        rows = self.rows("planned.protected_reasons", "kind", "key", "reason")
        return {(kind, record): reason for kind, record, reason in rows}

    def problems(self) -> list[tuple[str, str]]:
        """Code and record of what is wrong."""
        return self.rows("valid.problems", "code", "record_id")


@dataclass(frozen=True)
class Elsewhere:
    """A contact point of an account outside of the district; `of` is NO_DISTRICT for an account of the person's own."""

    account_id: str
    value: str
    name: str = ""
    roles: str = ""
    of: str = "elm"
    is_verified: bool = True

    @property
    def kind(self) -> str:
        """`email` or `phone`."""
        return "email" if "@" in self.value else "phone"


@dataclass
class District:
    """A district with a platform of its own, below a folder."""

    folder: Path
    platform: PlatformStore
    days: int = 0
    taken_back: Collection[str] = ()

    @contextmanager
    def day(self, sent: Mapping[str, str | bytes], link: Mapping[str, str] | None = None) -> Iterator[Day]:
        """The next day's drop, read."""
        self.days += 1
        with prepared(self.folder / f"day{self.days}", sent, landing=self.folder / "landed") as db:
            yield Day(db, self.platform, LandingStore(self.folder / "landed"), link or {}, self.taken_back)

    def deliver(self, sent: Mapping[str, str | bytes], link: Mapping[str, str] | None = None) -> Planned:
        """Deliver the next day's drop; what a first one leaves is worked out once, and then copied."""
        key = repr((sorted(sent.items()), sorted((link or {}).items())))
        is_first = self.days == 0 and self._is_new()
        if is_first and (known := FIRST_DAYS.find(key)):
            self.days = 1
            known.restore(self.folder)
            return known.planned
        with self.day(sent, link) as day:
            planned = day.plan_and_deliver(check=all_hold)
        if is_first:
            FIRST_DAYS.keep(key, FirstDay.of(planned, self.folder))
        return planned

    def _is_new(self) -> bool:
        """Whether its platform is in its folder, and holds nothing."""
        if self.platform.engine.url.database != str(self.folder / PLATFORM):
            return False
        with closing(sqlite3.connect(self.folder / PLATFORM)) as db:
            return not any(
                db.execute(f"select 1 from {table} limit 1").fetchall()  # noqa: S608
                for table in ("deliveries", *(kind.name for kind in KINDS))
            )

    def hold_elsewhere(self, contact: Elsewhere) -> None:
        """Let an account outside of the district hold a contact point, which its owner verified or not."""
        key = {"district_id": contact.of, "account_id": contact.account_id}
        accounts, contacts = TABLES["accounts"], TABLES["contact_points"]
        names = dict(zip(("first_name", "last_name"), contact.name.split(" ", 1), strict=False))
        verified_at = "2026-01-01T00:00:00.000+00:00" if contact.is_verified else None
        with self.platform.engine.begin() as db:
            if not db.execute(sa.select(accounts).filter_by(**key)).first():
                db.execute(sa.insert(accounts).values(**key, roles=contact.roles, **names))
            point = {"kind": contact.kind, "value": contact.value, "verified_at": verified_at}
            db.execute(sa.insert(contacts).values(**key, **point))

    def active(self, kind: str) -> list[dict[str, str | None]]:
        """The platform's records of a kind that are not removed."""
        records: list[dict[str, str | None]] = load_records(self.platform.state(DISTRICT).records[kind]).to_pylist()
        there = [
            {k: v for k, v in record.items() if k != "removed_at"} for record in records if not record["removed_at"]
        ]
        return sorted(there, key=lambda record: json.dumps(record))

    def account(self, **known: str) -> dict[str, str | None]:
        """The one active account with these values, such as `teacher_id="T1"`."""
        (found,) = [a for a in self.active("accounts") if known.items() <= a.items()]
        return found

    def contacts(self) -> dict[str, str | None]:
        """The account of each contact point."""
        return {str(c["value"]): c["account_id"] for c in self.active("contact_points")}


@dataclass(frozen=True)
class FirstDay:
    """What the delivery of a district's first drop leaves in its folder."""

    planned: Planned
    files: Mapping[Path, bytes]

    @classmethod
    def of(cls, planned: Planned, folder: Path) -> "FirstDay":
        """What lies in the folder; nobody has its platform open."""
        assert not list(folder.glob(f"{PLATFORM}-*"))
        files = [folder / PLATFORM, *(path for path in (folder / "landed").rglob("*") if path.is_file())]
        return cls(planned, {path.relative_to(folder): path.read_bytes() for path in files})

    def restore(self, folder: Path) -> None:
        """Put it into the folder of another district."""
        for path, content in self.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)


MOST_FIRST_DAYS: Final = 300
"""How many are kept: random ones come only once."""


class FirstDays:
    """The first days that were worked out, by their drop and links, in a folder that the workers of a run share."""

    folder: Path | None = None
    """None outside of a run of tests: nothing is kept."""

    def find(self, key: str) -> FirstDay | None:
        """The first day of that key."""
        path = self._path(key)
        if not path or not path.exists():
            return None
        known: FirstDay = pickle.loads(path.read_bytes())  # noqa: S301 - written by this run
        return known

    def keep(self, key: str, day: FirstDay) -> None:
        """Keep it for the tests that follow, if not MOST_FIRST_DAYS are kept already."""
        path = self._path(key)
        if path and len([*path.parent.glob("*.day")]) < MOST_FIRST_DAYS:
            written = path.with_name(str(uuid.uuid4()))
            written.write_bytes(pickle.dumps(day))
            written.rename(path)

    def _path(self, key: str) -> Path | None:
        return self.folder / f"{hashlib.sha256(key.encode()).hexdigest()}.day" if self.folder else None


FIRST_DAYS: Final = FirstDays()


def new_district(folder: Path) -> District:
    """A district of which the platform holds nothing, unless its folder has a platform."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / PLATFORM).exists():
        (folder / PLATFORM).write_bytes(_empty_platform())
    return District(folder, PlatformStore(f"sqlite:///{folder / PLATFORM}"))


@cache
def _empty_platform() -> bytes:
    """A platform's database that has its tables: to make them takes longer than to deliver a small drop."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / PLATFORM
        PlatformStore(f"sqlite:///{path}").engine.dispose()
        assert [*Path(folder).iterdir()] == [path]
        return path.read_bytes()


def contradictions(district: District) -> list[str]:
    """The active records of the platform that contradict each other."""
    accounts = {str(a["account_id"]): a for a in district.active("accounts")}
    roles = {i: str(a["roles"]).split("+") for i, a in accounts.items()}
    classes = {c["class_id"] for c in district.active("classes")}
    found = []
    for name in ("teacher_id", "student_id"):
        ids = [a[name] for a in accounts.values() if a[name]]
        found += [f"two accounts have {name} {i}" for i in {*ids} if ids.count(i) > 1]
        role = name.removesuffix("_id")
        found += [
            f"{i} has {name} and not the role" for i, a in accounts.items() if bool(a[name]) != (role in roles[i])
        ]
    for tie in district.active("guardianships"):
        for role in ("guardian", "student"):
            if role not in roles.get(str(tie[f"{role}_account_id"]), []):
                found.append(f"a guardianship of one who is no {role}")
    found += [
        "a membership without its class" for m in district.active("class_memberships") if m["class_id"] not in classes
    ]
    found += [
        "an owner who is no teacher"
        for c in district.active("classes")
        if "teacher" not in roles.get(str(c["owner_account_id"]), [])
    ]
    return found


def broken(db: duckdb.DuckDBPyConnection) -> list[str]:
    """The rules of the suites of provisioned tables that do not hold, by table and rule, without Great Expectations."""
    failed = []
    for kind in KINDS:
        counts = suites.count_rows(db, "provisioned", kind.name)
        for expected in suites.expectations("provisioned", kind.name):
            rule, entry = expected.told, expected.entry
            found = _unexpected(db.table(f"provisioned.{kind.name}"), entry) if entry else counts[rule.found]
            failed += [f"{kind.name}: {expected.rule}"] if found else []
    return failed


def all_hold(db: duckdb.DuckDBPyConnection) -> None:
    """Fail if a rule of those suites does not hold."""
    assert broken(db) == []


def _unexpected(table: duckdb.DuckDBPyRelation, entry: Mapping[str, Any]) -> int:
    """How many rows an expectation on one column does not approve of."""
    column, known = entry["kwargs"]["column"], entry["kwargs"].get("value_set", ())
    of_type = {
        NOT_NULL: f'count(*) filter (where "{column}" is null)',
        UNIQUE: f'count("{column}") - count(distinct "{column}")',
        IN_SET: f'count(*) filter (where "{column}" not in ({", ".join(map(repr, known))}))',
    }
    return int(table.aggregate(of_type[entry["type"]]).fetchall()[0][0])
