"""Makes a history that shows a difference as small as it can be: fewer days, lines and faults."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from remind_etl_tests.oracle.histories import Day, History


def shrunk(history: History, shows: Callable[[History], bool], tries: int = 400) -> History:
    """The smallest history found that still shows the difference."""
    progress = True
    while progress:
        progress = False
        for smaller in _smaller(history):
            tries -= 1
            if tries < 0:
                return history
            if shows(smaller):
                history, progress = smaller, True
                break
    return history


def _smaller(history: History) -> Iterator[History]:
    days = history.days
    for number in range(len(days)):
        if len(days) > 1:
            yield replace(history, days=days[:number] + days[number + 1 :])
    if history.elsewhere:
        yield replace(history, elsewhere=())
    yield from (_without_place(history, n) for n in _neighbourhoods(history))
    for number, day in enumerate(days):
        for simpler in _simpler_days(day):
            yield replace(history, days=(*days[:number], simpler, *days[number + 1 :]))
    for line in sorted({line for day in days for text in day.files.values() for line in text.split("\n")[1:]}):
        yield replace(history, days=tuple(_without(day, line.__eq__) for day in days))
    for number, day in enumerate(days):
        for line in sorted({line for text in day.files.values() for line in text.split("\n")[1:]}):
            simpler = _without(day, line.__eq__)
            if simpler != day:
                yield replace(history, days=(*days[:number], simpler, *days[number + 1 :]))


def _without_place(history: History, number: int) -> History:
    return replace(history, days=tuple(_without_neighbourhood(day, number) for day in history.days))


def _simpler_days(day: Day) -> Iterator[Day]:
    for what in ("undoes", "repeats", "approves"):
        if getattr(day, what):
            yield replace(day, **{what: False})  # type: ignore[arg-type]
    if day.links:
        yield replace(day, links={})


def _neighbourhoods(history: History) -> list[int]:
    lines = {line.split(",")[0] for line in history.days[0].files["schools.csv"].split("\n")[1:] if line}
    numbers = sorted({int(school[1:-1]) for school in lines if school[1:-1].isdigit()})
    return numbers if len(numbers) > 1 else []


def _without_neighbourhood(day: Day, number: int) -> Day:
    smaller = _without(day, lambda line: f"S{number}a" in line or f"S{number}b" in line)
    return replace(smaller, links={s: how for s, how in day.links.items() if s[1:-1] != str(number)})


def _without(day: Day, is_gone: Callable[[str], bool]) -> Day:
    files = {}
    for name, text in day.files.items():
        head, *lines = text.split("\n")
        files[name] = "\n".join([head, *(line for line in lines if not line or not is_gone(line))])
    return replace(day, files=files)
