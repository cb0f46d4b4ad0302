"""The commands about messages."""

import json
from datetime import UTC, datetime

import pytest

from remind_etl import settings
from remind_etl.decided.outbox import Message
from remind_etl.decided.store import DecisionStore
from remind_etl_tests.cli.conftest import Call
from remind_etl_tests.ids import OAK
from remind_etl_tests.message_servers import running_channel, running_mailbox


def _added(call: Call) -> None:
    call("districts", "add", "oak", "--name", "Oak Schools")


def test_a_district_gets_problems_until_a_person_chooses_otherwise(call: Call) -> None:
    _added(call)
    store = DecisionStore(settings.home().decisions_url)
    assert store.district(OAK).messages == "problems"
    newest = store.newest_decision(OAK)

    done = call("messages", "set", "oak", "off")

    assert (store.district(OAK).messages, store.newest_decision(OAK)) == ("off", newest)
    assert "remind-etl admins add oak EMAIL" in done.stderr
    assert "messages chosen" in call("history", "oak").stdout
    assert call("messages", "set", "oak", "loud").exit_code == 2


def test_the_list_shows_each_message_and_its_state(call: Call) -> None:
    _added(call)
    now = datetime.now(UTC)
    store = DecisionStore(settings.home().decisions_url)
    store.note(
        [Message(OAK, "district", "blocked", "a drop", {}), Message(OAK, "webhook", "failed", "x", {})], now.date(), now
    )
    store.sent(store.to_send(now)[:1], now)

    shown = json.loads(call("messages", "list", "--json").stdout)

    assert [(row["event"], row["state"]) for row in shown] == [("failed", "waits"), ("blocked", "sent")]
    assert len(call("messages", "list", "oak").stdout.splitlines()) == 3
    assert call("messages", "list", "elm").exit_code == 2


def test_a_trial_message_goes_by_each_way_and_a_failure_is_named(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    _added(call)
    assert call("messages", "try").exit_code == 2
    with running_mailbox() as mailbox, running_channel() as channel:
        monkeypatch.setenv("REMIND_ETL_SMTP_URL", mailbox.url())
        monkeypatch.setenv("REMIND_ETL_MAIL_FROM", "roster@example.org")
        monkeypatch.setenv("REMIND_ETL_MAIL_OPERATORS", "a@example.org,b@example.org")
        monkeypatch.setenv("REMIND_ETL_WEBHOOK_URL", channel.url)
        assert call("messages", "try").exit_code == 0
        channel.status = 404
        done = call("messages", "try", "--json")

    assert [to for to, _ in mailbox.taken] == [["a@example.org", "b@example.org"]] * 2
    assert len(channel.taken) == 1
    assert (done.exit_code, json.loads(done.stdout)[0]["why"]) == (4, "The webhook answered with the status 404.")
