"""The platform's database, in SQLite and in Postgres: a plan is applied whole, once, and on top of what it was made for."""

from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

import duckdb
import pyarrow as pa
import pytest
import sqlalchemy as sa

from remind_etl.delivered.delivery import Receipt
from remind_etl.delivered.platform import PlatformStore
from remind_etl.delivered.report import delivered_counts
from remind_etl.delivered.tables import TABLES
from remind_etl.errors import PlanStale, TransientError
from remind_etl.schema.district_id import DistrictId
from remind_etl.schema.records import ACCOUNTS, CLASS_MEMBERSHIPS, CLASSES, CONTACT_POINTS, GUARDIANSHIPS, KINDS, Kind
from remind_etl.warehouse.platform_records import load_records
from remind_etl_tests.delivered.plans import Change, account, contact, plan_of
from remind_etl_tests.ids import ELM, OAK
from remind_etl_tests.processes import PROCESSES


def _records(store: PlatformStore, kind: Kind, district: DistrictId = OAK) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = load_records(store.state(district).records[kind.name]).to_pylist()
    return sorted(rows, key=str)


def _active(store: PlatformStore, kind: Kind, district: DistrictId = OAK) -> list[dict[str, Any]]:
    return [
        {k: v for k, v in row.items() if k != "removed_at" and v is not None}
        for row in _records(store, kind, district)
        if row["removed_at"] is None
    ]


def test_a_district_that_was_never_delivered_has_no_records(store: PlatformStore) -> None:
    state = store.state(OAK)

    assert (state.last, state.base) == (None, 0)
    for kind in KINDS:
        records = load_records(state.records[kind.name])
        assert records.num_rows == 0
        assert records.schema == pa.schema([(c, pa.string()) for c in (*kind.columns, "removed_at")])


def test_a_plan_is_applied_with_a_receipt(store: PlatformStore) -> None:
    receipt = store.apply(OAK, plan_of(account("a1", first_name="Añn"), contact("a@x.org", "a1")))

    assert receipt == Receipt(
        1, "d", "h", {"accounts": {"create": 1}, "contact_points": {"create": 1}}, {"students": 7}, receipt.delivered_at
    )
    assert store.last_delivery(OAK) == receipt
    assert store.state(OAK).last == receipt
    assert _active(store, ACCOUNTS) == [{"account_id": "a1", "roles": "student", "first_name": "Añn"}]


def test_the_platform_counts_its_records_as_a_report_does(store: PlatformStore) -> None:
    people = (
        account("a1", student_id="S1"),
        account("a2", roles="guardian,teacher"),
        account("a3", roles="guardian"),
    )
    tie = {"student_account_id": "a1", "guardian_account_id": "a3", "student_id": "S1"}
    places = [
        {"class_id": "C1", "account_id": a, "role": r, "record_id": a} for a, r in (("a1", "student"), ("a2", "owner"))
    ]
    of_class: list[Change] = [(CLASS_MEMBERSHIPS, "create", place) for place in places]
    store.apply(OAK, plan_of(*people, contact("a@x.org", "a1"), (GUARDIANSHIPS, "create", tie), *of_class))
    store.apply(OAK, plan_of(account("a2", "remove", roles="guardian,teacher"), base=1))
    with duckdb.connect() as db:
        assert store.counts(OAK) == delivered_counts(db, store.state(OAK))
    assert [store.counts(OAK)[name] for name in ("accounts", "guardians", "class_members")] == [2, 1, 2]
    assert set(store.counts(ELM).values()) == {0}


def test_values_come_back_exactly_as_they_went_in(store: PlatformStore) -> None:
    odd = [
        "007",
        "1e5",
        " x ",
        "it's",
        '"q"',
        "50%",
        "%s",
        ":p",
        "null",
        "😀",
        "line\nbreak",
        "back\\slash",
        "x" * 1000,
    ]
    store.apply(OAK, plan_of(*(account(f"a{n}", first_name=text) for n, text in enumerate(odd))))

    assert {row["first_name"] for row in _active(store, ACCOUNTS)} == set(odd)


def test_a_column_that_is_empty_in_thousands_of_rows_and_filled_in_the_last_is_read(store: PlatformStore) -> None:
    store.apply(OAK, plan_of(*(account(f"a{n:05}") for n in range(5000))))
    store.apply(OAK, plan_of(account("a04999", "remove"), account("zz", grade="9"), base=1))

    rows = _records(store, ACCOUNTS)
    assert [row["account_id"] for row in rows if row["removed_at"]] == ["a04999"]
    assert [row["grade"] for row in rows if row["grade"]] == ["9"]


def test_every_kind_of_record_is_created_updated_removed_and_revived(store: PlatformStore) -> None:
    first = {kind.name: {c: f"{c}-1" for c in kind.columns} for kind in KINDS}
    for kind in KINDS:
        district = DistrictId(kind.name.replace("_", "-"))
        changed = first[kind.name] | {c: f"{c}-2" for c in kind.columns if c not in kind.key}
        store.apply(district, plan_of((kind, "create", first[kind.name])))
        store.apply(district, plan_of((kind, "update", changed), base=1))
        assert _active(store, kind, district) == [changed]
        store.apply(district, plan_of((kind, "remove", changed), base=2))
        assert _active(store, kind, district) == []
        assert _records(store, kind, district)[0]["removed_at"]
        store.apply(district, plan_of((kind, "revive", first[kind.name]), base=3))
        assert _active(store, kind, district) == [first[kind.name]]
        assert len(_records(store, kind, district)) == 1


def test_the_first_records_of_a_kind_may_come_after_those_of_another_and_beside_removals(store: PlatformStore) -> None:
    point = {"account_id": "a1", "kind": "email"}
    store.apply(OAK, plan_of(account("a1")))
    created: Change = (CONTACT_POINTS, "create", {**point, "value": "a@x.org"})
    store.apply(OAK, plan_of(account("a2", "link"), created, contact("b@x.org", "a1", "remove"), base=1))

    assert _active(store, CONTACT_POINTS) == [{**point, "value": "a@x.org"}]
    assert len(_records(store, CONTACT_POINTS)) == 1
    assert [link.account_id for link in store.links(OAK)] == ["a2"]


def test_a_removal_leaves_the_record_as_it_was(store: PlatformStore) -> None:
    store.apply(OAK, plan_of(account("a1", first_name="Ann")))
    store.apply(OAK, plan_of(account("a1", "remove", first_name="Other"), base=1))

    assert _records(store, ACCOUNTS)[0]["first_name"] == "Ann"


def test_districts_do_not_touch_each_other(store: PlatformStore) -> None:
    store.apply(OAK, plan_of(account("a1", first_name="Ann")))
    store.apply(ELM, plan_of(account("a1", first_name="Bob")))
    store.apply(ELM, plan_of(account("a1", "remove"), base=1))

    assert _active(store, ACCOUNTS) == [{"account_id": "a1", "roles": "student", "first_name": "Ann"}]
    assert _active(store, ACCOUNTS, ELM) == []


def test_the_same_plan_again_is_applied_once(store: PlatformStore) -> None:
    plan = plan_of(account("a1"))

    assert store.apply(OAK, plan) == store.apply(OAK, plan)
    assert store.state(OAK).base == 1


def test_a_plan_made_on_an_older_delivery_is_refused(store: PlatformStore) -> None:
    store.apply(OAK, plan_of(account("a1")))

    for base, plan_hash in ((0, "other"), (2, "h")):
        with pytest.raises(PlanStale):
            store.apply(OAK, plan_of(account("a2"), base=base, plan_hash=plan_hash))
    assert [row["account_id"] for row in _active(store, ACCOUNTS)] == ["a1"]


def test_a_plan_that_fails_half_way_leaves_nothing(store: PlatformStore) -> None:
    broken = plan_of(account("a1"), (CLASSES, "create", {"class_id": "C1"}))  # columns that may not be null

    with pytest.raises(Exception, match=r"(?i)null"):
        store.apply(OAK, broken)

    assert store.last_delivery(OAK) is None
    assert _records(store, ACCOUNTS) == []


def _try(url: str, n: int) -> str:
    try:
        PlatformStore(url).apply(OAK, plan_of(account(f"a{n}"), plan_hash=f"h{n}"))
    except TransientError as error:
        return type(error).__name__
    return f"h{n}"


def test_of_plans_applied_at_once_one_wins_and_the_others_are_stale(url: str) -> None:
    with ProcessPoolExecutor(4, mp_context=PROCESSES) as processes:
        ended: list[Future[str]] = [processes.submit(_try, url, n) for n in range(8)]
        won = [name for name in (one.result() for one in ended) if name != "PlanStale"]

    last = PlatformStore(url).last_delivery(OAK)
    assert last is not None
    assert (last.number, [last.plan_hash]) == (1, won)
    assert len(_records(PlatformStore(url), ACCOUNTS)) == 1


def test_districts_are_delivered_at_once_without_getting_in_each_others_way(store: PlatformStore) -> None:
    def deliver(n: int) -> int:
        return store.apply(DistrictId(f"oak{n}"), plan_of(*(account(f"a{i}") for i in range(300)))).number

    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(deliver, range(12))) == [1] * 12
    assert len(_active(store, ACCOUNTS, DistrictId("oak11"))) == 300


def test_a_state_is_of_one_moment(store: PlatformStore) -> None:
    def grow() -> None:
        for n in range(15):
            store.apply(OAK, plan_of(account(f"a{n}"), contact(f"{n}@x.org", f"a{n}"), base=n, plan_hash=f"h{n}"))

    with ThreadPoolExecutor(1) as threads:
        growing = threads.submit(grow)
        while not growing.done():
            state = store.state(OAK)
            assert {load_records(state.records[kind.name]).num_rows for kind in (ACCOUNTS, CONTACT_POINTS)} == {
                state.base
            }
        growing.result()


def test_the_platform_shows_guardians_and_nobody_who_was_removed_as_class_members(url: str) -> None:
    seats = [{"class_id": "C1", "account_id": a, "role": "student", "record_id": a} for a in ("s1", "s2")]
    ties = [{"guardian_account_id": f"g{s}", "student_account_id": s, "student_id": s} for s in ("s1", "s2")]
    plan = plan_of(
        *(account(a) for a in ("s1", "s2", "gs1", "gs2")),
        *((CLASS_MEMBERSHIPS, "create", dict(seat)) for seat in seats),
        *((GUARDIANSHIPS, "create", dict(tie)) for tie in ties),
    )
    PlatformStore(url).apply(OAK, plan)
    PlatformStore(url).apply(OAK, plan_of(account("s2", "remove"), base=1))

    with sa.create_engine(url, poolclass=sa.NullPool).connect() as db:
        shown = db.execute(
            sa.text("select account_id, role, record_id from class_members where removed_at is null order by role")
        ).all()
    assert [tuple(row) for row in shown] == [("gs1", "guardian", "s1"), ("s1", "student", "s1")]


def test_what_stood_before_a_drop_is_told_for_the_drop_delivered_last_only(store: PlatformStore) -> None:
    store.apply(OAK, plan_of(account("a1")))

    assert store.state(OAK).standing("d") == {"students": 7}
    assert store.state(OAK).standing("another") == {}


def test_many_processes_may_open_a_new_database_at_once(url: str) -> None:
    with ProcessPoolExecutor(4, mp_context=PROCESSES) as processes:
        assert list(processes.map(_open, [url] * 8)) == [0] * 8


def _open(url: str) -> int:
    return PlatformStore(url).state(OAK).base


def test_a_database_that_does_not_answer_is_a_transient_error(tmp_path: Any) -> None:
    with pytest.raises(TransientError):
        PlatformStore(f"postgresql+psycopg://tests@/nothing?host={tmp_path}").deliveries(OAK)


def test_contact_points_are_found_wherever_they_are_but_for_the_district_and_what_was_removed(url: str) -> None:
    store = PlatformStore(url)
    store.apply(OAK, plan_of(account("a1"), contact("own@x.org", "a1")))
    named = {"first_name": "Dee", "last_name": "Fox", "roles": "guardian"}
    store.apply(ELM, plan_of(account("e1", **named), contact("far@x.org", "e1"), contact("gone@x.org", "e1")))
    store.apply(ELM, plan_of(contact("gone@x.org", "e1", "remove"), base=1))
    asked = [{"kind": "email", "value": f"{name}@x.org"} for name in ("own", "far", "gone", "new")]
    shape = pa.schema([("kind", pa.string()), ("value", pa.string())])

    found = {"value": "far@x.org", "account_id": "e1", **named, "is_verified": None}
    for rows, expected in ((asked, [found]), ([], [])):
        assert store.held_elsewhere(OAK, pa.Table.from_pylist(rows, schema=shape)).to_pylist() == expected


def test_a_contact_point_that_moves_to_another_account_is_no_longer_verified(store: PlatformStore) -> None:
    store.apply(OAK, plan_of(account("a1"), account("a2"), contact("one@x.org", "a1"), contact("two@x.org", "a1")))
    with store.engine.begin() as db:
        db.execute(sa.update(TABLES["contact_points"]).values(verified_at="2026-01-01"))
    store.apply(OAK, plan_of(contact("one@x.org", "a2", "update"), contact("two@x.org", "a1", "update"), base=1))
    with store.engine.connect() as db:
        points = TABLES["contact_points"].c
        assert db.execute(sa.select(points.value, points.verified_at).order_by(points.value)).all() == [
            ("one@x.org", None),
            ("two@x.org", "2026-01-01"),
        ]
