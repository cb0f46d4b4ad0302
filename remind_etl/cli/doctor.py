"""`doctor`: what is wrong with this installation, and what to do."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from remind_etl.cli import say
from remind_etl.cli.say import AsJson

STYLES = {"failed": "bold red", "warning": "bold yellow", "ok": "green"}


def doctor(
    daemon: Annotated[
        bool, typer.Option("--daemon/--no-daemon", help="Whether Dagster's daemon should run here.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Check settings, home, disk, databases, SFTP server, Dagster's daemon and clock, and say what to do.

    It changes no data. Exit 3 if a check failed.
    """
    from remind_etl.operations.doctor import examine
    from remind_etl.operations.examined import State
    from remind_etl.orchestration.health import newest_heartbeat

    now = datetime.now(UTC)
    with say.progress("examining") as tell:
        found = []
        for one in examine(now, newest_heartbeat if daemon else None):
            tell(one.check)
            found.append(one)
    if as_json:
        say.document([vars(examined) for examined in found])
    else:
        say.table(
            ("check", "state", "found", "do"),
            [(of.check, of.state, of.found, of.do) for of in found],
            styles=[STYLES.get(of.state, "") for of in found],
        )
    if any(of.state is State.FAILED for of in found):
        raise typer.Exit(3)
