"""The one decorator of the assets: what all have in common stands here."""

import warnings
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import dagster as dg

import remind_etl
from remind_etl.orchestration.outcome import recorded
from remind_etl.orchestration.partitions import districts
from remind_etl.schema.tables import OF_ASSETS

OWNERS: Final = ["team:roster"]

RETRY: Final = dg.RetryPolicy(max_retries=3, delay=2, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)
"""For steps that a retry can help: another server, another process. `guarded` says of which errors."""


FRESH: Final = dg.FreshnessPolicy.time_window(fail_window=timedelta(days=7), warn_window=timedelta(days=3))
"""Districts upload daily on school days. Dagster judges all districts together; `morning` names each one."""

NO_PERSONS: Final = {
    *("raw/schools", "valid/schools", "mapped/schools"),
    *("decided/school_links", "decided/approvals", "delivered/receipt"),
}
"""The assets without data of persons; ids of the files count as such data."""

PACKAGE: Final = Path(remind_etl.__file__).parent
PAGES: Final = [PACKAGE.parent / "docs" / name for name in ("pipeline.md", "operate.md")]
"""What the asset does, and what to do when something is wrong."""


def stage_asset(
    stage: str,
    name: str | None = None,
    *,
    deps: Iterable[Sequence[str]],
    kinds: set[str],
    checks: Sequence[dg.AssetCheckSpec] = (),
    description: str | None = None,
    sql: Iterable[str] = ("*",),
    freshness: dg.FreshnessPolicy | None = None,
    is_optional: bool = False,
) -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    """Make the function an asset of the stage, with its own name and docstring unless others are given.

    `sql` names those SQL files of the stage that fill it, also by patterns. If the function of an optional asset yields
    nothing, Dagster skips the steps after it.
    """

    def make(rule: Callable[..., Any]) -> dg.AssetsDefinition:
        key = [stage, name or rule.__name__]
        return dg.asset(
            key=key,
            group_name=stage,
            kinds=kinds,
            owners=OWNERS,
            tags=tags_of(key),
            partitions_def=districts,
            deps=[list(dep) for dep in deps],
            retry_policy=RETRY,
            check_specs=[_of_each_district(check) for check in checks],
            description=description,
            freshness_policy=freshness,
            output_required=not is_optional,
            metadata={**code_metadata(stage, rule, [*sql]), **table_metadata(key)},
        )(recorded(rule, RETRY.max_retries))

    return make


def _of_each_district(check: dg.AssetCheckSpec) -> dg.AssetCheckSpec:
    """The check with a history of its own for each district. Dagster 1.13 calls this a preview."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.PreviewWarning)
        return dg.AssetCheckSpec(
            check.name,
            asset=check.asset_key,
            description=check.description,
            blocking=check.blocking,
            partitions_def=districts,
        )


def code_metadata(stage: str, rule: Callable[..., Any], sql: Iterable[str] = ()) -> dict[str, Any]:
    """Where the UI finds the code: the function, the SQL files in the stage's folder, and the pages about them."""
    steps = [step for name in sql for step in sorted((PACKAGE / stage).glob(f"{name}.sql"))]
    files = [Path(rule.__code__.co_filename), *steps, *PAGES]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)
        references = [
            dg.LocalFileCodeReference(
                file_path=str(file), label=file.name, line_number=None if n else rule.__code__.co_firstlineno
            )
            for n, file in enumerate(files)
        ]
        return {"dagster/code_references": dg.CodeReferencesMetadataValue(code_references=[*references])}


def tags_of(key: Sequence[str]) -> dict[str, str]:
    """The tags of an asset: its domain and stage, and `pii` if it holds data of persons."""
    return {"domain": "rostering", "stage": key[0], **({} if "/".join(key) in NO_PERSONS else {"pii": ""})}


def table_metadata(key: Sequence[str]) -> dict[str, Any]:
    """The name and the columns of the asset's table, as Dagster shows them; nothing if the asset is no table."""
    table = OF_ASSETS.get("/".join(key))
    if table is None:
        return {}
    described = [
        dg.TableColumn(
            column.name,
            column.type,
            description=f"{column.meaning} Source: {column.source}.",
            constraints=dg.TableColumnConstraints(other=["key"] if column.name in table.key else []),
        )
        for column in table.columns
    ]
    name = table.name if "." in table.name else f"{key[0]}.{table.name}"
    return {"dagster/table_name": name, "dagster/column_schema": dg.TableSchema(columns=described)}
