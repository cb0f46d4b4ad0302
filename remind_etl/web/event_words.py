"""The events of a district's history in people's words."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from remind_etl.catalogue import pages as texts
from remind_etl.schema.records import ACTIONS


def event_words(event: Mapping[str, Any]) -> tuple[str, str]:
    """A heading and a sentence, which may be blank, of an event as `History.events` gives it."""
    detail: Mapping[str, Any] = event["detail"]
    if event["event"] == "decision":
        words = defaultdict(str, {name: _value_in_words(value) for name, value in detail.items()})
        text = texts.DECISIONS.get(event["what"], event["what"].capitalize())
        is_range = event["what"] == "delivery undone" and detail.get("to", detail["delivery"]) != detail["delivery"]
        return (texts.UNDONE_SINCE if is_range else text).format_map(words), ""
    heading = texts.EVENTS[event["event"]].format(number=event["what"])
    if event["event"] == "drop":
        sizes = sum(detail["bytes"].values())
        sent = f"{len(detail['bytes'])} files, {max(sizes // 1024, 1):,} KB."
        return heading, f"{sent} {texts.OUTCOMES.get(detail['outcome'], texts.NO_OUTCOME)}"
    if event["event"] == "hold":
        return heading, records_in_words(detail) + "."
    counts = [f"{detail[action]:,} {texts.DONE[action]}" for action in ACTIONS if detail.get(action)]
    says = texts.RECORDS.format(counts=", ".join(counts)) if counts else texts.NO_CHANGE
    undid = (texts.UNDID_SINCE if "to" in detail else texts.UNDID).format_map(detail) if "undoes" in detail else ""
    return heading, f"{undid} {says}".strip()


def records_in_words(counts: Mapping[str, int]) -> str:
    """Numbers of records by kind, such as `3 accounts and 1 class`, those that matter most to people first."""
    ordered = [(counts[kind], nouns) for kind, nouns in texts.NOUNS.items() if counts.get(kind)]
    return listed_in_words([f"{count:,} {nouns[count != 1]}" for count, nouns in ordered])


def action_words(counts: Mapping[str, Mapping[str, int]]) -> str:
    """The effect of changes, which are counted by kind and by action, in people's words; blank if there are none."""
    sentences = []
    for action, done in texts.DONE.items():
        of_action = {kind: actions[action] for kind, actions in counts.items() if actions.get(action)}
        if of_action:
            verb = "is" if sum(of_action.values()) == 1 else "are"
            sentences.append(f"{records_in_words(of_action)} {verb} {done}.")
    return " ".join(sentences)


def listed_in_words(parts: Sequence[str]) -> str:
    """The parts with commas, and with "and" before the last."""
    return " and ".join([", ".join(parts[:-1]), *parts[-1:]] if len(parts) > 1 else parts)


def _value_in_words(value: object) -> str:
    return f"{value:,}" if type(value) is int else str(value)
