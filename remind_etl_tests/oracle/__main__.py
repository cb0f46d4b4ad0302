"""Deliver histories, and print what differs from the law.

`python -m remind_etl_tests.oracle FIRST LAST [DAYS NEIGHBOURHOODS]` delivers the histories of these seeds.
`python -m remind_etl_tests.oracle shrink SEED DAY "LAW" [DAYS NEIGHBOURHOODS]` prints the smallest history that breaks the law.
"""

import sys
from dataclasses import replace

from remind_etl_tests.oracle.histories import History, history
from remind_etl_tests.oracle.real_side import differences
from remind_etl_tests.oracle.shrinking import shrunk


def print_differences(first: int, last: int, days: int = 7, neighbourhoods: int = 6) -> int:
    """Deliver the histories of these seeds, and print each difference. Returns the exit status."""
    found = 0
    for seed in range(first, last):
        for day, difference in differences(history(seed, days, neighbourhoods)):
            found += 1
            print(f"seed {seed} day {day}: {difference.law}: {difference.of}", flush=True)  # noqa: T201
        print(f"seed {seed} done", flush=True)  # noqa: T201
    return 1 if found else 0


def shrink(seed: int, day: int, law: str, days: int = 7, neighbourhoods: int = 6) -> None:
    """Print the smallest history that breaks the law."""
    whole = history(seed, days, neighbourhoods)

    def shows(smaller: History) -> bool:
        does = any(difference.law == law for _, difference in differences(smaller))
        print("smaller" if does else ".", end="\n" if does else "", file=sys.stderr, flush=True)  # noqa: T201
        return does

    found = shrunk(replace(whole, days=whole.days[: day + 1]), shows)
    print(shown(found))  # noqa: T201


def shown(found: History) -> str:
    """A history as text."""
    parts = [f"elsewhere {person}" for person in found.elsewhere]
    for number, day in enumerate(found.days):
        what = [name for name in ("approves", "undoes", "repeats") if getattr(day, name)]
        parts.append(f"day {number} {what} {day.links or ''}")
        for name, text in day.files.items():
            end = "" if text.endswith("\n") else " (no line end)"
            parts += [f"  {name}{end}", *(f"    {line}" for line in text.split("\n")[1:] if line)]
    return "\n".join(parts)


if __name__ == "__main__":
    if sys.argv[1] == "shrink":
        shrink(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], *map(int, sys.argv[5:]))
    else:
        sys.exit(print_differences(*map(int, sys.argv[1:])))
