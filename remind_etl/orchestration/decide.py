"""Jobs `approve` and `refuse`: what the commands of these names do, for a person who works in Dagster's pages."""

import dagster as dg
from pydantic import Field

from remind_etl.decided.store import DecisionStore
from remind_etl.delivered.platform import PlatformStore
from remind_etl.errors import UsageError
from remind_etl.landed.copy import LandingStore
from remind_etl.operations.holds import HoldService
from remind_etl.orchestration.step import guarded
from remind_etl.published.store import Published


class ApprovalConfig(dg.Config):
    """A person's decision about the held changes of a district."""

    district: str
    plan_hash: str = Field(description="Of what waits: metadata of the check no_removal_waits_for_a_person.")
    who: str = Field(description="Your name or login, for the log: Dagster does not know it.")

    def service(
        self, decisions: DecisionStore, landing: LandingStore, platform: PlatformStore, publications: Published
    ) -> HoldService:
        """The service that decides in the name of this person.

        Raises UsageError if they say no name.
        """
        if not self.who.strip():
            raise UsageError("Say who you are: `who` is empty.")
        return HoldService(publications, platform, landing, decisions.acting_as(f"{self.who.strip()} (Dagster)"))


class Approval(ApprovalConfig):
    """That it goes: all kinds, or those named."""

    kinds: list[str] = Field(default=[], description="As the command holds names them; all without any.")


class Refusal(ApprovalConfig):
    """That it does not go, and why, without personal data."""

    why: str


@dg.op
def let_go(
    context: dg.OpExecutionContext,
    config: Approval,
    decisions: dg.ResourceParam[DecisionStore],
    landing: dg.ResourceParam[LandingStore],
    platform: dg.ResourceParam[PlatformStore],
    publications: dg.ResourceParam[Published],
) -> None:
    """Approve what waits under a hash, exactly as it was shown; the sensor `decisions` asks for the run."""
    with guarded():
        service = config.service(decisions, landing, platform, publications)
        waiting, approved = service.approve(config.district, config.plan_hash, config.kinds)
    goes = {f"{part['kind']} {part['action']}": part["changes"] for part in waiting.goes(approved)}
    goes_with = ", ".join(waiting.lacking(approved)) or "nothing"
    context.add_output_metadata({"approved": ", ".join(approved), **goes, "the rest goes only with": goes_with})


@dg.op
def keep_back(
    context: dg.OpExecutionContext,
    config: Refusal,
    decisions: dg.ResourceParam[DecisionStore],
    landing: dg.ResourceParam[LandingStore],
    platform: dg.ResourceParam[PlatformStore],
    publications: dg.ResourceParam[Published],
) -> None:
    """Refuse what waits under a hash; approvals of it are withdrawn."""
    with guarded():
        service = config.service(decisions, landing, platform, publications)
        refused = service.refuse(config.district, config.plan_hash, config.why)
    context.add_output_metadata({"refused": ", ".join(refused)})


@dg.job(name="approve", executor_def=dg.in_process_executor)
def approve() -> None:
    """Lets go what waits in a district under a hash, as `remind-etl approve` does."""
    let_go()


@dg.job(name="refuse", executor_def=dg.in_process_executor)
def refuse() -> None:
    """Says that what waits in a district under a hash is not to go, as `remind-etl refuse` does."""
    keep_back()
