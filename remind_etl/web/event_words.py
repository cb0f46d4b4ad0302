"""The events of a district's history in people's words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from remind_etl.catalogue import pages as texts
from remind_etl.catalogue.listed import listed_in_words
from remind_etl.schema.limits import present_hold
from remind_etl.schema.records import ACTIONS


def event_words(event: Mapping[str, Any]) -> tuple[str, str]:
    """A heading and a sentence, which may be blank, of an event as `History.events` gives it."""
    detail: Mapping[str, Any] = event["detail"]
    if event["event"] == "decision":
        return _decision_in_words(event["what"], detail), _reason_of(detail)
    heading = texts.EVENTS[event["event"]].format(number=event["what"])
    if event["event"] == "drop":
        sizes = sum(detail["bytes"].values())
        sent = f"{len(detail['bytes'])} files, {max(sizes // 1024, 1):,} KB."
        return heading, f"{sent} {texts.OUTCOMES.get(detail['outcome'], texts.NO_OUTCOME)}"
    if event["event"] == "hold":
        return heading, records_in_words(detail) + "."
    counts = [f"{detail[action]:,} {texts.DONE[action]}" for action in ACTIONS if detail.get(action)]
    nothing = texts.PUT_NOBODY if event.get("puts_nobody") and "undoes" not in detail else texts.NO_CHANGE
    says = texts.RECORDS.format(counts=", ".join(counts)) if counts else nothing
    undid = (texts.UNDID_SINCE if "to" in detail else texts.UNDID).format_map(detail) if "undoes" in detail else ""
    undone = texts.UNDONE_BY.format_map(detail) if "undone_by" in detail else ""
    return heading, f"{undid} {says} {undone}".strip()


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


def headings_of_holds(kinds: Iterable[str]) -> str:
    """Kinds of held changes in a sentence, in the order in which the pages show them."""
    present = {present_hold(kind) for kind in kinds}
    return listed_in_words([heading.lower() for kind, (heading, _) in texts.HELD.items() if kind in present])


def _decision_in_words(what: str, detail: Mapping[str, Any]) -> str:
    words = defaultdict(str, {name: _value_in_words(value) for name, value in detail.items()})
    if "kind" in detail:
        words["kind"] = headings_of_holds([detail["kind"]])
    words["kinds"] = headings_of_holds(detail.get("covers", ())) or texts.ALL_HELD
    words["settings"] = listed_in_words(_changed_settings(detail)) if what in SETTINGS_CHANGED else ""
    is_range = what == "delivery undone" and detail.get("to", detail["delivery"]) != detail["delivery"]
    text = texts.UNDONE_SINCE if is_range else texts.DECISIONS.get(what, what.capitalize())
    return text.format_map(words)


SETTINGS_CHANGED: Final = ("district changed", "settings changed")


def _changed_settings(detail: Mapping[str, Any]) -> list[str]:
    """What was changed of a district: limits with their values, if the log has them, and all else by its name."""
    pairs: Mapping[str, Any] = detail.get("changed_limits", {})
    named = [text for name, text in texts.SETTINGS.items() if name in detail and not (pairs and name == "limits")]
    return named + [texts.LIMIT_CHANGED.format(name=n, before=pair[0], after=pair[1]) for n, pair in pairs.items()]


def _reason_of(detail: Mapping[str, Any]) -> str:
    """The reason that a person wrote for a decision, or nothing."""
    return str(detail.get("why", ""))


def _value_in_words(value: object) -> str:
    return f"{value:,}" if type(value) is int else str(value)
