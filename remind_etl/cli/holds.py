"""`holds`, `approve`, `refuse`: what waits for a person; `pause`, `resume`: when a district is not to change."""

from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import typer

from remind_etl import settings
from remind_etl.cli import say, stores
from remind_etl.cli.plan import TERMS
from remind_etl.cli.say import AsJson, DistrictId
from remind_etl.errors import UsageError
from remind_etl.published import Manifest

PlanHash = Annotated[
    str, typer.Argument(metavar="PLAN_HASH", help="The hash that `remind-etl holds` shows.", show_default=False)
]

COLUMNS: Final = ("kind", "records", "delivered", "allowed", "changes")


def holds(district: DistrictId, as_json: AsJson = False) -> None:
    """Show what waits for a person: how many of how many, what is allowed, and what approving it would do."""
    store = stores.decisions()
    store.district(district)
    manifest = stores.published().manifest(district)
    rows = _held(district) if manifest else []
    plan_hash = manifest.plan_hash if manifest and manifest.plan.get("held") else None
    refusal = store.refusal(district, plan_hash) if plan_hash else None
    approved = store.approved_kinds(district, plan_hash) if plan_hash else []
    if as_json:
        people = manifest.people if manifest else {}
        said = {"plan_hash": plan_hash, "approved": approved, "refusal": refusal and vars(refusal)}
        say.document({"district": district, "holds": rows, **said, "people": people})
        return
    say.table(COLUMNS, [[row[column] for column in COLUMNS] for row in rows])
    for row in rows:
        say.note(f"{row['kind']}: {_would(row)}")
    for term, text in TERMS.items():
        if manifest and rows and (count := manifest.people.get(term, {}).get("if_approved")):
            say.note(f"With all of it, {count:,} {text}.")
    if refusal:
        say.note(f"Refused by {refusal.refused_by} on {refusal.refused_at:%Y-%m-%d}: {refusal.why}")
    if approved:
        say.note(f"Approved: {', '.join(approved)}; the next run takes it up.")
    if plan_hash:
        say.note(f"`remind-etl approve {district} {plan_hash}` lets it go, with --kind only some of it;")
        say.note(f"`remind-etl refuse {district} {plan_hash} --why …` says that it is not to.")
    elif not rows:
        say.note(f"Nothing waits in {district}.")


def approve(
    district: DistrictId,
    plan_hash: PlanHash,
    kind: Annotated[list[str] | None, typer.Option(help="Only this kind, as `holds` names it; more than once.")] = None,
    as_json: AsJson = False,
) -> None:
    """Let go what waits under this hash, exactly as it was shown. A run for the district follows by itself."""
    waiting = {row["kind"]: row for row in _waiting(district, plan_hash)}
    kinds = kind or list(waiting)
    if others := [name for name in kinds if name not in waiting]:
        raise UsageError(f"No {', '.join(others)} wait in {district}; what waits: {', '.join(waiting)}.")
    for name in kinds:
        stores.decisions().approve(district, plan_hash, name, _covers(waiting[name]))
    _tell(district, {"district": district, "plan_hash": plan_hash, "approved": kinds}, as_json)


def refuse(
    district: DistrictId,
    plan_hash: PlanHash,
    why: Annotated[str, typer.Option(help="Why, for whoever looks next; no personal data.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Say that what waits under this hash is not to go. It stays until the district sends other files."""
    covers = {row["kind"]: row["records"] for row in _waiting(district, plan_hash)}
    stores.decisions().refuse(district, plan_hash, why, covers)
    _tell(district, {"district": district, "plan_hash": plan_hash, "refused": list(covers)}, as_json)


def pause(
    district: DistrictId,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="The last day of the pause; else until `resume`."),
    ] = None,
    adds_only: Annotated[bool, typer.Option("--adds-only", help="Only what takes something away waits.")] = False,
    as_json: AsJson = False,
) -> None:
    """Pause a district: its drops are processed as far as the plan, and nothing is delivered until the pause ends."""
    zone = ZoneInfo(settings.value("REMIND_ETL_TIME_ZONE"))
    ends_at = None
    if until:
        ends_at = datetime.combine(until.date() + timedelta(days=1), time(), zone).astimezone(UTC)
        if ends_at <= datetime.now(UTC):
            raise UsageError(f"{until:%Y-%m-%d} has passed: give the last day of the pause.")
    paused = stores.decisions().pause(district, ends_at, adds_only)
    _tell(district, {"district": district, "waits": paused.what, "ends_at": ends_at}, as_json)


def resume(district: DistrictId, as_json: AsJson = False) -> None:
    """End the pause of a district. A run for it follows by itself."""
    was_paused = stores.decisions().resume(district)
    _tell(district, {"district": district, "was_paused": was_paused}, as_json)


def _tell(district: str, said: dict[str, Any], as_json: bool) -> None:
    if as_json:
        say.document(said)
    else:
        shown = [(k, ", ".join(v) if isinstance(v, list) else v) for k, v in said.items() if v is not None]
        say.table(("what", "value"), shown)
        say.note(f"A running Dagster takes it up by itself; `remind-etl sync {district}` does it here.")


def _held(district: str) -> list[dict[str, Any]]:
    manifest = stores.published().manifest(district)
    if manifest is None or "holds" not in manifest.tables:
        return []
    rows: list[dict[str, Any]] = pq.read_table(stores.published().file(district, "holds")).to_pylist()
    return rows


def _waiting(district: str, plan_hash: str) -> list[dict[str, Any]]:
    """What waits under this hash and no other.

    Raises UsageError if nothing does, with the reason.
    """
    stores.decisions().district(district)
    manifest = stores.published().manifest(district)
    if manifest is None or not manifest.plan.get("held"):
        why = "its newest drop is blocked" if manifest and manifest.blockers else "nothing waits there"
        raise UsageError(f"Nothing of {district} can be decided about: {why}.")
    if manifest.plan_hash != plan_hash:
        raise UsageError(
            f"{_lapsed(district, manifest, plan_hash)} What waits now has the hash {manifest.plan_hash}: "
            f"look at it with `remind-etl holds {district}`."
        )
    newest = stores.landing().newest(district)
    if newest and newest.drop_id != manifest.drop_id:
        raise UsageError(f"{district} sent other files since: wait for the run of drop {newest.drop_id}.")
    return [row for row in _held(district) if row["changes"]]


def _lapsed(district: str, manifest: Manifest, plan_hash: str) -> str:
    past = pq.read_table(stores.published().file(district, "plans")).to_pylist()
    drops = {row["drop_id"] for row in past if row["hold_hash"] == plan_hash}
    if not drops:
        return f"No plan of {district} has the hash {plan_hash}."
    since = "what waits is another" if manifest.drop_id in drops else "the district sent other files"
    return f"That hash has lapsed: {since} since it was shown."


def _covers(row: dict[str, Any]) -> dict[str, int]:
    counts = {f"{part['kind']} {part['action']}": part["changes"] for part in row["would"] or ()}
    return {"records": row["records"], **counts}


def _would(row: dict[str, Any]) -> str:
    if not row["changes"]:
        return "rows of other files still name it, so all it has stays; nothing to approve."
    parts = (f"{part['action']} {part['changes']:,} {part['kind'].replace('_', ' ')}" for part in row["would"])
    return f"approving it would {', '.join(parts)}."


COMMANDS = (holds, approve, refuse, pause, resume)
