"""The decisions as one page sees them: each question is asked once, and the next page sees the newest answer."""

from remind_etl.decided.store import DecisionStore
from remind_etl_tests.ids import ELM, OAK

PLAN = "0" * 32


def test_a_page_sees_one_state_of_a_district_and_the_next_page_the_newest(store: DecisionStore) -> None:
    store.add_district(OAK, "Oak")
    page = store.seen_once()
    assert (page.district(OAK).name, page.last_decided_at(OAK)) == ("Oak", None)
    before = page.newest_of_all()
    assert page.approved_kinds(OAK, PLAN) == []
    assert page.refusals(OAK, PLAN) == {}
    store.set_district(OAK, {"name": "Oak Valley", "region": "CA"})
    store.refuse(OAK, PLAN, "too many")

    assert (page.district(OAK).name, page.newest_of_all()) == ("Oak", before)
    assert (page.last_decided_at(OAK), page.refusals(OAK, PLAN)) == (None, {})
    next_page = store.seen_once()
    assert next_page.district(OAK).name == "Oak Valley"
    assert next_page.newest_of_all() > before
    assert next_page.last_decided_at(OAK) is not None
    assert next_page.refusals(OAK, PLAN).keys() == store.refusals(OAK, PLAN).keys() != set()


def test_a_page_sees_of_each_district_its_own_decisions(store: DecisionStore) -> None:
    for district in (OAK, ELM):
        store.add_district(district, f"{district} schools")
    store.refuse(OAK, PLAN, "too many")
    store.pause(OAK)
    page = store.seen_once()

    for district in (OAK, ELM):
        assert page.district(district) == store.district(district)
        assert page.last_decided_at(district) == store.last_decided_at(district)
        assert page.refusals(district, PLAN) == store.refusals(district, PLAN)
    assert page.refusals(ELM, PLAN) == {}
    assert page.refusals(OAK, "1" * 32) == {}
