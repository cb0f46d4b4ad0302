"""Districts that are delivered at the same moment do not wait for each other, and a link rests on what is true then."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing.synchronize import Barrier

import pyarrow as pa
import pytest
import sqlalchemy as sa

from remind_etl.delivered.delivery import Plan
from remind_etl.delivered.platform import PlatformStore
from remind_etl.delivered.tables import TABLES
from remind_etl.errors import PlanStale
from remind_etl.schema.district_id import DistrictId
from remind_etl.schema.records import CONTACT_POINTS
from remind_etl_tests.delivered.plans import account, contact, plan_of
from remind_etl_tests.delivered.test_platform import _active
from remind_etl_tests.ids import ELM, OAK
from remind_etl_tests.processes import PROCESSES

DISTRICTS = tuple(map(DistrictId, ("oak", "elm", "ash", "fir")))

at_once: Barrier


def _new(account_id: str) -> Plan:
    """A plan that creates an account for the one contact point, and many others that nobody shares."""
    others = [f"{account_id}-{n}" for n in range(200)]
    changes = [change for other in others for change in (account(other), contact(f"{other}@x.org", other))]
    return plan_of(account(account_id), contact("dee@x.org", account_id), *changes)


def _wait(barrier: Barrier) -> None:
    global at_once
    at_once = barrier


def _deliver(url: str, district: DistrictId) -> None:
    store = PlatformStore(url)
    at_once.wait()
    store.apply(district, _new(f"of-{district}"))


def test_districts_that_create_an_account_for_one_contact_point_at_once_each_have_their_own(url: str) -> None:
    store = PlatformStore(url)
    barrier = PROCESSES.Barrier(len(DISTRICTS))
    with ProcessPoolExecutor(len(DISTRICTS), mp_context=PROCESSES, initializer=_wait, initargs=(barrier,)) as pool:
        list(pool.map(_deliver, [url] * len(DISTRICTS), DISTRICTS))

    points = {d: [p for p in _active(store, CONTACT_POINTS, d) if p["value"] == "dee@x.org"] for d in DISTRICTS}
    assert {d: [p["account_id"] for p in found] for d, found in points.items()} == {d: [f"of-{d}"] for d in DISTRICTS}


@pytest.mark.parametrize("change", [{"verified_at": None}, {"removed_at": "2026-01-01"}, {"account_id": "other"}])
def test_a_link_whose_email_is_no_longer_of_the_account_is_not_delivered(
    store: PlatformStore, change: dict[str, str | None]
) -> None:
    contacts = TABLES["contact_points"]
    store.apply(ELM, plan_of(account("far"), account("other"), contact("dee@x.org", "far")))
    with store.engine.begin() as db:
        db.execute(sa.update(contacts).values(verified_at="2026-01-01"))
    evidence = pa.table({"account_id": ["far"], "kind": ["email"], "value": ["dee@x.org"]})
    plan = replace(plan_of(account("far", "link"), contact("dee@x.org", "far")), links=evidence)
    with store.engine.begin() as db:
        db.execute(sa.update(contacts).values(**change))

    with pytest.raises(PlanStale):
        store.apply(OAK, plan)
    assert (store.state(OAK).base, store.links(OAK)) == (0, [])

    with store.engine.begin() as db:
        db.execute(sa.update(contacts).values(verified_at="2026-01-01", removed_at=None, account_id="far"))
    store.apply(OAK, plan)
    assert [(link.account_id, link.number, link.other_districts) for link in store.links(OAK)] == [("far", 1, 1)]
    assert store.state(OAK).linked == {"far"}
