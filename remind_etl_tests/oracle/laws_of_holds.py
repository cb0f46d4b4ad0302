"""The laws about holds. One-sided: a hold may count more than accounts, so that only what is too much is judged."""

from collections import Counter
from collections.abc import Iterator

from remind_etl_tests.oracle.state import Outcome
from remind_etl_tests.oracle.today import RANKS, Today

COUNT = 20
SHARE = 0.1
FEW = 5


def _gone(today: Today, outcome: Outcome, role: str) -> tuple[set[str], set[str]]:
    """The accounts with the role before, and those of them that are removed."""
    there = {account.id for account in today.before.accounts.values() if role in account.roles}
    return there, {account_id for account_id in there if account_id not in outcome.after.accounts}


def removals_above_the_limits_wait(today: Today, outcome: Outcome) -> Iterator[str]:
    for role in RANKS if not today.day.approves else ():
        there, gone = _gone(today, outcome, role)
        if len(gone) > max(COUNT, SHARE * len(there)) or (len(gone) > FEW and 2 * len(gone) > len(there)):
            yield f"{role}s: {len(gone)} of {len(there)}"


def removals_of_more_than_half_of_a_school_wait(today: Today, outcome: Outcome) -> Iterator[str]:
    for role in RANKS if not today.day.approves else ():
        there, gone = _gone(today, outcome, role)
        schools = Counter(s for of, s, r in today.before.places if r == role and of in there)
        for school, count in Counter(s for of, s, r in today.before.places if r == role and of in gone).items():
            if count > FEW and 2 * count > schools[school]:
                yield f"{role}s of {school}: {count} of {schools[school]}"
