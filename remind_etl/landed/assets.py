"""`landed/files`: the files of one drop together, copied byte for byte."""

from functools import partial
from pathlib import Path

import dagster as dg

from remind_etl.errors import DropUnstable
from remind_etl.landed import begin
from remind_etl.landed.copy import Drop, LandingStore
from remind_etl.landed.folder import land_folder, others
from remind_etl.operations.in_force import drop_in_force
from remind_etl.orchestration.partitions import districts
from remind_etl.orchestration.resources import OWNERS, RETRY, DropServer, Landing, Platform, Warehouse, guarded


class Source(dg.Config):
    """Where the drop comes from. With nothing set, it is the district's drop in force once more: see in_force.py."""

    fingerprint: str = ""
    """Of the upload that the sensor saw: that upload is copied from the SFTP server."""
    folder: str = ""
    """A folder or zip on this machine."""
    drop: str = ""
    """The id of a landed drop."""


@dg.asset(
    key_prefix="landed",
    group_name="landed",
    kinds={"sftp", "file"},
    owners=OWNERS,
    partitions_def=districts,
    deps=[["dropped", "files"]],
    retry_policy=RETRY,
)
def files(
    context: dg.AssetExecutionContext,
    config: Source,
    drop_server: DropServer,
    landing: Landing,
    platform: Platform,
    warehouse: Warehouse,
) -> dg.MaterializeResult:
    """One row a file of the drop: its name, size and SHA-256. The warehouse is emptied for the drop."""
    district = context.partition_key
    with guarded():
        store = landing.plain()
        drop = _land(district, config, drop_server, store) or _again(district, store, platform)
    with warehouse.step(context) as step:
        begin.begin(step.db, drop, others(Path(config.folder)) if config.folder else ())
        metadata = step.metadata(len(drop.files), bytes=drop.size, drop=drop.drop_id)
    return dg.MaterializeResult(metadata=metadata)


def _land(district: str, config: Source, drop_server: DropServer, store: LandingStore) -> Drop | None:
    if config.folder:
        return land_folder(store, district, Path(config.folder))
    if config.fingerprint:
        return _land_upload(district, config.fingerprint, drop_server, store)
    return store.drop(district, config.drop) if config.drop else None


def _again(district: str, store: LandingStore, platform: Platform) -> Drop:
    in_force = drop_in_force(store, platform.plain(), district)
    return store.drop(district, in_force) if in_force in store.drops(district) else store.required(district)


def _land_upload(district: str, fingerprint: str, drop_server: DropServer, store: LandingStore) -> Drop:
    with drop_server.client() as client:
        listing = client.listing(district)
        if listing.fingerprint != fingerprint or not listing.is_complete:
            raise DropUnstable(f"The files of {district} changed after they were listed. A later run takes them.")
        sent = [(entry.name, partial(client.fetch, district, entry)) for entry in listing.files]
        return store.land(district, sent, fingerprint)[0]
