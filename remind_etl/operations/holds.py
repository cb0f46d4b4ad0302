"""The held changes of a district, their hash, and the effect of approving some kinds."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from remind_etl.decided.store import DecisionStore
from remind_etl.delivered.platform import PlatformStore
from remind_etl.errors import UsageError
from remind_etl.landed.copy import LandingStore
from remind_etl.operations.in_force import drop_in_force
from remind_etl.published.store import Manifest, Published
from remind_etl.schema.district_id import DistrictId
from remind_etl.schema.limits import ALL_KINDS, present_hold
from remind_etl.warehouse import sql
from remind_etl.warehouse.reading import named_rows, published_tables_of

BLOCKED: Final = "its newest drop is blocked and has no plan"

Files = tuple[tuple[str, Path], ...]
"""Published tables, by name."""

SHORTEST: Final = 6
"""The fewest characters of a hash that a person may give."""


@dataclass(frozen=True)
class Held:
    """Held changes: `kinds` as published in `holds`, `changes` counted by record, action and the kinds they need.

    `hold_hash` is None if nothing can be approved.
    """

    hold_hash: str | None
    kinds: dict[str, dict[str, Any]]
    changes: list[dict[str, Any]]

    @property
    def taken_up(self) -> list[str]:
        """The kinds that were approved before the last run; their remaining changes wait for other kinds too."""
        return [kind for kind, row in self.kinds.items() if row["is_approved"]]

    def goes(self, kinds: Collection[str]) -> list[dict[str, Any]]:
        """The changes that an approval of these kinds releases, in counts by record and action."""
        return _counted(row for row in self.changes if _meet(kinds, row))

    def choices(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """What each approval alone releases, and all of them together: its name, and counts by record and action."""
        each = [(f"{kind} alone", self.goes([kind])) for kind in self.kinds if kind not in self.taken_up]
        return [*each, ("all together", self.goes(self.kinds))] if len(self.kinds) > 1 else each

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        """The changes that wait for this kind, perhaps for others too, in counts by record and action."""
        return _counted(row for row in self.changes if any(kind in needs for needs in row["waits_for"]))

    def lacking(self, kinds: Collection[str]) -> list[str]:
        """The other kinds that some changes of these kinds also wait for."""
        needed = [needs for row in self.changes if not _meet(kinds, row) for needs in row["waits_for"]]
        return sorted({other for needs in needed if set(kinds) & set(needs) for other in needs} - set(kinds))

    def goes_too(self, kind: str, approved: Collection[str]) -> list[dict[str, Any]]:
        """The changes that an approval of the kind releases beside those of the approved kinds, in counts."""
        return _counted(row for row in self.changes if _meet({kind, *approved}, row) and not _meet(approved, row))

    def covers(self, kind: str, approved: Collection[str]) -> dict[str, int]:
        """The changes that an approval of the kind releases in addition, in counts, for the log."""
        return {f"{part['kind']} {part['action']}": part["changes"] for part in self.goes_too(kind, approved)}


@dataclass(frozen=True)
class HoldService:
    """Shows the held changes of a district, and takes approvals and refusals of them."""

    published: Published
    platform: PlatformStore
    landing: LandingStore
    decisions: DecisionStore

    def undone(self, district: DistrictId) -> str | None:
        """A sentence if the last run's plan has lapsed because a delivery was undone later; otherwise None."""
        manifest, last = self.published.manifest(district), self.platform.last_delivery(district)
        if not manifest or not last or not last.undoes or _at(last.delivered_at) < _at(manifest.published_at):
            return None
        return (
            f"Delivery {last.number} undid {last.undone_named} after the last run, so that run's plan has lapsed. "
            f"The next run makes a new plan. To make it now, run `remind-etl sync {district}`."
        )

    def held(self, district: DistrictId) -> Held:
        """The held changes of the district; none if a run must plan first, as after a blocked drop or an undo.

        Raises UsageError if the results of the last run are not here.
        """
        manifest = self.published.known_manifest(district, "held changes")
        if manifest is None or manifest.blockers or "holds" not in manifest.tables or self.undone(district):
            return Held(None, {}, [])
        holds = _all(self.published.file(district, "holds"))
        kinds = {(name := present_hold(row["kind"])): {**row, "kind": name} for row in holds}
        held_changes = _asked("published/report", "held", (("published", self.published.file(district, "changes")),))
        changes = [
            {**row, "waits_for": [[present_hold(name) for name in needs] for needs in row["waits_for"]]}
            for row in held_changes
        ]
        return Held(manifest.hold_hash if changes else None, kinds, changes)

    def by_school(self, district: DistrictId) -> list[dict[str, Any]]:
        """The numbers of held changes of accounts, classes and places in classes by school, the most first."""
        files = self._files(district, "changes")
        return _asked("operations", "held_changes", files) if files else []

    def listed(
        self, district: DistrictId, school: str | None = None, most: int | None = None, skipped: int = 0
    ) -> list[dict[str, Any]]:
        """The people, classes and places in classes whose changes are held, with names: personal data.

        `school` is blank for changes that belong to no school.
        """
        files = self._files(district, "held_rows") or self._files(district, "changes", "accounts", "classes")
        _, every, of_school, _ = sql.statements("operations", "held_changes")
        values = {"most": most, "skipped": skipped} | ({} if school is None else {"school": school})
        return _rows_of(files, every if school is None else of_school, values) if files else []

    def count(self, district: DistrictId, school: str | None = None) -> int:
        """How many rows `listed` has in all."""
        files = self._files(district, "held_rows") or self._files(district, "changes", "accounts", "classes")
        *_, counted = sql.statements("operations", "held_changes")
        return int(_rows_of(files, counted, {"school": school})[0]["rows"]) if files else 0

    def _files(self, district: DistrictId, *tables: str) -> Files:
        """These published tables about the held changes; none if nothing is held, or if one is not published."""
        manifest = self.published.manifest(district)
        if manifest is None or manifest.blockers or not manifest.hold_hash or self.undone(district):
            return ()
        files = self.published.files(manifest)
        return tuple((table, files[table]) for table in tables) if files.keys() >= {*tables} else ()

    def approved_before(self, district: DistrictId, held: Held) -> list[str]:
        """The kinds that are approved already. An approval of another kind may release changes that need both.

        A kind that an earlier run took up counts too, unless a person refused its rest.
        """
        if not held.hold_hash:
            return []
        approved = self.decisions.approved_kinds(district, held.hold_hash)
        return sorted({*approved, *(kind for kind in held.taken_up if kind not in self._refused(district, held))})

    def _refused(self, district: DistrictId, held: Held) -> set[str]:
        """The kinds that a person refused."""
        refused = self.decisions.refusals(district, str(held.hold_hash))
        return set(held.kinds) if ALL_KINDS in refused else {*refused}

    def choose(self, district: DistrictId, given: str, kinds: Sequence[str] = ()) -> tuple[Held, list[str]]:
        """The held changes that a hash names, and the kinds of them that an approval of these kinds covers.

        `given` is the hash of the held changes, or the hash of their plan, or a unique beginning of either. Without
        `kinds`, all kinds are meant. Raises UsageError if no change, or none of these kinds, is held under this hash.
        """
        waiting = self._under(district, given)
        can_go = [name for name in waiting.kinds if waiting.of_kind(name)]
        named = _named(district, kinds, can_go)
        settled = {*waiting.taken_up} - self._refused(district, waiting)
        return waiting, named or [name for name in can_go if name not in settled]

    def approve(
        self, district: DistrictId, given: str, kinds: Sequence[str] = (), was: str | None = None
    ) -> tuple[Held, list[str]]:
        """Approve the changes held under this hash, or only some kinds; returns these changes and the approved kinds.

        `was` stands for the decisions about them that the person saw. Raises UsageError as `choose` does, and
        DecidedMeanwhile if there are other decisions now.
        """
        waiting, chosen = self.choose(district, given, kinds)
        hold_hash = str(waiting.hold_hash)
        # The rest of a kind that a run applied has this hash now. It stays approved by the same person.
        kept = self.approved_before(district, waiting)
        covers = {name: waiting.covers(name, {*kept, *chosen[:number]}) for number, name in enumerate(chosen)}
        self.decisions.approve_kinds(district, hold_hash, covers, kept, was)
        return waiting, self.decisions.approved_kinds(district, hold_hash)

    def refuse(
        self, district: DistrictId, given: str, why: str, kinds: Sequence[str] = (), was: str | None = None
    ) -> tuple[Held, list[str]]:
        """Refuse the changes held under this hash, or only some kinds; returns these changes and the refused kinds.

        Raises UsageError if no change, or none of these kinds, is held under this hash, or the reason is empty.
        `was` and DecidedMeanwhile are as in `approve`.
        """
        if not why.strip():
            raise UsageError("The reason is empty. Write it for your colleagues.")
        waiting = self._under(district, given)
        named = _named(district, kinds, waiting.kinds)
        covers = {kind: row["records"] for kind, row in waiting.kinds.items() if not named or kind in named}
        self.decisions.refuse(district, str(waiting.hold_hash), why.strip(), covers, was)
        return waiting, list(covers)

    def _under(self, district: DistrictId, given: str) -> Held:
        """The changes held now, if the hash names exactly these.

        Raises UsageError with the reason if it does not.
        """
        self.decisions.district(district)
        held, manifest = self.held(district), self.published.require_manifest(district, "held changes")
        if not held.hold_hash:
            why = BLOCKED if manifest.blockers else "no change waits there"
            raise UsageError(self.undone(district) or f"There is nothing to decide in {district}: {why}.")
        past = self._past_drops(district)
        if len(given) < SHORTEST:
            raise UsageError(f"Write at least {SHORTEST} characters of the hash. See `remind-etl holds {district}`.")
        if not any(name.startswith(given) for name in (held.hold_hash, manifest.plan_hash)):
            raise UsageError(
                f"{_lapsed(manifest, given, past)} The changes held now have the hash {held.hold_hash}. "
                f"See `remind-etl holds {district}`."
            )
        if len({name for name in (*past, manifest.plan_hash) if name.startswith(given)}) > 1:
            raise UsageError(f"Several hashes of {district} begin with {given}. Write more characters of it.")
        in_force = drop_in_force(self.landing, self.platform, district)
        if in_force != manifest.drop_id:
            raise UsageError(f"{district} has sent other files. Wait for the run of drop {in_force}.")
        return held

    def has_newer_files(self, district: DistrictId) -> bool:
        """True if the held changes are of an upload that is not in force any more: its run has not ended yet."""
        manifest = self.published.manifest(district)
        return bool(manifest and drop_in_force(self.landing, self.platform, district) != manifest.drop_id)

    def lapsed_approvals(self, district: DistrictId) -> list[str]:
        """The kinds that a person approved of the drop before, and that no run used: another drop came first.

        What waits now is another change, so these approvals do not cover it.
        """
        manifest = self.published.manifest(district)
        if manifest is None or not manifest.hold_hash:
            return []
        before = [row for row in _all(self.published.file(district, "plans")) if row["drop_id"] < manifest.drop_id]
        last = [row for row in before if row["drop_id"] == before[-1]["drop_id"]]
        hashes = {row["hold_hash"] for row in last if row["hold_hash"]} - {manifest.hold_hash}
        used = {present_hold(row["kind"]) for row in last if row["is_approved"]}
        approved = {kind for hold_hash in hashes for kind in self.decisions.approved_kinds(district, hold_hash)}
        return sorted(approved - used)

    def _past_drops(self, district: DistrictId) -> dict[str, set[str]]:
        """The drops of each hash of held changes so far."""
        drops: dict[str, set[str]] = {}
        for row in _all(self.published.file(district, "plans")):
            if row["hold_hash"]:
                drops.setdefault(row["hold_hash"], set()).add(row["drop_id"])
        return drops


def _named(district: DistrictId, kinds: Iterable[str], waiting: Collection[str]) -> list[str]:
    """The kinds under their present names, each once.

    Raises UsageError if one of them does not wait.
    """
    named = list(dict.fromkeys(map(present_hold, kinds)))
    if others := [name for name in named if name not in waiting]:
        raise UsageError(
            f"No {', '.join(map(repr, others))} wait in {district}. These kinds wait: {', '.join(waiting)}."
        )
    return named


@lru_cache(maxsize=64)
def _asked(package: str, name: str, files: Files) -> list[dict[str, Any]]:
    """The rows of the first statement of a file, counts that nobody changes. A published file never changes."""
    return _rows_of(files, sql.statements(package, name)[0], {})


def _rows_of(files: Files, statement: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    with published_tables_of(dict(files)) as db:
        if "accounts" in dict(files):  # an earlier version published no held_rows
            names = {"changes": "changes", "tables": "", "target": "held_rows"}
            db.execute(sql.filled_statements("warehouse", "held_rows", **names)[0])
        return named_rows(db.sql(statement, params=values))


def _all(file: Path) -> list[dict[str, Any]]:
    with published_tables_of({"published": file}) as db:
        return named_rows(db.table("published"))


def _lapsed(manifest: Manifest, given: str, past: dict[str, set[str]]) -> str:
    """Why the changes held now do not have the hash."""
    drops = {drop for name, of in past.items() if name.startswith(given) for drop in of}
    if not drops:
        return f"No plan of {manifest.district_id} has the hash {given}."
    why = "the held changes are different now" if manifest.drop_id in drops else "the district has sent other files"
    return f"That hash has lapsed, because {why}."


def _at(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


def _meet(approved: Collection[str], row: dict[str, Any]) -> bool:
    return any(set(approved).issuperset(needs) for needs in row["waits_for"])


def _counted(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        counts[row["kind"], row["action"]] += row["changes"]
    return [{"kind": kind, "action": action, "changes": changes} for (kind, action), changes in counts.items()]
