"""`landed/files`: the files of one drop together, copied byte for byte."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import dagster as dg
from pydantic import Field

from remind_etl.catalogue import uploads
from remind_etl.catalogue.statuses import NO_DISTRICT, NOTHING_NEW
from remind_etl.errors import (
    ConnectionTrouble,
    DropUnstable,
    HostKeyChanged,
    LoginRefused,
    NoServerYet,
    OperatorError,
    RemindEtlError,
    UnknownDistrict,
    disk_full,
    own_fault,
)
from remind_etl.landed import start
from remind_etl.landed.copy import Drop, FailedLanding, LandingStore
from remind_etl.landed.erase import delete_unfinished
from remind_etl.landed.folder import land_folder, other_files
from remind_etl.orchestration.district_page import page_metadata
from remind_etl.orchestration.missing_results import warn_of_missing_results
from remind_etl.orchestration.outcome import is_refused, of_failure, of_nothing_new, tag_run
from remind_etl.orchestration.stage_asset import FRESH, stage_asset
from remind_etl.orchestration.step import Fact, RunWarehouse, district_of, guarded
from remind_etl.orchestration.stores import (
    Decisions,
    FindBasis,
    FindDropInForce,
    FindNewestDelivery,
    FindUpload,
    OpenDropServer,
    Publications,
    UploadFound,
)
from remind_etl.schema.district_id import DistrictId
from remind_etl.warehouse.basis import READ_AT

TAKES: Final = ".dagster/remind_etl_takes"
"""The tag with the choice of a run. Dagster's pages hide tags with this beginning."""


class Source(dg.Config):
    """The source of the drop. If nothing is set, it is the newest upload, else the drop in force: see in_force.py."""

    folder: str = Field(default="", description="A folder or zip on this machine.")
    drop: str = Field(default="", description="The id of a landed drop. `remind-etl history` lists them.")
    again: bool = Field(default=False, description="Run all steps, also if nothing is new since the last run.")
    fingerprint: str | None = Field(
        default=None,  # which keeps it out of the launchpads
        description="Only the sensor sets it: the fingerprint of the upload to copy from the SFTP server.",
    )
    was_in_force: str | None = Field(
        default=None,
        description="Only the daemon sets it: the drop that was in force when it asked for the run. The run takes the "
        "drop that is in force when the run starts, and no newer upload.",
    )


@stage_asset("landed", deps=[["dropped", "files"]], kinds={"sftp", "file"}, freshness=FRESH, is_optional=True)
def files(
    context: dg.AssetExecutionContext,
    config: Source,
    decisions: dg.ResourceParam[Decisions],
    drop_server: dg.ResourceParam[OpenDropServer],
    landing: dg.ResourceParam[LandingStore],
    drop_in_force: dg.ResourceParam[FindDropInForce],
    warehouse: dg.ResourceParam[RunWarehouse],
    find_upload: dg.ResourceParam[FindUpload],
    find_basis: dg.ResourceParam[FindBasis],
    newest_delivery: dg.ResourceParam[FindNewestDelivery],
    publications: dg.ResourceParam[Publications],
) -> Iterator[dg.MaterializeResult]:
    """One row per file of the drop: its name, size and SHA-256. The warehouse is emptied for the drop.

    If nothing is new since the last run of the district, the run ends here: the warehouse stays, and Dagster skips all
    further steps.
    """
    warn_of_missing_results(True)
    with guarded():
        district = _known_district(context, decisions)
        delete_unfinished(landing, district)
        chosen = _land(district, config, drop_server, landing)
        newest = Newest(drop_server, landing, drop_in_force, find_upload)
        drop, why = (
            (chosen, None)
            if chosen
            else newest.take(district, RunChoice(context.instance, context.run.run_id), config.was_in_force)
        )
        reason: dict[str, Fact] = {"why_this_drop": why} if why else {}
        read_at, basis = datetime.now(UTC).isoformat(), find_basis(district)
        if not config.again and publications.has_results(district, drop.drop_id, basis, newest_delivery):
            publications.arrived_again(district, landing.arrived_at(district))
            facts: dict[str, Fact] = {"dagster/row_count": len(drop.files), "drop": drop.drop_id, **reason}
            facts |= page_metadata(district)
            facts["nothing_new"] = NOTHING_NEW
            last = publications.manifest(district)
            tag_run(context.instance, context.run, *of_nothing_new(last, is_refused(decisions, last)))
            context.log_event(dg.AssetMaterialization(context.asset_key, partition=district, metadata=facts))
            warn_of_missing_results(False)
            return
    with warehouse.step(context, is_first=True) as step:
        start.start_warehouse(
            step.db, drop, other_files(Path(config.folder)) if config.folder else (), {**basis, READ_AT: read_at}
        )
        metadata = step.metadata(len(drop.files), bytes=drop.size, drop=drop.drop_id, **reason)
    yield dg.MaterializeResult(metadata=metadata)


def _known_district(context: dg.AssetExecutionContext, decisions: Decisions) -> DistrictId:
    """The district of the run.

    Raises UnknownDistrict if its partition is no district: Dagster's pages let a person add any.
    Raises UsageError if it has no partition.
    """
    if context.has_partition_key and context.partition_key not in decisions.district_ids():
        raise UnknownDistrict(NO_DISTRICT.format(partition=context.partition_key))
    return district_of(context)


def _land(district: DistrictId, config: Source, drop_server: OpenDropServer, landing: LandingStore) -> Drop | None:
    if config.folder:
        return land_folder(landing, district, Path(config.folder))
    if config.fingerprint:
        return _land_upload(district, config.fingerprint, drop_server, landing)
    return landing.drop(district, config.drop) if config.drop else None


def _land_upload(district: DistrictId, fingerprint: str, drop_server: OpenDropServer, landing: LandingStore) -> Drop:
    """Land the upload with this fingerprint. If it cannot be landed, a note keeps why, for the status and the pages."""
    try:
        with drop_server(district) as server:
            return landing.land(district, server.upload(district, fingerprint), fingerprint)[0]
    except Exception as error:
        why = error if isinstance(error, RemindEtlError) else disk_full(error) or own_fault(error)
        with suppress(OSError, RemindEtlError):  # a full disk has no room for this either
            landing.note_failure(district, FailedLanding(str(why), of_failure(error)[1], fingerprint))
        raise


@dataclass(frozen=True)
class Choice:
    """What a run takes if nobody chose a drop: an upload by its fingerprint, or a landed drop; and the reason."""

    fingerprint: str
    drop: str
    why: str


@dataclass(frozen=True)
class RunChoice:
    """Keeps the choice of a run in a tag of it, so that another try of the step takes the same drop."""

    instance: dg.DagsterInstance
    run_id: str

    def choice(self) -> Choice | None:
        """What an earlier try of this run chose. A run that repeats another one chooses anew."""
        run = self.instance.get_run_by_id(self.run_id)
        kept = json.loads(run.tags.get(TAKES, "{}")) if run else {}
        return Choice(**kept["takes"]) if kept.get("run") == self.run_id else None

    def keep(self, choice: Choice) -> Choice:
        """Keep the choice."""
        self.instance.add_run_tags(self.run_id, {TAKES: json.dumps({"run": self.run_id, "takes": asdict(choice)})})
        return choice


@dataclass(frozen=True)
class Newest:
    """Takes the drop of a run for which nobody chose one."""

    drop_server: OpenDropServer
    landing: LandingStore
    drop_in_force: FindDropInForce
    find_upload: FindUpload

    def take(self, district: DistrictId, kept: RunChoice, was_in_force: str | None = None) -> tuple[Drop, str]:
        """The newest upload, if it is whole and at rest, else the drop in force; and the reason, as a sentence.

        With `was_in_force`, which is the drop in force when the run was asked for, no upload is looked for. Another try
        of a run takes what its first try chose. If there is neither, raises an error with the reason: its kind says who
        must act.
        """
        choice = kept.choice() or kept.keep(
            (was_in_force and self._in_force_now(district, was_in_force)) or self._choose(district)
        )
        if choice.drop:
            return self.landing.drop(district, choice.drop), choice.why
        arrival = self.landing.arrival(district)
        if arrival and arrival.fingerprint == choice.fingerprint:  # the first try landed it
            return self.landing.required(district), choice.why
        try:
            return _land_upload(district, choice.fingerprint, self.drop_server, self.landing), choice.why
        except DropUnstable:
            changed = UploadFound("", uploads.CHANGED_MEANWHILE, DropUnstable)
            choice = kept.keep(self._again(district, changed))
            return self.landing.drop(district, choice.drop), choice.why

    def _in_force_now(self, district: DistrictId, before: str) -> Choice | None:
        """The drop in force, and whether it is another one than before; None if it is not kept any more."""
        kept = self.landing.drops(district)
        in_force = self.drop_in_force(district) if kept else ""
        why = uploads.DECIDED if in_force == before else uploads.IN_FORCE_SINCE
        return Choice("", in_force, uploads.IN_FORCE.format(why=why)) if in_force in kept else None

    def _choose(self, district: DistrictId) -> Choice:
        found = self._find(district)
        return Choice(found.fingerprint, "", found.why) if found.fingerprint else self._again(district, found)

    def _find(self, district: DistrictId) -> UploadFound:
        """What lies on the server. Only a district whose files never came from there does not need it."""
        arrival = self.landing.arrival(district)
        try:
            return self.find_upload(district, arrival.fingerprint if arrival else None)
        except (HostKeyChanged, LoginRefused):
            raise
        except (ConnectionTrouble, OperatorError) as error:
            if arrival is None or arrival.fingerprint:
                raise
            is_set_up = not isinstance(error, NoServerYet)
            why = uploads.NOT_LOOKED_AT.format(error=error) if is_set_up else uploads.NO_SERVER
            return UploadFound("", why, type(error))

    def _again(self, district: DistrictId, found: UploadFound) -> Choice:
        kept = self.landing.drops(district)
        if not kept:
            raise found.error(uploads.NOTHING_TO_TAKE.format(district=district, why=found.why))
        in_force = self.drop_in_force(district)
        drop_id = in_force if in_force in kept else self.landing.required(district).drop_id
        return Choice("", drop_id, uploads.IN_FORCE.format(why=found.why))
