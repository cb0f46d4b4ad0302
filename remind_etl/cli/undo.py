"""`undo`: what a delivery took away or changed comes back."""

from typing import Annotated, Any

import duckdb
import typer

from remind_etl.cli import say, stores
from remind_etl.cli.say import AsJson, DistrictId, Yes
from remind_etl.delivered.report import publish_state
from remind_etl.delivered.undo import Undoing, plan_undo
from remind_etl.errors import UsageError


def undo(
    district: DistrictId,
    delivery: Annotated[int, typer.Argument(min=1, help="Its number, as `history` shows it.")],
    removals_only: Annotated[bool, typer.Option("--removals-only", help="Only what it removed.")] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Bring back what a delivery took away or changed, as a delivery of its own. What it added stays.

    It shows what would be done and asks. What was changed again since is left. No run of the district may be under way.
    """
    if as_json and not yes:
        raise UsageError("--json shows nothing to agree to: say --yes too.")
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
        # A process that ended after its delivery left the rest to the next.
        as_delivery = next((past.number for past in platform.deliveries(district) if past.undoes == delivery), None)
        if as_delivery:
            publish_state(db, platform.state(district), stores.published(), district)
            decisions.undone(district, delivery, as_delivery, removals_only)
    if as_json:
        answer = {"district": district, "undoes": delivery, "changes": undoing.plan.counts, "left": undoing.left}
        say.document(answer | {"delivery": as_delivery})
    elif done:
        say.note(
            f"Done, as delivery {done.number}. The next run plans from the drop in force as it stands: if that drop is"
        )
        say.note(f"what was wrong, `remind-etl pause {district}` until the district has sent another.")
    else:
        say.note("Nothing is left to undo" + (f": delivery {as_delivery} did it." if as_delivery else "."))


def _show(undoing: Undoing) -> None:
    rows: list[tuple[Any, ...]] = [
        (kind, action, count, "") for kind, actions in undoing.plan.counts.items() for action, count in actions.items()
    ]
    rows += [(kind, "left", n, reason) for kind, reasons in undoing.left.items() for reason, n in reasons.items()]
    if rows:
        say.table(("kind", "action", "records", "reason"), rows)


COMMANDS = (undo,)
