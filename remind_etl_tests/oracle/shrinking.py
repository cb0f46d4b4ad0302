"""Makes a history that shows a difference as small as it can be: fewer neighbourhoods, days, people and lines."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from remind_etl_tests.oracle.histories import Day, History

Step = Callable[[History], History]
"""Makes a history smaller, or leaves it as it is."""


def shrunk(history: History, shows: Callable[[History], bool], rounds: int = 3) -> History:
    """The smallest history found that still shows the difference."""
    for _ in range(rounds):
        whole = history
        for stage in (_places, _days, _people_elsewhere, _faults, _ids, _lines, _lines_of_days):
            for step in list(stage(history)):
                smaller = step(history)
                if smaller != history and shows(smaller):
                    history = smaller
        if history == whole:
            break
    return history


def _places(history: History) -> Iterator[Step]:
    """One neighbourhood alone."""
    schools = [line.split(",")[0] for line in history.days[0].files["schools.csv"].split("\n")[1:] if line]
    numbers = sorted({number for school in schools for number in re.findall(r"\d+", school)}, key=int)
    for number in numbers if len(numbers) > 1 else []:
        yield lambda found, number=number: _only(found, number)  # type: ignore[misc]


def _only(history: History, number: str) -> History:
    def is_of_another(line: str) -> bool:
        ids = re.findall(r"\bS(\d+)[ab]\b", line)
        return bool(ids) and number not in ids

    days = [
        replace(_without(day, is_of_another), links={s: how for s, how in day.links.items() if s[1:-1] == number})
        for day in history.days
    ]
    people = tuple(person for person in history.elsewhere if person.account_id.endswith(f"-{number}"))
    return History(tuple(days), people)


def _days(history: History) -> Iterator[Step]:
    count = len(history.days)
    for kept in (1, 2, 3):
        yield lambda found, kept=kept: replace(found, days=found.days[-kept:])  # type: ignore[misc]
    for back in range(1, count + 1):
        yield lambda found, back=back: _without_day(found, len(found.days) - back)  # type: ignore[misc]


def _without_day(history: History, number: int) -> History:
    if number < 0 or len(history.days) < 2:
        return history
    return replace(history, days=history.days[:number] + history.days[number + 1 :])


def _people_elsewhere(history: History) -> Iterator[Step]:
    yield lambda found: replace(found, elsewhere=())


def _faults(history: History) -> Iterator[Step]:
    for number in range(len(history.days)):
        simpler: tuple[dict[str, Any], ...] = ({"undoes": False}, {"repeats": False}, {"approves": True}, {"links": {}})
        for simple in simpler:
            yield lambda found, n=number, simple=simple: _with_day(found, n, replace(found.days[n], **simple))  # type: ignore[misc]


def _ids(history: History) -> Iterator[Step]:
    texts = [text for day in history.days for text in day.files.values()]
    for record_id in sorted(set(re.findall(r"\b[TPC]Z?\d\w*", "\n".join(texts)))):
        yield lambda found, i=record_id: _without_lines(found, lambda line: i in re.findall(r"\w+", line))  # type: ignore[misc]


def _lines(history: History) -> Iterator[Step]:
    for line in sorted({line for day in history.days for line in _lines_of(day)}):
        yield lambda found, line=line: _without_lines(found, line.__eq__)  # type: ignore[misc]


def _lines_of_days(history: History) -> Iterator[Step]:
    for number, day in enumerate(history.days):
        for line in _lines_of(day):
            yield lambda found, n=number, line=line: _with_day(found, n, _without(found.days[n], line.__eq__))  # type: ignore[misc]


def _lines_of(day: Day) -> list[str]:
    return sorted({line for text in day.files.values() for line in text.split("\n")[1:] if line})


def _without_lines(history: History, is_gone: Callable[[str], bool]) -> History:
    return replace(history, days=tuple(_without(day, is_gone) for day in history.days))


def _with_day(history: History, number: int, day: Day) -> History:
    return replace(history, days=(*history.days[:number], day, *history.days[number + 1 :]))


def _without(day: Day, is_gone: Callable[[str], bool]) -> Day:
    files = {}
    for name, text in day.files.items():
        head, *lines = text.split("\n")
        files[name] = "\n".join([head, *(line for line in lines if not line or not is_gone(line))])
    return replace(day, files=files)
