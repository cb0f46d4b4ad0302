"""`holds`, `approve`, `refuse`: changes that wait for a person; `pause`, `resume`: a district that must not change."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final
from zoneinfo import ZoneInfo

import typer

from remind_etl import settings
from remind_etl.catalogue.listed import listed_in_words
from remind_etl.catalogue.statuses import IS_PAUSED, IS_RESUMED, NOT_PAUSED, TERMS
from remind_etl.cli import say, stores
from remind_etl.cli.say import AsJson, DistrictArgument, Yes
from remind_etl.errors import UsageError
from remind_etl.operations.pauses import end_of_pause
from remind_etl.schema.district_id import DistrictId
from remind_etl.schema.records import KINDS

if TYPE_CHECKING:
    from remind_etl.operations.holds import Held

Hash = Annotated[
    str,
    typer.Argument(
        metavar="HOLD_HASH",
        help="The hash that `remind-etl holds` shows, or its first characters. The hash of the plan works too.",
        show_default=False,
    ),
]

SHOWN: Final = 12
"""The characters of a hash that a suggested command has."""

COLUMNS: Final = ("kind", "records", "delivered", "allowed", "waiting", "if approved alone")


def holds(district: DistrictArgument, as_json: AsJson = False) -> None:
    """Show the changes that wait for a person: counts, limits, and the effect of an approval.

    `waiting` counts the changes that wait for a kind. `if approved alone` counts those that go if you approve only this
    kind. The others also wait for another kind.
    """
    service = stores.hold_service()
    store = service.decisions
    store.district(district)
    manifest, waiting, lapsed = service.published.manifest(district), service.held(district), service.undone(district)
    refusals = store.refusals(district, waiting.hold_hash) if waiting.hold_hash else {}
    refusal = store.refusal(district, waiting.hold_hash) if waiting.hold_hash else None
    approved = store.approved_kinds(district, waiting.hold_hash) if waiting.hold_hash else []
    approved = [kind for kind in approved if kind not in waiting.taken_up]
    people = manifest.people if manifest and waiting.kinds else {}
    if as_json:
        rows = [
            {**row, "changes": waiting.of_kind(kind), "alone": waiting.goes([kind]), "with": waiting.lacking([kind])}
            for kind, row in waiting.kinds.items()
        ]
        said = {"holds": rows, "all": waiting.goes(waiting.kinds), "people": people}
        decided = {"approved": approved, "refusal": refusal and vars(refusal), "refused": [*refusals]}
        blockers = manifest.blockers if manifest else ()
        say.document(
            {
                "district": district,
                "hold_hash": waiting.hold_hash,
                "plan_hash": manifest.plan_hash if manifest and waiting.hold_hash else None,
                **said,
                **decided,
                "blockers": blockers,
                "lapsed": lapsed,
            }
        )
        return
    if not waiting.kinds:
        from remind_etl.operations.holds import BLOCKED

        why = f": {BLOCKED}" if manifest and manifest.blockers else ""
        say.note(lapsed or f"No change waits for a person in {district}{why}.")
        return
    say.table(COLUMNS, [_row(waiting, kind) for kind in waiting.kinds])
    _show_choices(waiting.choices())
    for kind in waiting.kinds:
        if rest := _rest(waiting, kind):
            say.note(f"{kind}: {rest}")
    for term, text in TERMS.items():
        if count := people.get(term, {}).get("if_approved"):
            say.note(f"After approving everything: {count:,} {text}.")
    for kind, refused in refusals.items():
        by = f"by {refused.refused_by} at {say.local(refused.refused_at)}: {refused.why}"
        say.note(f"Refused{f' ({kind})' if kind else ''} {by}")
    if approved:
        say.note(f"Approved: {', '.join(approved)}. The next run applies it.")
    if waiting.hold_hash:
        short = waiting.hold_hash[:SHOWN]
        say.note(f"`remind-etl approve {district} {short}` approves everything, or with --kind only some kinds.")
        say.note(f"`remind-etl refuse {district} {short} --why …` refuses it.")


def approve(
    district: DistrictArgument,
    hold_hash: Hash,
    kind: Annotated[
        list[str] | None, typer.Option(help="Only this kind, as `holds` names it. May be given more than once.")
    ] = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Approve the changes held under this hash, exactly as `holds` shows them. A running Dagster then starts a run.

    The command shows what the run would change, and asks first.
    """
    if as_json and not yes:
        raise UsageError("--json cannot ask for confirmation. Add --yes.")
    service = stores.hold_service()
    waiting, chosen = service.choose(district, hold_hash, kind or ())
    full = str(waiting.hold_hash)
    together = sorted({*chosen, *service.approved_before(district, waiting)})
    if not as_json:
        _show_choices([(listed_in_words(together), waiting.goes(together))])
        if not waiting.goes(together):
            others = ", ".join(waiting.lacking(together))
            say.note(f"This approval alone changes nothing. All of its changes also need an approval of {others}.")
    say.agreed(f"Approve {listed_in_words(chosen) or 'the rest'} of {district}?", yes)
    waiting, approved = service.approve(district, full, chosen)
    goes, lacking = waiting.goes(approved), waiting.lacking(approved)
    said = {"district": district, "hold_hash": full, "approved": approved}
    if as_json:
        say.document({**said, "goes": goes, "with": lacking})
        return
    _tell(district, said, as_json)
    if service.decisions.pause_of(district, datetime.now(UTC)):
        say.note(f"{district} is paused, so nothing is delivered before its pause ends.")
    say.note(f"That run would {_listed(goes)}.")
    if lacking:
        say.note(f"The rest of {', '.join(approved)} also needs an approval of {', '.join(lacking)}.")


def refuse(
    district: DistrictArgument,
    hold_hash: Hash,
    why: Annotated[str, typer.Option(help="The reason, for colleagues. Write no personal data.", show_default=False)],
    kind: Annotated[
        list[str] | None, typer.Option(help="Only this kind, as `holds` names it. May be given more than once.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Refuse the changes held under this hash. They wait until the district sends other files."""
    waiting, refused = stores.hold_service().refuse(district, hold_hash, why, kind or ())
    _tell(district, {"district": district, "hold_hash": waiting.hold_hash, "refused": refused}, as_json)


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date. Write it as YYYY-MM-DD.") from None


def pause(
    district: DistrictArgument,
    until: Annotated[
        date | None,
        typer.Option(
            parser=_day,
            metavar="DATE",
            help="The last day of the pause. Without it, the pause lasts until `resume`.",
        ),
    ] = None,
    adds_only: Annotated[
        bool, typer.Option("--adds-only", help="Hold back only changes that take something away.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Pause a district. Its drops are planned, but nothing is delivered until the pause ends."""
    ends_at = end_of_pause(until, ZoneInfo(settings.read().time_zone), datetime.now(UTC)) if until else None
    paused = stores.decisions().pause(district, ends_at, adds_only)
    until_when = f"until {say.local(ends_at)}" if ends_at else f"until `remind-etl resume {district}`"
    sentence = IS_PAUSED[paused.what].format(district=district, until=until_when)
    _tell(district, {"district": district, "waits": paused.what, "ends_at": ends_at}, as_json, sentence=sentence)


def resume(district: DistrictArgument, as_json: AsJson = False) -> None:
    """End the pause of a district. A running Dagster then starts a run for it."""
    was_paused = stores.decisions().resume(district)
    sentence = IS_RESUMED.format(district=district) if was_paused else NOT_PAUSED.format(district=district)
    said = {"district": district, "was_paused": was_paused}
    _tell(district, said, as_json, has_changed=was_paused, sentence=sentence)


def _tell(
    district: DistrictId, said: dict[str, Any], as_json: bool, has_changed: bool = True, sentence: str = ""
) -> None:
    """Say what was decided: on a terminal by the sentence, if there is one."""
    if as_json:
        say.document(said)
        return
    if sentence and say.on_terminal():
        say.verdict(sentence)
    else:
        shown = [(k, ", ".join(v) if isinstance(v, list) else v) for k, v in said.items() if v is not None]
        say.table(("what", "value"), shown)
        if not has_changed:
            say.note(sentence)
    if has_changed:
        say.note(f"A running Dagster starts a run by itself. Without Dagster, run `remind-etl sync {district}`.")


def _show_choices(choices: list[tuple[str, list[dict[str, Any]]]]) -> None:
    """Print what each approval would remove, by kind of record, and the number of its other changes.

    Nothing is printed if no approval changes anything alone.
    """
    if not any(counts for _, counts in choices):
        return
    removed = [
        {part["kind"]: part["changes"] for part in counts if part["action"] == "remove"} for _, counts in choices
    ]
    kinds = [kind.name for kind in KINDS if any(kind.name in row for row in removed)]
    others = [sum(part["changes"] for part in counts if part["action"] != "remove") for _, counts in choices]
    suffix = "" if say.on_terminal() else " removed"  # a terminal shows the title, and seven names must fit
    columns = ["approval", *(kind.replace("_", " ") + suffix for kind in kinds), *["other changes"] * any(others)]
    rows = [
        [name, *(row.get(kind, 0) for kind in kinds), *[more] * any(others)]
        for (name, _), row, more in zip(choices, removed, others, strict=True)
    ]
    say.table(columns, rows, title="what each approval would remove")


def _rest(waiting: "Held", kind: str) -> str:
    """What the table of choices cannot say about a kind."""
    if kind in waiting.taken_up:
        return "approved, and a run applied it. The rest also waits for another kind."
    if not waiting.of_kind(kind):
        return "rows of other files still name it, so everything stays and there is nothing to approve."
    rest = _total(waiting.of_kind(kind)) - _total(waiting.goes([kind]))
    return f"{rest:,} more changes also need an approval of {', '.join(waiting.lacking([kind]))}." if rest else ""


def _row(waiting: "Held", kind: str) -> list[Any]:
    row = waiting.kinds[kind]
    changes, alone = _total(waiting.of_kind(kind)), _total(waiting.goes([kind]))
    return [kind, row["records"], row["delivered"], row["allowed"], changes, alone]


def _total(counts: list[dict[str, Any]]) -> int:
    return sum(part["changes"] for part in counts)


def _listed(counts: list[dict[str, Any]]) -> str:
    parts = [f"{part['action']} {part['changes']:,} {part['kind'].replace('_', ' ')}" for part in counts]
    return ", ".join(parts) or "change nothing"
