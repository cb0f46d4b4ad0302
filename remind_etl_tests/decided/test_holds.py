"""Limits, refusals and pauses of districts, in SQLite and in Postgres."""

from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from remind_etl.databases import migrate
from remind_etl.decided.store import DecisionStore
from remind_etl.decided.tables import DISTRICTS
from remind_etl.errors import DecidedMeanwhile, UnknownDistrict, UsageError
from remind_etl.schema.limits import ALL_KINDS, FileLimits, Limits
from remind_etl_tests.ids import ELM, OAK


@pytest.fixture
def oak(store: DecisionStore) -> DecisionStore:
    """A store with the district oak."""
    store.add_district(OAK, "Oak")
    return store


def test_a_district_has_the_limits_that_were_set_and_else_the_usual_ones(oak: DecisionStore) -> None:
    assert oak.district(OAK).limits == Limits()
    oak.set_district(OAK, {"removal_share": "0.15", "name": "Oak Valley", "region": "ca"})
    changed = oak.set_district(OAK, {"removal_count": "30", "link_policy": "exact"})

    assert changed == oak.district(OAK)
    assert changed.limits == Limits(removal_share=0.15, removal_count=30)
    assert (changed.name, changed.region, changed.link_policy) == ("Oak Valley", "CA", "exact")


@pytest.mark.parametrize("wrong", [{"name": " "}, {"region": "USA"}, {"link_policy": "never"}, {"color": "red"}])
def test_what_cannot_be_set_is_refused_with_all_given_with_it(oak: DecisionStore, wrong: dict[str, str]) -> None:
    before = oak.district(OAK)
    with pytest.raises(UsageError):
        oak.set_district(OAK, {"removal_share": "0.2"} | wrong)
    assert oak.district(OAK) == before


@pytest.mark.parametrize("name", ["a" * 256, "Oak\0Valley", "Oak\nValley", " "])
def test_a_name_of_a_district_is_short_and_has_no_control_characters(oak: DecisionStore, name: str) -> None:
    with pytest.raises(UsageError):
        oak.set_district(OAK, {"name": name})
    with pytest.raises(UsageError):
        oak.add_district(ELM, name)

    assert oak.district_ids() == [OAK]
    assert oak.set_district(OAK, {"name": "Ö" * 255}).name == "Ö" * 255


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "Oak\u200bValley",
            r"Character 4 of the name cannot be seen: U\+200B \(ZERO WIDTH SPACE\)\. Type the name again",
        ),
        ("Oak \u202eyellaV", r"Character 5 .* U\+202E \(RIGHT-TO-LEFT OVERRIDE\)"),
        ("Oak\nValley", r"Character 4 .* U\+000A\. Type"),
        ("Oak\ufeff", r"U\+FEFF"),
        ("Oak\u00adValley", r"U\+00AD"),
        ("Oak\u3164", r"U\+3164"),
        ("Oak\ud800", r"U\+D800"),
        ("Oak\ufffdValley", r"U\+FFFD"),
        ("Oak\u200dValley", r"U\+200D .* may follow only a letter or an emoji"),
        ("\ufe0fOak", r"U\+FE0F"),
        ("Oa\u0644\u200c\u200ck", r"Character 5 .* U\+200C"),
    ],
)
def test_a_name_of_a_district_has_no_sign_that_nobody_sees(oak: DecisionStore, name: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        oak.set_district(OAK, {"name": name})
    with pytest.raises(UsageError, match=said):
        oak.add_district(ELM, name)


@pytest.mark.parametrize(
    "name",
    [
        "\u0645\u06cc\u200c\u062e",
        "\u0dc1\u0dca\u200d\u0dbb\u0dd3 Lanka",
        "\U0001f469\u200d\U0001f3eb",
        "\u2b50\ufe0f Star",
        "Oak\u00a0Valley",
    ],
)
def test_a_name_of_a_district_keeps_the_joiners_of_its_language_and_of_emojis(oak: DecisionStore, name: str) -> None:
    assert oak.set_district(OAK, {"name": name}).name == name


def test_limits_of_files_that_were_made_of_former_ones_are_not_kept(oak: DecisionStore) -> None:
    first: FileLimits = {"students": {"rejected_rows_are_few": {"share": 0.1}}}
    oak.set_file_limits(OAK, first, was={})

    with pytest.raises(DecidedMeanwhile):
        oak.set_file_limits(OAK, {"teachers": {"rejected_rows_are_few": {"share": 0.2}}}, was={})

    assert oak.district(OAK).file_limits == first


def test_own_limits_of_files_are_kept_and_are_a_decision(oak: DecisionStore) -> None:
    assert oak.district(OAK).file_limits == {}
    before, own = oak.newest_decision(OAK), {"students": {"rejected_rows_are_few": {"share": 0.2}}}
    oak.set_file_limits(OAK, own)
    set_at = oak.newest_decision(OAK)
    oak.set_file_limits(OAK, own)

    assert oak.district(OAK).file_limits == own
    assert before < set_at == oak.newest_decision(OAK)


@pytest.mark.parametrize(
    ("setting", "starts"),
    [({"name": "Oak Valley"}, False), ({"quiet_seconds": "60", "time_zone": "UTC"}, False), ({"region": "CA"}, True)],
    ids=["name", "time", "region"],
)
def test_only_a_setting_that_changes_how_rows_are_read_starts_a_run(
    oak: DecisionStore, setting: dict[str, str], starts: bool
) -> None:
    before = oak.newest_decision(OAK)
    oak.set_district(OAK, setting)
    assert (oak.newest_decision(OAK) > before) is starts
    assert oak.log(OAK)[0].what == ("district changed" if starts else "settings changed")


def test_a_refusal_says_who_and_why_and_withdraws_the_approval(oak: DecisionStore) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    oak.approve(OAK, "h1", "students", {"records": 40})
    oak.refuse(OAK, "h1", "half of the file is missing", {"students": 40})

    refusal = oak.refusal(OAK, "h1")
    assert refusal
    assert (refusal.why, oak.approved_kinds(OAK, "h1")) == ("half of the file is missing", [])
    assert refusal.refused_by
    assert before <= refusal.refused_at <= datetime.now(UTC)
    assert (oak.refusal(OAK, "h2"), oak.approved_kinds(OAK, "h2")) == (None, [])


def test_an_approval_after_a_refusal_counts(oak: DecisionStore) -> None:
    oak.refuse(OAK, "h1", "not sure yet")
    oak.approve(OAK, "h1", "students")

    assert (oak.refusal(OAK, "h1"), oak.approved_kinds(OAK, "h1")) == (None, ["students"])


def test_a_decision_that_rests_on_others_than_the_present_ones_is_not_taken(oak: DecisionStore) -> None:
    seen = oak.decisions_about(OAK, "h1")
    assert seen == ""
    oak.refuse(OAK, "h1", "not sure yet", {"students": 4}, was=seen)
    refused = oak.decisions_about(OAK, "h1")

    with pytest.raises(DecidedMeanwhile):
        oak.approve_kinds(OAK, "h1", {"students": {}}, ["classes"], was=seen)
    with pytest.raises(DecidedMeanwhile):
        oak.refuse(OAK, "h1", "another reason", was=seen)

    assert oak.decisions_about(OAK, "h1") == refused
    oak.approve_kinds(OAK, "h1", {"students": {}}, was=refused)
    assert oak.decisions_about(OAK, "h1") == "approved students"


def test_a_refusal_of_one_kind_leaves_the_approvals_and_refusals_of_others(oak: DecisionStore) -> None:
    for kind in ("students", "classes"):
        oak.approve(OAK, "h1", kind)
    oak.refuse(OAK, "h1", "a class list is missing", {"classes": 4})
    oak.refuse(OAK, "h1", "ask the office", {"teachers": 2})

    assert oak.approved_kinds(OAK, "h1") == ["students"]
    assert {kind: refusal.why for kind, refusal in oak.refusals(OAK, "h1").items()} == {
        "classes": "a class list is missing",
        "teachers": "ask the office",
    }
    oak.approve(OAK, "h1", "teachers")
    assert ([*oak.refusals(OAK, "h1")], oak.approved_kinds(OAK, "h1")) == (["classes"], ["students", "teachers"])


def test_a_refusal_withdraws_an_approval_under_the_former_name_of_its_kind(oak: DecisionStore) -> None:
    oak.approve(OAK, "h1", "contacts")
    oak.refuse(OAK, "h1", "not yet", {"new_guardians": 1})

    assert oak.approved_kinds(OAK, "h1") == []


def test_an_approval_under_the_former_name_of_a_hold_counts_for_its_present_name(oak: DecisionStore) -> None:
    oak.approve(OAK, "h1", "contacts")
    oak.approve_kinds(OAK, "h1", {}, ["new_guardians"])

    assert oak.approved_kinds(OAK, "h1") == ["new_guardians"]


def test_a_pause_ends_by_itself_or_when_it_is_resumed(oak: DecisionStore) -> None:
    now = datetime.now(UTC)
    assert oak.pause_of(OAK, now) is None
    oak.pause(OAK, now + timedelta(days=1), adds_only=True)
    pause = oak.pause_of(OAK, now)
    assert pause
    assert pause.what == "adds_only"
    assert oak.pause_of(OAK, now + timedelta(days=1, seconds=1)) is None

    oak.pause(OAK)
    lasting = oak.pause_of(OAK, now + timedelta(days=1000))
    assert lasting
    assert (lasting.what, lasting.ends_at) == ("all", None)
    assert (oak.resume(OAK), oak.resume(OAK)) == (True, False)
    assert oak.pause_of(OAK, now) is None


def test_each_of_them_is_seen_as_a_decision(oak: DecisionStore) -> None:
    steps = (
        lambda: oak.set_district(OAK, {"guardians": "8"}),
        lambda: oak.refuse(OAK, "h1", "no"),
        lambda: oak.pause(OAK),
        lambda: oak.resume(OAK),
    )
    seen = 0
    for step in steps:
        step()
        (newest,) = oak.decided_since(seen).values()
        assert newest > seen
        seen = newest


def test_an_unknown_district_is_neither_set_nor_refused_nor_paused(store: DecisionStore) -> None:
    calls = (
        lambda: store.set_district(ELM, {"name": "Elm"}),
        lambda: store.refuse(ELM, "h1", "no"),
        lambda: store.pause(ELM),
        lambda: store.resume(ELM),
    )
    for call in calls:
        with pytest.raises(UnknownDistrict):
            call()


def test_a_refusal_of_an_earlier_version_is_of_all_kinds(url: str) -> None:
    engine = migrate.open_engine(url)
    config = Config()
    config.set_main_option("script_location", str(files("remind_etl").joinpath("decided", "migrations")))
    config.set_main_option("version_table", "decided_version")
    refused = "insert into refusals (district_id, hold_hash, why, refused_by, refused_at) values "
    with engine.begin() as db:
        config.attributes["connection"] = db
        command.upgrade(config, "0011")
        district = {
            "district_id": OAK,
            "name": "Oak",
            "region": "US",
            "link_policy": "ask",
            "added_at": datetime.now(UTC),
        }
        db.execute(sa.insert(DISTRICTS), {**district, "limits": {}})
        db.exec_driver_sql(refused + "('oak', 'h1', 'not yet', 'ann', '2026-03-02 10:00:00+00:00')")
    store = DecisionStore(url)

    assert [*store.refusals(OAK, "h1")] == [ALL_KINDS]
    assert store.refusals(OAK, "h1")[ALL_KINDS].why == "not yet"
    store.approve(OAK, "h1", "students")
    assert store.refusals(OAK, "h1") == {}


def test_a_district_has_its_own_source_and_quiet_period_until_they_are_taken_back(oak: DecisionStore) -> None:
    assert (oak.district(OAK).source, oak.district(OAK).quiet_seconds) == ("main", None)
    assert oak.sources() == {}

    oak.set_district(OAK, {"source": "county", "quiet_seconds": "0"})
    assert (oak.district(OAK).source, oak.district(OAK).quiet_seconds) == ("county", 0)
    assert oak.sources() == {OAK: "county"}

    oak.set_district(OAK, {"source": "main", "quiet_seconds": ""})
    assert (oak.district(OAK).source, oak.district(OAK).quiet_seconds) == ("main", None)


def test_a_district_has_its_own_time_zone_until_it_is_taken_back(oak: DecisionStore) -> None:
    oak.set_district(OAK, {"time_zone": "America/Denver"})
    assert oak.district(OAK).time_zone == "America/Denver"
    for wrong in ("Mountain", "../UTC"):
        with pytest.raises(UsageError):
            oak.set_district(OAK, {"time_zone": wrong})
    oak.set_district(OAK, {"time_zone": ""})
    assert oak.district(OAK).time_zone is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"quiet_seconds": "soon"},
        {"quiet_seconds": "-1"},
        {"quiet_seconds": "86401"},
        {"quiet_seconds": "\u0663"},
        {"source": "A county"},
    ],
)
def test_a_source_or_quiet_period_that_cannot_be_changes_nothing(oak: DecisionStore, wrong: dict[str, str]) -> None:
    before = oak.district(OAK)
    with pytest.raises(UsageError):
        oak.set_district(OAK, {"name": "Another", **wrong})
    assert oak.district(OAK) == before
