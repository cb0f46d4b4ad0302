"""The history in people's words."""

from typing import Any

import pytest

from remind_etl.web.event_words import event_words


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (
            {"event": "decision", "what": "delivery undone", "detail": {"delivery": 4, "to": 6}},
            "Deliveries 4 to 6 undone",
        ),
        ({"event": "decision", "what": "delivery undone", "detail": {"delivery": 4, "to": 4}}, "Delivery 4 undone"),
        ({"event": "decision", "what": "delivery undone", "detail": {"delivery": 4}}, "Delivery 4 undone"),
        (
            {"event": "delivery", "what": 7, "detail": {"undoes": 4, "to": 6}},
            "It undid deliveries 4 to 6. Nothing changed.",
        ),
        ({"event": "delivery", "what": 7, "detail": {"undoes": 4}}, "It undid delivery 4. Nothing changed."),
        ({"event": "delivery", "what": 4, "detail": {"undone_by": 7}}, "Nothing changed. Delivery 7 undid this."),
    ],
)
def test_an_undoing_of_several_deliveries_names_the_first_and_the_last(event: dict[str, Any], words: str) -> None:
    assert words in event_words(event)


@pytest.mark.parametrize(
    ("what", "detail", "words"),
    [
        ("removals approved", {"kind": "cut_files"}, ("Waiting changes approved: cut files", "")),
        ("removals approved", {"kind": "contacts"}, ("Waiting changes approved: new guardians", "")),
        (
            "removals refused",
            {"why": "Wrong file", "covers": {"guardians": 2, "students": 3, "class members": 1}},
            ("Waiting changes refused: students, guardians and places in classes", "Wrong file"),
        ),
        ("removals refused", {"why": "Wrong file"}, ("Waiting changes refused: all", "Wrong file")),
    ],
)
def test_a_decision_about_waiting_changes_names_them_as_the_pages_do(
    what: str, detail: dict[str, Any], words: tuple[str, str]
) -> None:
    assert event_words({"event": "decision", "what": what, "detail": detail}) == words
