"""Districts that are delivered at the same moment: a contact point leads to one account all the same."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing.synchronize import Barrier
from typing import Any

import pyarrow as pa
import pytest

from remind_etl.delivered.delivery import Plan
from remind_etl.delivered.platform import PlatformStore
from remind_etl.errors import PlanStale
from remind_etl.schema.district_id import DistrictId
from remind_etl.schema.records import CONTACT_POINTS
from remind_etl_tests.delivered.test_platform import _account, _active, _contact, _plan
from remind_etl_tests.districts import District, files
from remind_etl_tests.ids import ELM, OAK
from remind_etl_tests.processes import PROCESSES

FREE = pa.schema([("value", pa.string()), ("account_id", pa.string())]).empty_table()
"""What a look-up gives where nobody outside of the district holds any of the contact points."""

DISTRICTS = tuple(map(DistrictId, ("oak", "elm", "ash", "fir")))

at_once: Barrier


def _new(account_id: str, held_elsewhere: pa.Table = FREE, base: int = 0) -> Plan:
    """A plan that creates an account for the one contact point, and many others that nobody shares."""
    others = [f"{account_id}-{n}" for n in range(200)]
    changes = [change for other in others for change in (_account(other), _contact(f"{other}@x.org", other))]
    plan = _plan(_account(account_id), _contact("dee@x.org", account_id), *changes, base=base)
    return replace(plan, held_elsewhere=held_elsewhere)


def _wait(barrier: Barrier) -> None:
    global at_once
    at_once = barrier


def _deliver(url: str, district: DistrictId) -> str:
    store = PlatformStore(url)
    at_once.wait()
    try:
        store.apply(district, _new(f"of-{district}"))
    except PlanStale:
        return "stale"
    return "delivered"


def _holders(store: PlatformStore) -> set[str]:
    """The accounts that hold the contact point, in any district."""
    points: list[dict[str, Any]] = [p for d in DISTRICTS for p in _active(store, CONTACT_POINTS, d)]
    return {p["account_id"] for p in points if p["value"] == "dee@x.org"}


def test_of_districts_that_create_an_account_for_one_contact_point_at_once_one_does(url: str) -> None:
    store = PlatformStore(url)
    barrier = PROCESSES.Barrier(len(DISTRICTS))
    with ProcessPoolExecutor(len(DISTRICTS), mp_context=PROCESSES, initializer=_wait, initargs=(barrier,)) as pool:
        ended = list(pool.map(_deliver, [url] * len(DISTRICTS), DISTRICTS))

    assert sorted(ended) == ["delivered", "stale", "stale", "stale"]
    assert len(_holders(store)) == 1
    assert [store.state(d).base for d in DISTRICTS] == [int(e == "delivered") for e in ended]


def test_a_contact_point_that_was_held_when_the_plan_was_made_does_not_refuse_it(store: PlatformStore) -> None:
    store.apply(OAK, _new("first"))
    seen = pa.table({"value": ["dee@x.org"], "account_id": ["first"]})

    with pytest.raises(PlanStale):
        store.apply(ELM, _new("second"))
    store.apply(ELM, _new("second", seen))

    assert _holders(store) == {"first", "second"}


def test_who_lost_a_contact_point_to_another_district_is_linked_by_the_next_run(district: District) -> None:
    with district.day(files()) as day:
        day.plan()
        other = _plan(
            _account("far"),
            (CONTACT_POINTS, "create", {"account_id": "far", "kind": "email", "value": "dee@example.org"}),
        )
        district.platform.apply(ELM, other)
        with pytest.raises(PlanStale):
            day.deliver()
        assert district.active("accounts") == []

        assert day.walk().actions["link"] == 1
    assert district.contacts()["dee@example.org"] == "far"
