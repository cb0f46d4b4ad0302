"""Jobs `approve` and `refuse`: the commands of these names for a person who works in Dagster's pages."""

from typing import Any, Final

import dagster as dg
from pydantic import Field

from remind_etl.decided.store import DecisionStore
from remind_etl.delivered.platform import PlatformStore
from remind_etl.errors import UsageError
from remind_etl.landed.copy import LandingStore
from remind_etl.operations.holds import HoldService
from remind_etl.orchestration.outcome import recorded
from remind_etl.orchestration.step import guarded
from remind_etl.published.store import Published
from remind_etl.schema.district_id import district_id


class ApprovalConfig(dg.Config):
    """A person's decision about the held changes of a district."""

    district: str = Field(description="The district's id.")
    hold_hash: str = Field(
        description=(
            "The hash of the held changes, or of their plan. "
            "The check no_removal_waits_for_a_person has it in its metadata."
        )
    )
    who: str = Field(description="Your name or login, for the log. Dagster does not know it.")

    def service(
        self, decisions: DecisionStore, landing: LandingStore, platform: PlatformStore, publications: Published
    ) -> HoldService:
        """The service that records decisions of this person.

        Raises UsageError if they say no name.
        """
        if not self.who.strip():
            raise UsageError("`who` is empty. Write your name or login.")
        return HoldService(publications, platform, landing, decisions.acting_as(f"{self.who.strip()} (Dagster)"))


class Approval(ApprovalConfig):
    """An approval of all kinds, or of the named kinds."""

    kinds: list[str] = Field(
        default=[], description="The kinds to approve, as `remind-etl holds` names them. Without any, all kinds."
    )


class Refusal(ApprovalConfig):
    """A refusal with its reason, without personal data."""

    why: str = Field(description="The reason for the district, without names of people.")
    kinds: list[str] = Field(
        default=[], description="The kinds to refuse, as `remind-etl holds` names them. Without any, all kinds."
    )


@dg.op
@recorded
def let_go(
    context: dg.OpExecutionContext,
    config: Approval,
    decisions: dg.ResourceParam[DecisionStore],
    landing: dg.ResourceParam[LandingStore],
    platform: dg.ResourceParam[PlatformStore],
    publications: dg.ResourceParam[Published],
) -> None:
    """Approve the changes held under a hash, exactly as shown; the sensor `decisions` then requests a run."""
    with guarded():
        service = config.service(decisions, landing, platform, publications)
        waiting, approved = service.approve(district_id(config.district), config.hold_hash.strip(), config.kinds)
    goes = {f"{part['kind']} {part['action']}": part["changes"] for part in waiting.goes(approved)}
    goes_with = ", ".join(waiting.lacking(approved)) or "nothing"
    context.add_output_metadata({"approved": ", ".join(approved), **goes, "the rest goes only with": goes_with})


@dg.op
@recorded
def keep_back(
    context: dg.OpExecutionContext,
    config: Refusal,
    decisions: dg.ResourceParam[DecisionStore],
    landing: dg.ResourceParam[LandingStore],
    platform: dg.ResourceParam[PlatformStore],
    publications: dg.ResourceParam[Published],
) -> None:
    """Refuse the changes held under a hash, and withdraw approvals of them."""
    with guarded():
        service = config.service(decisions, landing, platform, publications)
        _, refused = service.refuse(district_id(config.district), config.hold_hash.strip(), config.why, config.kinds)
    context.add_output_metadata({"refused": ", ".join(refused)})


ASKED: Final[dict[str, Any]] = {"district": "", "hold_hash": "", "kinds": [], "who": ""}
"""What the launchpads ask of a person. Without it, they show no field that must be filled in."""


@dg.job(name="approve", executor_def=dg.in_process_executor, config={"ops": {"let_go": {"config": ASKED}}})
def approve() -> None:
    """Approves the changes of a district that are held under a hash, as `remind-etl approve` does."""
    let_go()


@dg.job(
    name="refuse",
    executor_def=dg.in_process_executor,
    config={"ops": {"keep_back": {"config": {**ASKED, "why": ""}}}},
)
def refuse() -> None:
    """Refuses the changes of a district that are held under a hash, as `remind-etl refuse` does."""
    keep_back()
