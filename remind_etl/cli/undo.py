"""`undo`: bring back records that a delivery removed or changed."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from remind_etl.cli import say, stores
from remind_etl.cli.say import AsJson, DistrictArgument, Yes
from remind_etl.errors import UsageError

if TYPE_CHECKING:
    from remind_etl.delivered.undo import Undoing


def undo(
    district: DistrictArgument,
    delivery: Annotated[int, typer.Argument(min=1, help="The number of the delivery, as `history` shows it.")],
    removals_only: Annotated[bool, typer.Option("--removals-only", help="Bring back only removed records.")] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Bring back records that a delivery removed or changed, as a new delivery. Added records stay.

    The command shows its plan and asks first. A record that changed again later is left as it is. No run of the
    district may be under way.
    """
    if as_json and not yes:
        raise UsageError("--json cannot ask for confirmation. Add --yes.")
    import duckdb

    from remind_etl.delivered.report import publish_state
    from remind_etl.delivered.undo import plan_undo
    from remind_etl.orchestration.instance import alone, open_instance

    decisions, platform = stores.decisions(), stores.platform()
    decisions.district(district)
    with open_instance() as instance, alone(instance, district), duckdb.connect() as db:
        undoing = plan_undo(db, platform.past(district, delivery), removals_only)
        if not as_json:
            _show(undoing)
        done = None
        if undoing.plan.counts and say.agreed(f"Undo delivery {delivery} of {district}?", yes):
            decisions.lapse(district, delivery)
            done = platform.apply(district, undoing.plan)
        # If an earlier process ended after its delivery, this one does the rest.
        as_delivery = next((past.number for past in platform.deliveries(district) if past.undoes == delivery), None)
        if as_delivery:
            publish_state(db, platform.state(district), stores.published(), district)
            decisions.undone(district, delivery, as_delivery, removals_only)
    if as_json:
        answer = {"district": district, "undoes": delivery, "changes": undoing.plan.counts, "left": undoing.left}
        say.document(answer | {"delivery": as_delivery})
    elif done:
        say.note(
            f"Done, as delivery {done.number}. The next run plans from the drop in force again. If that drop is wrong,"
        )
        say.note(f"run `remind-etl pause {district}` until the district has sent another.")
    else:
        say.note("Nothing is left to undo" + (f": delivery {as_delivery} did it." if as_delivery else "."))


def _show(undoing: "Undoing") -> None:
    rows: list[tuple[Any, ...]] = [
        (kind, action, count, "") for kind, actions in undoing.plan.counts.items() for action, count in actions.items()
    ]
    rows += [(kind, "left", n, reason) for kind, reasons in undoing.left.items() for reason, n in reasons.items()]
    if rows:
        say.table(("kind", "action", "records", "reason"), rows)
