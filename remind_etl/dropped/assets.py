"""The uploads of districts as an external asset: they lie on the SFTP server and are never altered."""

import time
from collections.abc import Callable
from typing import Final

import dagster as dg

from remind_etl.catalogue import uploads
from remind_etl.dropped.listing import Listing, Pending, is_proven
from remind_etl.dropped.source import DropSource
from remind_etl.errors import DropUnstable, OperatorError
from remind_etl.orchestration.district_page import page_metadata
from remind_etl.orchestration.partitions import districts
from remind_etl.orchestration.sensor_health import does_look
from remind_etl.orchestration.stage_asset import OWNERS, code_metadata, tags_of
from remind_etl.orchestration.stores import UploadFound
from remind_etl.schema.district_id import DistrictId

DROPS: Final = "drops"
"""The name of the sensor that sees uploads."""

FILES: Final = dg.AssetKey(["dropped", "files"])


def observation(district: DistrictId, listing: Listing, now: float) -> dg.AssetObservation:
    """What Dagster remembers of an upload that the sensor found whole and at rest; `now` is in seconds of our clock.

    Times of the server stand beside ours for people only. A client sets them to anything, so no rule reads them.
    """
    newest = max(entry.mtime for entry in listing.files)
    return dg.AssetObservation(
        FILES,
        partition=district,
        description=uploads.AT_REST,
        metadata={
            "district": district,
            "dagster/row_count": len(listing.files),
            "bytes": sum(entry.size for entry in listing.files),
            "newest_file": dg.MetadataValue.timestamp(float(newest)),
            "hours_old": round(max(now - newest, 0) / 3_600, 1),
            "fingerprint": listing.fingerprint,
            _LISTED: listing.observation,
            **page_metadata(district),
        },
    )


files = dg.AssetSpec(
    FILES,
    group_name="dropped",
    kinds={"sftp", "csv"},
    owners=OWNERS,
    tags=tags_of(["dropped", "files"]),
    partitions_def=districts,
    metadata=code_metadata("dropped", observation),
    description="One row per file in the district's upload directory.",
)

_LISTED: Final = "listed"
"""All that belonged to the upload when the sensor looked, temporary files too."""

LOOK_AGAIN_SECONDS: Final = 3
"""The time between two looks at an upload whose mark is of the same second as a file."""


def newest_upload(
    connect: Callable[[DistrictId], DropSource], instance: dg.DagsterInstance, district: DistrictId, taken: str | None
) -> UploadFound:
    """The district's upload, if it may be taken now, and the reason in either case.

    It may be taken if it is not the one with the fingerprint `taken`, and one of these proves that it is whole: the
    sensor found it at rest and it is still the same, or its mark. If the mark is of the same second as a file, a second
    look must see the same, as for the sensor. Raises ConnectionTrouble or OperatorError if the server cannot be asked,
    DistrictError if the directory cannot be read: what lies there may replace what has landed.
    """
    with connect(district) as server:
        listing, seen = server.listing(district), None
        at_rest = Pending(listing.observation, 0)
        if is_proven(listing, at_rest, taken) and not is_proven(listing, None, taken):
            time.sleep(LOOK_AGAIN_SECONDS)
            listing, seen = server.listing(district), at_rest
    if listing.is_empty:
        return UploadFound("", uploads.NOTHING_UPLOADED)
    if listing.is_complete and listing.fingerprint == taken:
        return UploadFound("", uploads.TAKEN_BEFORE)
    if listing.waits_for:
        return UploadFound("", uploads.NOT_WHOLE.format(waits_for=listing.waits_for))
    if is_proven(listing, seen, taken) or _found_at_rest(instance, district) == listing.observation:
        return UploadFound(listing.fingerprint, uploads.NEWEST_UPLOAD)
    if does_look(instance, DROPS):
        return UploadFound("", uploads.NOT_AT_REST, DropUnstable)
    return UploadFound("", uploads.NOT_LOOKED_FOR, OperatorError)


def _found_at_rest(instance: dg.DagsterInstance, district: DistrictId) -> str | None:
    """What the sensor saw of the upload that it found at rest last."""
    of_district = dg.AssetRecordsFilter(files.key, asset_partitions=[district])
    for record in instance.fetch_observations(of_district, limit=1).records:
        observed = record.asset_observation
        listed = observed.metadata.get(_LISTED) if observed else None
        return str(listed.value) if listed else None
    return None
