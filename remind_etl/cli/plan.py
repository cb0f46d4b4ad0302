"""`plan` and `rehearse`: the changes of the last run, and the effect of other limits."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from remind_etl.catalogue.statuses import TERMS
from remind_etl.cli import say, stores
from remind_etl.cli.say import AsJson, DistrictArgument
from remind_etl.errors import UsageError
from remind_etl.operations.limits_rehearsal import rehearse_limits
from remind_etl.warehouse import sql


def plan(district: DistrictArgument, as_json: AsJson = False) -> None:
    """Show the last run's plan: its changes by kind and school, and the waiting changes. It shows no names."""
    stores.decisions().district(district)
    manifest = stores.published().require_manifest(district, "plan")
    blocked = f"The newest drop, {manifest.drop_id}, is blocked and has no plan. See `remind-etl problems {district}`."
    if "changes" not in manifest.tables:
        raise UsageError(blocked)
    lapsed = stores.hold_service().undone(district)
    counts, schools, reasons = _parts_of_plan(stores.published().files(manifest))
    if as_json:
        say.document(
            {
                "district": district,
                "drop": manifest.planned_drop_id,
                "newest_drop": manifest.drop_id,
                "newest_is_blocked": bool(manifest.blockers),
                "plan_hash": manifest.plan_hash,
                "hold_hash": manifest.hold_hash,
                "counts": counts,
                "schools": schools,
                "people": manifest.people,
                "waiting": reasons,
                "holds": manifest.holds,
                "pause": manifest.pause or None,
                "kept": manifest.plan.get("kept", 0),
                "blockers": manifest.blockers,
                "lapsed": lapsed,
            }
        )
        return
    if manifest.blockers:
        say.verdict(f"{blocked} This is the plan of the earlier drop {manifest.planned_drop_id}.")
    if lapsed:
        say.verdict(lapsed)
    _show("by kind", counts)
    _show("by school", schools)
    _show("waiting changes", reasons)
    left = [(text, *manifest.people[term].values()) for term, text in TERMS.items() if term in manifest.people]
    if left:
        say.table(("people", "now", "if everything is approved"), left, title="in people's terms")
    if not counts:
        say.note(f"The plan of drop {manifest.planned_drop_id} is empty.")
    elif manifest.holds and not lapsed:
        say.note(f"To see the changes that wait for a person: `remind-etl holds {district}`.")


def rehearse(
    district: DistrictArgument,
    removal_share: Annotated[
        float | None, typer.Option(help="The share, 0 to 1. Without it, the district's own.")
    ] = None,
    removal_count: Annotated[int | None, typer.Option(help="The count. Without it, the district's own.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show which past drops would have been held under other limits. Nothing is changed."""
    from remind_etl.published.one_file import rows_of_file

    known = stores.decisions().district(district)
    given = {"removal_share": removal_share, "removal_count": removal_count}
    limits = known.limits.with_values({name: str(value) for name, value in given.items() if value is not None})
    done = rehearse_limits(rows_of_file(stores.published().file(district, "plans")), limits)
    if as_json:
        named = {name: vars(limits)[name] for name in given}
        held = {"would_be_held": done.would_be_held, "were_held": done.were_held, "held": done.rows}
        say.document({"district": district, "limits": named, "drops": done.drops, **held})
    else:
        _show("drops that were held, or would be", done.rows)
        say.note(
            f"By removal_share, removal_count and removal_most, {done.would_be_held} of {done.drops} drops would be "
            f"held. Because of removals, {done.were_held} of these drops were held. The other limits are not tried."
        )


def _parts_of_plan(tables: Mapping[str, Path]) -> list[list[dict[str, Any]]]:
    """The changes of the last plan by kind, by school, and by the reason for which they wait."""
    from remind_etl.warehouse.reading import named_rows, published_tables_of

    none, *parts = sql.statements("cli", "plan")
    with published_tables_of({name: tables[name] for name in ("changes", "creations") if name in tables}) as db:
        if "creations" not in tables:
            db.execute(none)
        return [named_rows(db.sql(part)) for part in parts]


def _show(title: str, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        say.table(list(rows[0]), [list(row.values()) for row in rows], title=title)
