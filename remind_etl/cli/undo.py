"""`undo`: bring back records that a delivery removed or changed."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from remind_etl.catalogue.listed import listed_in_words
from remind_etl.cli import say, stores
from remind_etl.cli.say import AsJson, DistrictArgument, Yes
from remind_etl.errors import UsageError

if TYPE_CHECKING:
    from remind_etl.delivered.delivery import Undo
    from remind_etl.delivered.undo import Undoing
    from remind_etl.schema.district_id import DistrictId


def undo(
    district: DistrictArgument,
    delivery: Annotated[
        int | None,
        typer.Argument(min=1, help="The number of the delivery, as `history` shows it.", show_default=False),
    ] = None,
    since: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Undo delivery N and all after it, in one step.")
    ] = None,
    removals_only: Annotated[bool, typer.Option("--removals-only", help="Bring back only removed records.")] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Bring back records that a delivery removed or changed, as a new delivery.

    New people and classes of the delivery stay. All else that it added goes.
    The command shows its plan and asks first. It names records that it cannot bring back yet, such as those that a
    later delivery changed again. The order in which you undo several deliveries makes no difference. If a run
    of the district is under way, the command waits up to two minutes for its end. A run in the queue comes afterwards.
    """
    if as_json and not yes:
        raise UsageError("--json cannot ask for confirmation. Add --yes.")
    stores.decisions().district(district)
    if (delivery is None) == (since is None):
        raise UsageError(
            "Give the number of a delivery, or --since N for delivery N and all after it. "
            f"`remind-etl history {district}` lists the deliveries."
        )
    from remind_etl.orchestration.undo_here import UndoService

    service = UndoService(stores.published(), stores.platform(), stores.decisions())
    chosen = service.chosen(district, delivery or since or 0, since is not None, removals_only)

    def agreed(undoing: "Undoing") -> bool:
        if not as_json:
            _show(undoing)
            last = service.platform.last_delivery(district)
            _advise(district, chosen, undoing, has_later=last is not None and last.number > chosen.undoes_to)
        return bool(undoing.plan.counts) and say.agreed(f"Undo {_named(chosen)} of {district}?", yes)

    undone = service.undo(district, chosen, agreed, say.note)
    undoing, done, as_delivery = undone.undoing, undone.done, undone.as_delivery
    if as_json:
        answer = {"district": district, "undoes": chosen.undoes, "to": chosen.undoes_to, "delivery": as_delivery}
        say.document(answer | {"changes": undoing.plan.counts, "left": undoing.left, "later": list(undoing.later)})
    elif done:
        say.note(f"Done, as delivery {done.number}. The next run plans from the drop in force again.")
        pause = service.decisions.pause_of(district, datetime.now(UTC))
        if pause and not pause.adds_only:
            say.note(
                f"It delivers nothing, because {district} is paused: `remind-etl resume {district}` ends the pause."
            )
        else:
            say.note(f"If that drop is wrong, run `remind-etl pause {district}` until the district has sent another.")
    else:
        why = f": delivery {as_delivery} did it." if as_delivery else ". New people and classes of a delivery stay."
        say.note(f"Nothing is left to undo{why}")


def _named(undo: "Undo") -> str:
    if undo.undoes == undo.undoes_to:
        return f"delivery {undo.undoes}"
    return f"deliveries {undo.undoes} to {undo.undoes_to}"


def _advise(district: "DistrictId", chosen: "Undo", undoing: "Undoing", has_later: bool) -> None:
    """Say how to bring back the records that later deliveries changed again, or may have."""
    if undoing.later:
        numbers = listed_in_words([*map(str, undoing.later)])
        why = f"These records cannot come back yet, because delivery {numbers} changed them again."
    elif undoing.left and has_later:
        why = "A later delivery may be why records are left."
    else:
        return
    how = f"`remind-etl undo {district} --since {chosen.undoes}` undoes delivery {chosen.undoes} and all after it."
    say.note(f"{why} {how}")


def _show(undoing: "Undoing") -> None:
    rows: list[tuple[Any, ...]] = [
        (kind, action, count, "") for kind, actions in undoing.plan.counts.items() for action, count in actions.items()
    ]
    rows += [(kind, "left", n, reason) for kind, reasons in undoing.left.items() for reason, n in reasons.items()]
    if rows:
        say.table(("kind", "action", "records", "reason"), rows)
