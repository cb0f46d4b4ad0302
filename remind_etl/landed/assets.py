"""`landed/files`: the files of one drop together, copied byte for byte."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg

from remind_etl.catalogue import uploads
from remind_etl.catalogue.statuses import NO_DISTRICT, NOTHING_NEW
from remind_etl.errors import (
    ConnectionTrouble,
    DropUnstable,
    HostKeyChanged,
    LoginRefused,
    NothingLanded,
    OperatorError,
    UnknownDistrict,
)
from remind_etl.landed import start
from remind_etl.landed.copy import Drop, LandingStore
from remind_etl.landed.folder import land_folder, other_files
from remind_etl.orchestration.outcome import is_refused, of_nothing_new, tag_run
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


class Source(dg.Config):
    """The source of the drop. If nothing is set, it is the newest upload, else the drop in force: see in_force.py."""

    fingerprint: str = ""
    """The fingerprint of the upload that the sensor saw. This upload is copied from the SFTP server."""
    folder: str = ""
    """A folder or zip on this machine."""
    drop: str = ""
    """The id of a landed drop."""
    again: bool = False
    """Run all steps, also if nothing is new since the last run."""


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
    with guarded():
        district = _known_district(context, decisions)
        chosen = _land(district, config, drop_server, landing)
        newest = Newest(drop_server, landing, drop_in_force, find_upload)
        drop, why = (chosen, None) if chosen else newest.take(district)
        reason: dict[str, Fact] = {"why_this_drop": why} if why else {}
        basis = find_basis(district)
        if not config.again and publications.has_results(district, drop.drop_id, basis, newest_delivery):
            publications.arrived_again(district, landing.arrived_at(district))
            facts: dict[str, Fact] = {"dagster/row_count": len(drop.files), "drop": drop.drop_id, **reason}
            facts["nothing_new"] = NOTHING_NEW
            last = publications.manifest(district)
            tag_run(context.instance, context.run.run_id, *of_nothing_new(last, is_refused(decisions, last)))
            context.log_event(dg.AssetMaterialization(context.asset_key, partition=district, metadata=facts))
            return
    with warehouse.step(context) as step:
        start.start_warehouse(step.db, drop, other_files(Path(config.folder)) if config.folder else (), basis)
        metadata = step.metadata(len(drop.files), bytes=drop.size, drop=drop.drop_id, **reason)
    yield dg.MaterializeResult(metadata=metadata)


def _known_district(context: dg.AssetExecutionContext, decisions: Decisions) -> DistrictId:
    """The district of the run.

    Raises UnknownDistrict if its partition is no district: Dagster's pages let a person add any.
    """
    if context.partition_key not in decisions.district_ids():
        raise UnknownDistrict(NO_DISTRICT.format(partition=context.partition_key))
    return district_of(context)


def _land(district: DistrictId, config: Source, drop_server: OpenDropServer, landing: LandingStore) -> Drop | None:
    if config.folder:
        return land_folder(landing, district, Path(config.folder))
    if config.fingerprint:
        with drop_server() as server:
            return landing.land(district, server.upload(district, config.fingerprint), config.fingerprint)[0]
    return landing.drop(district, config.drop) if config.drop else None


@dataclass(frozen=True)
class Newest:
    """Takes the drop of a run for which nobody chose one."""

    drop_server: OpenDropServer
    landing: LandingStore
    drop_in_force: FindDropInForce
    find_upload: FindUpload

    def take(self, district: DistrictId) -> tuple[Drop, str]:
        """The newest upload, if it is whole and at rest, else the drop in force; and the reason, as a sentence.

        Raises NothingLanded, with the reason, if there is neither.
        """
        found = self._find(district)
        if not found.fingerprint:
            return self._again(district, found.why)
        try:
            with self.drop_server() as server:
                sent = server.upload(district, found.fingerprint)
                return self.landing.land(district, sent, found.fingerprint)[0], found.why
        except DropUnstable:
            return self._again(district, uploads.CHANGED_MEANWHILE)

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
            return UploadFound("", uploads.NOT_LOOKED_AT.format(error=error))

    def _again(self, district: DistrictId, why: str) -> tuple[Drop, str]:
        kept = self.landing.drops(district)
        if not kept:
            raise NothingLanded(uploads.NOTHING_TO_TAKE.format(district=district, why=why))
        in_force = self.drop_in_force(district)
        drop = self.landing.drop(district, in_force) if in_force in kept else self.landing.required(district)
        return drop, uploads.IN_FORCE.format(why=why)
