"""`explain`: where a record is in each stage, and why it is missing."""

from collections.abc import Collection, Iterator
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated

import typer

from remind_etl.cli import say, stores
from remind_etl.cli.say import AsJson, DistrictArgument
from remind_etl.errors import UsageError
from remind_etl.schema.district_id import DistrictId

if TYPE_CHECKING:
    from remind_etl.explain.explain import Decision, Explanation, Fact


def explain(
    district: DistrictArgument,
    record: Annotated[
        str,
        typer.Argument(
            metavar="RECORD",
            help="The id of a teacher, student, class, school or account, or class_id/user_id for a class membership.",
            show_default=False,
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Explain where a record is in each stage, with file, line, rule and decision, and why it is missing."""
    from remind_etl.explain.explain import explain_record

    store, published = stores.decisions(), stores.published()
    store.district(district)
    manifest = published.require_manifest(district, "records")

    def decided(schools: Collection[str]) -> Iterator["Decision"]:
        for made in store.link_decisions(district, schools).values():
            yield made.school_id, made.decided_by, say.local(made.decided_at)

    in_zone = replace(manifest, arrived_at=say.local(manifest.arrived_at))
    explanation = explain_record(in_zone, published.files(manifest), decided, record)
    if not explanation.facts:
        raise UsageError(_unknown(district, explanation))
    if as_json:
        say.document({"district": district, "record": record, "facts": [asdict(fact) for fact in explanation.facts]})
    else:
        say.table(("record", "stage", "rule", "fact"), [_row(fact) for fact in explanation.facts])


def _row(fact: "Fact") -> tuple[str | None, ...]:
    return (f"{fact.kind} {fact.id}", fact.stage, fact.rule, fact.text)


def _unknown(district: DistrictId, explanation: "Explanation") -> str:
    like = ", ".join(f"{kind} {record!r}" for kind, record in explanation.like)
    hint = (
        f"Did you mean {like}?"
        if like
        else "Write the id exactly, with case, blanks and leading zeros. Names are not searched."
    )
    return f"Neither the files nor the platform of {district} have the id {explanation.record!r}. {hint}"
