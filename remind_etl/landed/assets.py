"""`landed/files`: the files of one drop together, copied byte for byte."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from remind_etl.catalogue.statuses import NOTHING_NEW
from remind_etl.landed import start
from remind_etl.landed.copy import Drop, LandingStore
from remind_etl.landed.folder import land_folder, other_files
from remind_etl.orchestration.stage_asset import FRESH, stage_asset
from remind_etl.orchestration.step import Fact, RunWarehouse, district_of, guarded
from remind_etl.orchestration.stores import FindBasis, FindDropInForce, FindNewestDelivery, OpenDropServer, Publications
from remind_etl.schema.district_id import DistrictId


class Source(dg.Config):
    """The source of the drop. If nothing is set, the district's drop in force runs again: see in_force.py."""

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
    drop_server: dg.ResourceParam[OpenDropServer],
    landing: dg.ResourceParam[LandingStore],
    drop_in_force: dg.ResourceParam[FindDropInForce],
    warehouse: dg.ResourceParam[RunWarehouse],
    find_basis: dg.ResourceParam[FindBasis],
    newest_delivery: dg.ResourceParam[FindNewestDelivery],
    publications: dg.ResourceParam[Publications],
) -> Iterator[dg.MaterializeResult]:
    """One row per file of the drop: its name, size and SHA-256. The warehouse is emptied for the drop.

    If nothing is new since the last run of the district, the run ends here: the warehouse stays, and Dagster skips all
    further steps.
    """
    with guarded():
        district = district_of(context)
        drop = _land(district, config, drop_server, landing) or _again(district, landing, drop_in_force)
        basis = find_basis(district)
        if not config.again and publications.has_results(district, drop.drop_id, basis, newest_delivery):
            publications.arrived_again(district, landing.arrived_at(district))
            facts: dict[str, Fact] = {"dagster/row_count": len(drop.files), "drop": drop.drop_id}
            facts["nothing_new"] = NOTHING_NEW
            context.log_event(dg.AssetMaterialization(context.asset_key, partition=district, metadata=facts))
            return
    with warehouse.step(context) as step:
        start.start_warehouse(step.db, drop, other_files(Path(config.folder)) if config.folder else (), basis)
        metadata = step.metadata(len(drop.files), bytes=drop.size, drop=drop.drop_id)
    yield dg.MaterializeResult(metadata=metadata)


def _land(district: DistrictId, config: Source, drop_server: OpenDropServer, landing: LandingStore) -> Drop | None:
    if config.folder:
        return land_folder(landing, district, Path(config.folder))
    if config.fingerprint:
        with drop_server() as server:
            return landing.land(district, server.upload(district, config.fingerprint), config.fingerprint)[0]
    return landing.drop(district, config.drop) if config.drop else None


def _again(district: DistrictId, landing: LandingStore, drop_in_force: FindDropInForce) -> Drop:
    in_force = drop_in_force(district)
    kept = landing.drops(district)
    return landing.drop(district, in_force) if in_force in kept else landing.required(district)
