"""How each district stands: the one answer that commands and pages show."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from remind_etl.catalogue import statuses
from remind_etl.published import status
from remind_etl.published.store import Manifest, Published
from remind_etl.schema.district_id import DistrictId
from remind_etl.schema.limits import ALL_KINDS, present_hold

if TYPE_CHECKING:
    from remind_etl.decided.store import DecisionStore, District, Pause
    from remind_etl.delivered.platform import PlatformStore
    from remind_etl.landed.copy import FailedLanding, LandingStore


class Newest(StrEnum):
    """What became of the newest upload of a district."""

    NONE = "none"
    """No upload has come, as far as we know."""
    IN_RUN = "in_run"
    """A run that was asked to take it is in the queue or under way. Only a caller that asks Dagster knows this."""
    NOT_TAKEN = "not_taken"
    """An upload has come, but it could not be taken. The sentence of the district says why."""
    LANDED = "landed"
    """It landed, but no run of it has ended yet, or the results are not here."""
    PUBLISHED = "published"
    """A run of it has ended, and its results are here."""


@dataclass(frozen=True)
class Standing:
    """How one district stands, as one word and one sentence, and what these come from.

    `manifest` is what the last run published. If that is not here, it has what the platform and the landed drops tell.
    """

    district: "District"
    word: status.Status
    says: str
    manifest: Manifest
    pause: "Pause | None"
    newest: Newest

    def with_upload_in_run(self) -> "Standing":
        """The standing of a district whose first upload a run has been asked to take."""
        if self.word is not status.Status.WAITING_FOR_FILES or self.newest is not Newest.NONE:
            return self
        return replace(self, newest=Newest.IN_RUN, says=statuses.UPLOAD_IN_RUN)

    def document(self) -> dict[str, Any]:
        """The standing as `status --json` shows it."""
        told, pause = self.manifest, self.pause
        return {
            "district": self.district.district_id,
            "name": self.district.name,
            "status": str(self.word),
            "says": self.says,
            "newest_upload": str(self.newest),
            "drop": told.drop_id or None,
            "arrived_at": told.arrived_at or None,
            "delivered_drop": told.delivered_drop_id,
            "delivered_at": None if status.waits_wholly(told) else told.delivered_at or None,
            "last_run_at": told.published_at or None,
            "counts": dict(told.counts),
            "problems": dict(told.problems),
            "blockers": list(told.blockers),
            "plan": dict(told.plan),
            "waiting": {
                "schools": told.waiting_schools,
                "people": told.waiting_people,
                "holds": [] if told.has_lapsed_plan else list(told.holds),
            },
            "pause": pause and {"waits": pause.what, "ends_at": pause.ends_at, "paused_by": pause.paused_by},
            "limits": vars(self.district.limits),
        }


@dataclass(frozen=True)
class Standings:
    """Tells how districts stand.

    `landing` opens the landed drops. `platform` opens the platform, or returns None if it does not exist yet. Both are
    only asked about a district whose publication is not here. Without `is_for_operators`, the sentences are for the
    district itself.
    """

    published: Published
    decisions: "DecisionStore"
    landing: "Callable[[], LandingStore]"
    platform: "Callable[[], PlatformStore | None]"
    is_for_operators: bool = True

    def of(self, district: "District", now: datetime) -> Standing:
        """How the district stands at this moment."""
        manifest = self.published.manifest(district.district_id)
        return self.judged(district, manifest, self.decisions.pause_of(district.district_id, now), now)

    def is_left(self, district: "District", failed: Collection[DistrictId]) -> bool:
        """True if a person must look at the district: its newest run failed, or its newest drop is blocked.

        A run of an older drop may come after the blocked one, and end well. `failed` are the districts whose newest run
        failed.
        """
        name = district.district_id
        return name in failed or status.is_blocked(self.published.manifest(name))

    def judged(
        self,
        district: "District",
        manifest: Manifest | None,
        pause: "Pause | None",
        now: datetime,
        has_platform: bool = True,
    ) -> Standing:
        """How the district stands with this publication and pause; without `has_platform` the platform is not asked."""
        told = manifest or self._unpublished(district.district_id, has_platform)
        word, says = _stands(manifest, told, now, pause.what if pause else "")
        says = self._decided(word, says, told)
        newest = Newest.PUBLISHED if manifest else Newest.LANDED if told.drop_id else Newest.NONE
        is_waiting = word is status.Status.WAITING_FOR_FILES and newest is Newest.NONE
        landing = self.landing() if is_waiting else None
        if landing and (why := why_not_taken(landing, district.district_id, is_for_operators=self.is_for_operators)):
            newest, says = Newest.NOT_TAKEN, why
        return Standing(district, word, says, told, pause, newest)

    def _decided(self, word: status.Status, says: str, told: Manifest) -> str:
        """The sentence about a district that waits for a person, with what was decided since its last run."""
        district = told.district_id
        if word is status.Status.ON_HOLD and told.hold_hash:
            return self._decided_holds(told, told.hold_hash)
        if word is status.Status.WAITING_FOR_SCHOOLS:
            decided = sum(
                told.is_older_than(link.decided_at) for link in self.decisions.link_decisions(district).values()
            )
            if decided:
                schools = status.counted(min(decided, told.waiting_schools), "school")
                since = statuses.SCHOOLS_DECIDED.format(schools=schools)
                return since if decided >= told.waiting_schools else f"{says} {since}"
        return says

    def _decided_holds(self, told: Manifest, hold_hash: str) -> str:
        """What of the held changes waits for a person, what is approved, and what is refused."""
        approved = {*self.decisions.approved_kinds(told.district_id, hold_hash)}
        refused = self.decisions.refusals(told.district_id, hold_hash).keys()
        of_sentence: dict[str, list[str]] = {}
        for kind in map(present_hold, told.holds):
            sentence = statuses.STATUSES[status.Status.ON_HOLD]
            if kind in approved:
                sentence = statuses.HOLDS_APPROVED_SINCE
            elif refused & {kind, ALL_KINDS}:
                sentence = statuses.HOLDS_REFUSED_SINCE
            of_sentence.setdefault(sentence, []).append(kind)
        return " ".join(text.format(held=status.kinds_in_words(kinds)) for text, kinds in of_sentence.items())

    def _unpublished(self, district: DistrictId, has_platform: bool) -> Manifest:
        """What the platform and the landed drops tell of a district whose publication is not here."""
        newest = self.landing().newest(district)
        told = Manifest(
            district, newest.drop_id if newest else "", newest.landed_at.isoformat(timespec="seconds") if newest else ""
        )
        store = self.platform() if has_platform else None
        if not store or not (last := store.last_delivery(district)):
            return told
        counts = store.counts(district)
        return replace(
            told,
            counts=counts,
            delivered_drop_id=last.drop_id,
            delivered_at=last.delivered_at if counts["accounts"] else "",
            arrived_at=told.arrived_at or last.delivered_at,
        )


def why_not_taken(
    landing: "LandingStore", district: DistrictId, fingerprint: str | None = None, is_for_operators: bool = True
) -> str:
    """Why the newest upload could not be taken, and who acts; blank if it was taken, or nothing is known of it.

    If a fingerprint is given, the sentence is only about the upload that has it.
    """
    failed = landing.failure(district)
    if failed is None or fingerprint not in (None, failed.fingerprint):
        return ""
    return untaken_in_words(failed, is_for_operators)


def untaken_in_words(failed: "FailedLanding", is_for_operators: bool = True) -> str:
    """Why an upload could not be taken, and who acts; blank if a later version wrote who acts.

    The cause on our side may be an error of our code, so operators alone are told it.
    """
    sentences = statuses.UNTAKEN if is_for_operators else statuses.UNTAKEN_TO_DISTRICT
    return sentences[failed.acts].format(why=failed.why) if failed.acts in sentences else ""


def _stands(manifest: Manifest | None, told: Manifest, now: datetime, pause: str) -> tuple[status.Status, str]:
    """How the district stands, as one word and one sentence."""
    word = status.status_of(manifest, now, is_paused=bool(pause))
    if manifest or pause:
        return word, status.sentence_of_status(manifest, now, pause)
    if told.delivered_drop_id:
        return status.Status.UNPUBLISHED, status.unpublished(told.counts)
    return word, statuses.LANDED_ONLY if told.drop_id else status.sentence_of_status(None, now)
