"""What people decide, in SQLite and in Postgres."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from remind_etl.decided.store import DecisionStore, SchoolLink
from remind_etl.decided.tables import DECISIONS
from remind_etl.errors import DecidedMeanwhile, OperatorError, UnknownDistrict, UsageError
from remind_etl.schema.district_id import DistrictId
from remind_etl_tests.ids import ELM, FIR, OAK

SCHOOLS = {"N1": "North", "S1": "South"}


def _log(url: str) -> list[tuple[str, dict[str, object]]]:
    with sa.create_engine(url, poolclass=sa.NullPool).connect() as db:
        rows = db.execute(sa.select(DECISIONS).order_by(DECISIONS.c.decision_id)).mappings().all()
    assert all(row["decided_by"] for row in rows)
    return [(row["what"], row["detail"]) for row in rows]


# Districts


def test_a_district_is_as_it_was_added(store: DecisionStore) -> None:
    before = datetime.now(UTC)
    store.add_district(OAK, "Oak Unified", region="ca", link_policy="exact")

    district = store.district(OAK)
    assert (district.name, district.region, district.link_policy) == ("Oak Unified", "CA", "exact")
    assert before - timedelta(seconds=1) <= district.added_at <= datetime.now(UTC)
    assert store.districts() == [district]


def test_the_number_of_a_deleted_decision_is_never_given_again(store: DecisionStore) -> None:
    for district in (ELM, OAK):
        store.add_district(district, district)
        store.import_schools(district, SCHOOLS)
    store.link_schools(OAK, [SchoolLink("01", "N1", "confirmed")])
    newest = store.newest_of_all()
    store.delete_district(OAK)

    store.link_schools(ELM, [SchoolLink("01", "N1", "confirmed")])

    assert store.decided_since(newest).keys() == {ELM}


def test_the_schools_whose_last_decision_was_taken_back_are_known(store: DecisionStore) -> None:
    store.add_district(OAK, OAK)
    store.import_schools(OAK, SCHOOLS)
    store.link_schools(OAK, [SchoolLink("01", "N1", "confirmed"), SchoolLink("02", "S1", "confirmed")])
    for school in ("01", "02"):
        store.take_back_school(OAK, school)
    store.link_schools(OAK, [SchoolLink("01", "N1", "confirmed")])

    assert store.taken_back_schools(OAK) == ["02"]


def test_districts_are_listed_by_id(store: DecisionStore) -> None:
    for district in (OAK, ELM, FIR):
        store.add_district(district, district)

    assert [d.district_id for d in store.districts()] == ["elm", "fir", "oak"]


@pytest.mark.parametrize("taken", [OAK, DistrictId("OAK")])
def test_an_id_that_is_taken_is_refused(store: DecisionStore, taken: DistrictId) -> None:
    store.add_district(OAK, "Oak")

    with pytest.raises(UsageError, match="is taken"):
        store.add_district(taken, "Another")


@pytest.mark.parametrize("region", ["USA", "1"])
def test_a_region_that_cannot_be_is_refused(store: DecisionStore, region: str) -> None:
    with pytest.raises(UsageError):
        store.add_district(ELM, "X", region=region)
    assert store.districts() == []


def test_what_is_asked_of_an_unknown_district_is_refused(store: DecisionStore) -> None:
    calls = (
        lambda: store.district(ELM),
        lambda: store.new_password(ELM),
        lambda: store.import_schools(ELM, SCHOOLS),
        lambda: store.link_schools(ELM, []),
        lambda: store.approve(ELM, "h", "students"),
    )
    for call in calls:
        with pytest.raises(UnknownDistrict):
            call()


# Schools


def test_an_import_replaces_the_schools_of_that_district_only(store: DecisionStore) -> None:
    for district in (OAK, ELM):
        store.add_district(district, district)
        store.import_schools(district, SCHOOLS)
    store.import_schools(OAK, {"W1": "West"})
    assert (store.platform_schools(OAK), store.platform_schools(ELM)) == ({"W1": "West"}, SCHOOLS)

    store.import_schools(OAK, {})
    assert store.platform_schools(OAK) == {}


def test_the_newest_decision_on_a_school_counts(store: DecisionStore) -> None:
    store.add_district(OAK, "Oak")
    store.import_schools(OAK, SCHOOLS)
    store.link_schools(OAK, [SchoolLink("1", "N1", "confirmed"), SchoolLink("2", None, "ignored")])
    store.link_schools(OAK, [SchoolLink("1", "S1", "confirmed")])

    assert store.school_links(OAK) == [SchoolLink("1", "S1", "confirmed"), SchoolLink("2", None, "ignored")]


def test_a_link_to_a_school_that_the_platform_does_not_have_is_refused_with_all_given_with_it(
    store: DecisionStore,
) -> None:
    store.add_district(OAK, "Oak")
    store.import_schools(OAK, SCHOOLS)

    with pytest.raises(UsageError, match="X9"):
        store.link_schools(OAK, [SchoolLink("1", "N1", "confirmed"), SchoolLink("2", "X9", "confirmed")])
    assert store.school_links(OAK) == []


def test_a_decision_about_a_school_stays_that_was_made_after_a_person_looked(store: DecisionStore) -> None:
    store.add_district(OAK, "Oak")
    store.import_schools(OAK, SCHOOLS)
    first, second = SchoolLink("1", None, "ignored"), SchoolLink("1", "N1", "confirmed")
    store.link_schools(OAK, [first], was={"1": ""})

    with pytest.raises(DecidedMeanwhile):
        store.link_schools(OAK, [second, SchoolLink("2", "S1", "confirmed")], was={"1": "", "2": ""})
    with pytest.raises(DecidedMeanwhile):
        store.take_back_school(OAK, "1", was=second.mark)
    assert store.school_links(OAK) == [first]
    with pytest.raises(DecidedMeanwhile):
        store.take_back_school(OAK, "2", was=first.mark)

    store.link_schools(OAK, [second], was={"1": first.mark})
    assert store.take_back_school(OAK, "1", was=second.mark)
    assert store.school_links(OAK) == []


def test_an_undo_is_of_the_person_who_agreed_to_it_though_another_process_does_the_rest(store: DecisionStore) -> None:
    store.add_district(OAK, "Oak")
    how = {"to": 4, "removals_only": False}
    store.acting_as("jo").agree_to_undo(OAK, 2, {**how, "removals_only": True})
    store.acting_as("ann").agree_to_undo(OAK, 2, how)

    for reader in ("bob", "ann"):
        store.acting_as(reader).undone(OAK, 2, 6, how)

    (undone,) = [decision for decision in store.log(OAK) if decision.what == "delivery undone"]
    assert undone.decided_by == "ann"


def test_a_platform_school_is_not_given_to_a_second_school_unless_a_person_says_so(store: DecisionStore) -> None:
    store.add_district(OAK, "Oak")
    store.import_schools(OAK, SCHOOLS)
    store.link_schools(OAK, [SchoolLink("1", "N1", "confirmed", "North"), SchoolLink("2", "S1", "confirmed")])

    with pytest.raises(UsageError, match="School '1' feeds 'N1' already"):
        store.link_schools(OAK, [SchoolLink("3", "N1", "confirmed")])
    with pytest.raises(UsageError, match="School '3' feeds"):
        store.link_schools(OAK, [SchoolLink("1", None, "ignored"), *(SchoolLink(s, "N1", "confirmed") for s in "34")])
    assert [link.school_id for link in store.school_links(OAK)] == ["1", "2"]

    store.link_schools(OAK, [SchoolLink("3", "N1", "confirmed")], may_share=True)
    swapped = [SchoolLink("2", "N1", "confirmed"), SchoolLink("1", "S1", "confirmed"), SchoolLink("3", None, "ignored")]
    store.link_schools(OAK, swapped)
    assert [link.platform_school_id for link in store.school_links(OAK)] == ["S1", "N1", None]


def test_a_link_by_policy_is_kept_once_and_what_a_person_decided_stays(store: DecisionStore) -> None:
    store.add_district(OAK, "Oak", link_policy="exact")
    store.import_schools(OAK, SCHOOLS)
    for name in ("North", "Renamed"):
        store.keep_links(OAK, [("1", "N1", name)])
    assert store.school_links(OAK) == [SchoolLink("1", "N1", "confirmed", "North")]
    assert store.link_decisions(OAK)["1"].decided_by == "policy exact"
    assert store.decided_since(0).keys() == {"oak"}
    newest = max(store.decided_since(0).values())

    store.link_schools(OAK, [SchoolLink("1", None, "ignored"), SchoolLink("2", "S1", "confirmed")])
    store.keep_links(OAK, [("1", "N1", "North"), ("3", "S1", "South")])
    assert [(x.school_id, x.link) for x in store.school_links(OAK)] == [("1", "ignored"), ("2", "confirmed")]
    assert newest < max(store.decided_since(0).values())


def test_it_is_known_who_decided_about_a_school_and_when(store: DecisionStore) -> None:
    store.add_district(OAK, "Oak")
    store.import_schools(OAK, SCHOOLS)
    before = datetime.now(UTC)
    store.link_schools(OAK, [SchoolLink("1", "N1", "confirmed"), SchoolLink("2", None, "ignored")])

    decided = store.link_decisions(OAK)
    assert decided.keys() == {"1", "2"}
    assert store.link_decisions(OAK, ["2", "3"]).keys() == {"2"}
    assert all(d.decided_by and before <= d.decided_at <= datetime.now(UTC) for d in decided.values())


# Approvals


def test_an_approval_is_of_one_district_plan_and_kind(store: DecisionStore) -> None:
    for district in (OAK, ELM):
        store.add_district(district, district)
    store.approve(OAK, "h1", "students")
    store.approve(OAK, "h1", "classes")
    store.approve(OAK, "h2", "teachers")

    assert store.approved_kinds(OAK, "h1") == ["classes", "students"]
    assert store.approved_kinds(OAK, "h3") == store.approved_kinds(ELM, "h1") == []


def test_approving_twice_is_approving_once(store: DecisionStore) -> None:
    store.add_district(OAK, "Oak")
    for _ in range(2):
        store.approve(OAK, "h1", "students")

    assert store.approved_kinds(OAK, "h1") == ["students"]
    assert len(store.decided_since(0)) == 1


# The log


def test_every_decision_is_logged_with_who_and_what(store: DecisionStore, url: str) -> None:
    store.add_district(OAK, "Oak")
    store.new_password(OAK)
    store.import_schools(OAK, SCHOOLS)
    store.link_schools(OAK, [SchoolLink("1", "N1", "confirmed")])
    store.approve(OAK, "h1", "students")

    assert _log(url) == [
        ("district added", {"region": "US", "link_policy": "ask"}),
        ("password replaced", {}),
        ("platform schools imported", {"schools": 2}),
        ("school confirmed", {"school_id": "1", "platform_school_id": "N1"}),
        ("removals approved", {"hold_hash": "h1", "kind": "students", "covers": {}}),
    ]


def test_decisions_that_change_rosters_are_seen_once(store: DecisionStore) -> None:
    for district in (OAK, ELM):
        store.add_district(district, district)
    assert store.decided_since(0) == {}
    assert store.last_decided_at(OAK) is None

    store.import_schools(OAK, SCHOOLS)
    store.link_schools(OAK, [SchoolLink("1", "N1", "confirmed")])
    store.new_password(OAK)
    store.approve(ELM, "h1", "students")
    decided = {str(district): newest for district, newest in store.decided_since(0).items()}

    assert set(decided) == {"oak", "elm"}
    assert store.decided_since(decided["oak"]) == {"elm": decided["elm"]}
    assert store.decided_since(max(decided.values())) == {}


def test_the_time_of_the_last_decision_is_utc(store: DecisionStore) -> None:
    store.add_district(OAK, "Oak")
    store.import_schools(OAK, SCHOOLS)
    last = store.last_decided_at(OAK)

    assert last is not None
    assert last.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - last) < timedelta(minutes=1)


# The database


def test_a_store_opened_again_finds_what_was_decided(store: DecisionStore, url: str) -> None:
    store.add_district(OAK, "Oak")

    assert DecisionStore(url).district(OAK) == store.district(OAK)


@pytest.mark.parametrize("unusable", ["nonsense", "mysql://u:secret@h/d", "oracle+unknown://h/d"])
def test_a_url_that_cannot_be_used_is_refused_without_being_quoted(unusable: str) -> None:
    with pytest.raises(OperatorError) as refused:
        DecisionStore(unusable).districts()

    assert "secret" not in str(refused.value)


def test_a_folder_that_is_not_there_is_made(tmp_path: Path) -> None:
    DecisionStore(f"sqlite:///{tmp_path / 'new' / 'decisions.db'}").districts()

    assert (tmp_path / "new" / "decisions.db").exists()


def test_a_district_that_is_forgotten_leaves_nothing_behind(store: DecisionStore) -> None:
    for district in (ELM, OAK):
        store.add_district(district, district)
        store.import_schools(district, SCHOOLS)
        store.link_schools(district, [SchoolLink("1", "N1", "confirmed")])
        store.approve(district, "1" * 32, "students")
        store.refuse(district, "2" * 32, "asked")
        store.pause(district, None, adds_only=False)

    assert store.delete_district(OAK) == 2 + len(SCHOOLS) + 1 + 1 + 1 + 1 + 6

    assert [d.district_id for d in store.districts()] == ["elm"]
    assert len(store.log(ELM)) == 6
