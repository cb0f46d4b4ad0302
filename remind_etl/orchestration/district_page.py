"""Where Dagster's pages link to the page of a district: on its runs, its assets and its failures."""

from collections.abc import Mapping
from typing import Final

import dagster as dg

from remind_etl import settings
from remind_etl.orchestration.partitions import DISTRICT_TAG

DISTRICT_PAGE: Final = "district_page"
"""The name of the metadata."""

PAGE_TAG: Final = "remind_etl/district_page"


def page_address(district: str) -> str:
    """The address of the district's page; empty if REMIND_ETL_WEB_ORIGIN does not say where the pages are."""
    origin = settings.read().web_origin
    return f"{origin.rstrip('/')}/d/{district}" if origin and district else ""


def page_metadata(district: str) -> dict[str, dg.UrlMetadataValue]:
    """The link, as metadata of an asset or a failure."""
    address = page_address(district)
    return {DISTRICT_PAGE: dg.MetadataValue.url(address)} if address else {}


def page_metadata_of(run: dg.DagsterRun) -> dict[str, dg.UrlMetadataValue]:
    """The link, as metadata of what a run of one district did."""
    return page_metadata(run.tags.get(DISTRICT_TAG, ""))


def page_tags(run: dg.DagsterRun) -> Mapping[str, str]:
    """The address, as a tag of a run of one district."""
    address = page_address(run.tags.get(DISTRICT_TAG, ""))
    return {PAGE_TAG: address} if address else {}
