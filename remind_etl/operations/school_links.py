"""The links of a district's schools: as the last run published them, with the decisions that were made since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from remind_etl.decided.store import DecisionStore, SchoolLink
from remind_etl.errors import UsageError
from remind_etl.published.one_file import rows_of_file
from remind_etl.published.store import Published
from remind_etl.schema.district_id import DistrictId

COLUMNS: Final = (
    "school_id",
    "school_name",
    "link",
    "platform_school_id",
    "platform_school_name",
    "reason",
    "score",
)
VANISHED: Final = "no longer in schools.csv; its records stay"
LOST: Final = "the platform no longer has the school"
UNDECIDED: Final = "the decision was taken back; the next run looks for proposals"
WAITING: Final = ("proposed", "unknown", "taken_back")
"""The states of a school that waits for a person."""
EXACT: Final = ("same id", "same name")
"""The reasons of a proposal that `confirm --exact` takes."""


@dataclass(frozen=True)
class SchoolLinks:
    """The links of one district's schools."""

    district: DistrictId
    published: Published
    decisions: DecisionStore

    def rows(self) -> list[dict[str, Any]]:
        """One row a school, with COLUMNS and its `people`, None if an earlier version published it.

        A school with a decision that the newest drop does not have is `vanished`. A school is `unknown` if the platform
        lost the school that it feeds. It is `taken_back` if its decision was taken back, until the next run has looked
        for proposals.

        Raises UnknownDistrict, or UsageError if no run of the district has ended.
        """
        self.decisions.district(self.district)
        names = self.decisions.platform_schools(self.district)
        decided = {link.school_id: link for link in self.decisions.school_links(self.district)}
        rows = rows_of_file(self.published.file(self.district, "schools"))
        for row in rows:
            row.setdefault("people", None)
            row |= _since(row, decided.get(row["school_id"]), names)
        vanished = decided.keys() - {row["school_id"] for row in rows}
        return rows + [_vanished(decided[school_id], names) for school_id in sorted(vanished)]

    def proposals(self, exact: bool = False) -> list[SchoolLink]:
        """The proposed links as decisions; with `exact` only those with the same id or the same name."""
        return proposed(self.rows(), exact)

    def confirm(self, chosen: Sequence[SchoolLink]) -> tuple[list[SchoolLink], list[str]]:
        """Confirm the proposals; returns the confirmed ones, and why others were refused.

        All are one transaction, unless a later decision contradicts one: on the school itself, or on a platform school
        that another school feeds by now. Then each is tried by itself.
        """
        try:
            self.decisions.link_schools(self.district, chosen, was={link.school_id: "" for link in chosen})
        except UsageError:
            return self._confirm_each(chosen)
        return list(chosen), []

    def _confirm_each(self, chosen: Sequence[SchoolLink]) -> tuple[list[SchoolLink], list[str]]:
        confirmed, refused = [], []
        for choice in chosen:
            try:
                self.decisions.link_schools(self.district, [choice], was={choice.school_id: ""})
                confirmed.append(choice)
            except UsageError as error:
                refused.append(f"School {choice.school_id!r} is not confirmed. {error}")
        return confirmed, refused

    def name_of(self, school_id: str) -> str | None:
        """The name of a school that the newest drop or a decision has; None before the first drop.

        Raises UsageError if there is no such school.
        """
        manifest = self.published.manifest(self.district)
        if manifest is None or "schools" not in manifest.tables:
            return None
        names: dict[str, str | None] = {row["school_id"]: row["school_name"] for row in self.rows()}
        if school_id not in names:
            raise UsageError(
                f"{school_id!r} is not in the schools.csv of {self.district}. "
                f"See `remind-etl schools list {self.district}`."
            )
        return names[school_id]


def proposed(rows: Iterable[Mapping[str, Any]], exact: bool = False) -> list[SchoolLink]:
    """The proposed links of these rows as decisions; with `exact` only those with the same id or the same name."""
    return [
        SchoolLink(row["school_id"], row["platform_school_id"], "confirmed", row["school_name"])
        for row in rows
        if row["link"] == "proposed" and (not exact or row["reason"] in EXACT)
    ]


def _since(row: Mapping[str, Any], choice: SchoolLink | None, names: Mapping[str, str]) -> dict[str, Any]:
    """What the decisions since the last run make of a published row."""
    if choice is None:
        was_decided = row["link"] in ("confirmed", "ignored") or row["reason"] == LOST
        nothing = {"platform_school_id": None, "platform_school_name": None, "score": None}
        return {"link": "taken_back", "reason": UNDECIDED, **nothing} if was_decided else {}
    platform = choice.platform_school_id
    is_lost = platform is not None and platform not in names
    return {
        "link": "unknown" if is_lost else choice.link,
        "platform_school_id": platform,
        "platform_school_name": names.get(platform or ""),
        "reason": LOST if is_lost else "decided",
    }


def _vanished(choice: SchoolLink, names: Mapping[str, str]) -> dict[str, Any]:
    """A school with a decision that the newest drop does not have."""
    values = (choice.school_id, choice.school_name, "vanished", choice.platform_school_id)
    cells = (*values, names.get(choice.platform_school_id or ""), VANISHED, None)
    return dict(zip(COLUMNS, cells, strict=True)) | {"people": None}
